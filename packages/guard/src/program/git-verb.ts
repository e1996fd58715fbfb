import { type Arg, isOpaque, literal, readable } from "../shell/arg.ts";
import { ask, deny, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { executeText } from "./execute.ts";
import { absolute, isScratch, judgeTarget, judgeTree } from "./file-access.ts";
import { judgeSetting } from "./git-config.ts";
import { type GitCall, judgeApply, judgeGitRemove, judgeOutputFiles } from "./git-file.ts";
import { type Options, readOptions } from "./option.ts";

type GitRule = (args: readonly Arg[], git: GitCall) => Stream | undefined;

/** Subcommands that read or write depending on their arguments. */
export const GIT_RULES: ReadonlyMap<string, GitRule> = new Map<string, GitRule>([
  ["add", allowed],
  ["stage", allowed],
  ["reset", reset],
  ["restore", restore],
  ["checkout", switchTo],
  ["switch", switchTo],
  ["clean", (args, git) => discardUnless(args, git, "-n", "--dry-run")],
  ["stash", (args, git) => discardUnlessVerb(args, git, /^(?:list|show)$/)],
  ["branch", branchOrTag],
  ["tag", branchOrTag],
  ["remote", remote],
  ["config", config],
  [
    "fetch",
    (args, git) =>
      readOptions(args).has("--dry-run") || git.foreign ? UNSEEN : commit(git, "git fetch writes refs"),
  ],
  ["worktree", (args, git) => discardUnlessVerb(args, git, /^list$/, /^add$/)],
  ["submodule", submodule],
  [
    "notes",
    (args, git) =>
      /^(?:list|show|)$/.test(args[0]?.text ?? "") ? UNSEEN : commit(git, "git notes writes refs"),
  ],
  [
    "reflog",
    (args, git) =>
      /^(?:expire|delete|drop|write)$/.test(args[0]?.text ?? "")
        ? commit(git, "git reflog forgets work")
        : UNSEEN,
  ],
  [
    "bundle",
    (args, git) =>
      args[0]?.text === "create"
        ? output(args[1], git.shell)
        : args[0]?.text === "unbundle"
          ? commit(git, "git bundle writes objects")
          : UNSEEN,
  ],
  ["apply", judgeApply],
  ["rm", judgeGitRemove],
  ["mv", (args, git) => each(readOptions(args).operands, (arg) => judgeTree(arg, git.shell))],
  ["archive", (args, git) => outputs(args, git.shell, ["-o", "--output"])],
  ["format-patch", (args, git) => formatPatch(args, git.shell)],
  ["fast-export", (args, git) => outputs(args, git.shell, ["--export-marks"])],
  ["bugreport", (args, git) => outputs(args, git.shell, ["-o", "--output-directory"])],
  ["diagnose", (args, git) => outputs(args, git.shell, ["-o", "--output-directory"])],
  ["clone", clone],
  ["init", (args, git) => initialise(args, git)],
  ["lfs", (args, git) => lfs(args, git)],
  ["difftool", (_args, git) => opaque(git.shell, "git difftool starts another program")],
  ["mergetool", (_args, git) => opaque(git.shell, "git mergetool starts another program")],
  ["mailsplit", (args, git) => outputs(args, git.shell, ["-o"])],
  ["hook", (_args, git) => opaque(git.shell, "git hook runs a program that is not visible")],
  [
    "for-each-repo",
    (args, git) => {
      executeText(
        `git ${readOptions(args, { long: ["--config"] })
          .operands.map((arg) => arg.text)
          .join(" ")}`,
        git.shell,
        "shell",
      );
      return UNSEEN;
    },
  ],
]);

function allowed(args: readonly Arg[], git: GitCall): Stream {
  if (readOptions(args).has("-p", "-i", "-e", "--patch", "--interactive", "--edit"))
    ask(git.shell, "opaque", "an interactive choice is not visible");
  return UNSEEN;
}

function opaque(shell: Shell, step: string): Stream {
  ask(shell, "opaque", step);
  return UNSEEN;
}

function commit(git: GitCall, step: string): Stream {
  if (!git.foreign) deny(git.shell, "git-commit", step);
  return UNSEEN;
}

function discard(git: GitCall, step: string): Stream {
  if (!git.foreign) deny(git.shell, "git-discard", step);
  return UNSEEN;
}

function each(args: readonly Arg[], judge: (arg: Arg) => unknown): Stream {
  for (const arg of args) judge(arg);
  return UNSEEN;
}

function discardUnless(args: readonly Arg[], git: GitCall, ...names: readonly string[]): Stream {
  return readOptions(args, { short: "e", long: ["--exclude"] }).has(...names)
    ? UNSEEN
    : discard(git, "git would delete files");
}

function discardUnlessVerb(args: readonly Arg[], git: GitCall, reads: RegExp, commits?: RegExp): Stream {
  const verb = args[0]?.text ?? "";
  if (reads.test(verb)) return UNSEEN;
  return commits?.test(verb) === true
    ? commit(git, "git would make refs and folders")
    : discard(git, "git would set work aside or remove it");
}

/** `git reset` alone and with paths only unstages. */
function reset(args: readonly Arg[], git: GitCall): Stream {
  const cut = args.findIndex((arg) => arg.text === "--");
  const options = readOptions(cut < 0 ? args : args.slice(0, cut), { long: ["--pathspec-from-file"] });
  if (options.has("--hard", "--merge", "--keep") || shortened(options, "--h", "--k"))
    return discard(git, "git reset throws away work");
  if (options.has("--soft") || shortened(options, "--s")) return commit(git, "git reset moves the branch");
  const moves = options.operands.some((arg) => !/^(?:HEAD|@)$/.test(arg.text) && !isPath(arg, git.shell));
  return moves ? commit(git, "git reset moves the branch") : UNSEEN;
}

function shortened(options: Options, ...starts: readonly string[]): boolean {
  return options.flags.some((flag) => starts.some((start) => flag.startsWith(start)));
}

function isPath(arg: Arg, shell: Shell): boolean {
  if (isOpaque(arg.text) || /[~^:]|\.\.|@\{/.test(arg.text)) return false;
  const path = absolute(arg.text, shell);
  return (
    path !== undefined &&
    (shell.view.kind(path) !== "missing" || /\.\w+$/.test(arg.text) || arg.text.includes("/"))
  );
}

function restore(args: readonly Arg[], git: GitCall): Stream {
  const options = readOptions(args, { short: "s", long: ["--source"] });
  const onlyIndex = options.has("-S", "--staged") && !options.has("-W", "--worktree");
  return onlyIndex ? UNSEEN : discard(git, "git restore throws away work");
}

function switchTo(args: readonly Arg[], git: GitCall): Stream {
  const paths =
    args.some((arg) => arg.text === "--" || arg.text === ".") ||
    args.some((arg) => /^[\w.-]+\//.test(arg.text) && isPath(arg, git.shell));
  const options = readOptions(args, { short: "bBcC" });
  if (
    paths ||
    args.length === 0 ||
    options.has("-f", "--force", "-m", "--merge", "--discard-changes", "-p", "--patch", "--ours", "--theirs")
  )
    return discard(git, "git would overwrite the working tree");
  return commit(git, "git would change the branch");
}

const LISTING = [
  "--list",
  "-l",
  "-a",
  "--all",
  "-r",
  "--remotes",
  "-v",
  "-vv",
  "--verbose",
  "--contains",
  "--no-contains",
  "--merged",
  "--no-merged",
  "--show-current",
  "--points-at",
  "--sort",
  "--format",
  "-n",
  "--column",
  "--verify",
];
const REF_WRITES = [
  "-d",
  "-D",
  "-m",
  "-M",
  "-c",
  "-C",
  "-f",
  "--delete",
  "--move",
  "--copy",
  "--force",
  "--edit-description",
  "-u",
  "--set-upstream-to",
  "--unset-upstream",
  "--track",
  "-t",
  "-s",
  "--sign",
  "--annotate",
  "-F",
  "--create-reflog",
];

function branchOrTag(args: readonly Arg[], git: GitCall): Stream {
  const options = readOptions(args, {
    long: ["--contains", "--no-contains", "--merged", "--no-merged", "--points-at", "--sort", "--format"],
  });
  const listing =
    options.has("--list", "-l") ||
    (options.operands.length === 0 &&
      options.flags.every((flag) => LISTING.some((name) => name === flag || flag.startsWith(name))));
  const contains =
    options.has("--contains", "--no-contains", "--merged", "--no-merged", "--points-at") ||
    options.flags.includes("-n");
  const writes = options.flags.some((flag) => REF_WRITES.includes(flag) && !(flag === "-n"));
  if (!writes && (listing || contains || (options.operands.length === 0 && args.length === 0))) return UNSEEN;
  return commit(git, "git would write a branch or tag");
}

function remote(args: readonly Arg[], git: GitCall): Stream {
  const verb = args.find((arg) => !arg.text.startsWith("-"))?.text ?? "";
  if (/^(?:|show|get-url)$/.test(verb)) return UNSEEN;
  if (!git.foreign) deny(git.shell, "git-push", "git would change where it sends to");
  return UNSEEN;
}

function config(args: readonly Arg[], git: GitCall): Stream {
  const options = readOptions(args, {
    short: "f",
    long: ["--file", "--blob", "--type", "--default", "--url", "--comment", "--value"],
  });
  const [first] = options.operands;
  if (
    options.has(
      "--get",
      "--get-all",
      "--get-regexp",
      "--get-urlmatch",
      "--list",
      "-l",
      "--get-color",
      "--get-colorbool",
    )
  )
    return UNSEEN;
  if (/^(?:get|list)$/.test(first?.text ?? "")) return UNSEEN;
  const writes = options.has(
    "--unset",
    "--unset-all",
    "--add",
    "--replace-all",
    "--rename-section",
    "--remove-section",
    "--edit",
    "-e",
    "--global",
    "--system",
  );
  if (!writes && options.operands.length === 1 && !/^(?:set|unset|edit)$/.test(first?.text ?? ""))
    return UNSEEN;
  const name = first?.text === "set" ? options.operands[1] : first;
  const value = first?.text === "set" ? options.operands[2] : options.operands[1];
  if (name !== undefined && value !== undefined) judgeSetting(`${name.text}=${value.text}`, git.shell);
  if (git.foreign && !options.has("--global", "--system", "-f", "--file")) return UNSEEN;
  deny(git.shell, "git-commit", "git would write its configuration");
  return UNSEEN;
}

function submodule(args: readonly Arg[], git: GitCall): Stream {
  const operands = args.filter((arg) => !/^(?:--quiet|-q|--recursive|--cached)$/.test(arg.text));
  const verb = operands[0]?.text ?? "status";
  if (/^(?:status|summary)$/.test(verb)) return UNSEEN;
  if (verb === "foreach")
    return executeText(
      operands
        .slice(1)
        .map((arg) => arg.text)
        .join(" "),
      git.shell,
      "shell",
    );
  return verb === "deinit"
    ? discard(git, "git submodule would remove files")
    : commit(git, "git submodule changes modules");
}

function output(arg: Arg | undefined, shell: Shell): Stream {
  if (arg !== undefined && arg.text !== "-") judgeTarget(arg, shell, "file", true);
  return UNSEEN;
}

function outputs(args: readonly Arg[], shell: Shell, names: readonly string[]): Stream {
  const options = readOptions(args, { short: "o", long: names.filter((name) => name.startsWith("--")) });
  return each(options.values(...names), (arg) => judgeTree(arg, shell));
}

function formatPatch(args: readonly Arg[], shell: Shell): Stream {
  const options = readOptions(args, {
    short: "oNv",
    long: ["--output-directory", "--start-number", "--subject-prefix"],
  });
  judgeOutputFiles(args, shell);
  if (options.has("--stdout")) return UNSEEN;
  judgeTree(options.values("-o", "--output-directory")[0] ?? literal("."), shell);
  return UNSEEN;
}

/** Cloning writes a folder; that folder must be scratch, since nothing of it may land. */
function clone(args: readonly Arg[], git: GitCall): Stream {
  const options = readOptions(args, {
    short: "bcojru",
    long: [
      "--branch",
      "--config",
      "--origin",
      "--depth",
      "--template",
      "--reference",
      "--separate-git-dir",
      "--upload-pack",
      "--filter",
      "--jobs",
    ],
  });
  if (
    options.has("-c", "--config", "--template", "--separate-git-dir", "--reference", "--recurse-submodules")
  )
    deny(git.shell, "env-exec", "an option of git clone may run code");
  const folder = options.operands[1];
  const path = folder === undefined ? undefined : absolute(folder.text, git.shell);
  if (path === undefined || !isScratch(path, git.shell))
    deny(git.shell, "git-commit", "git clone would make a repository outside scratch");
  return UNSEEN;
}

function initialise(args: readonly Arg[], git: GitCall): Stream {
  const options = readOptions(args, {
    short: "b",
    long: ["--template", "--initial-branch", "--separate-git-dir", "--object-format"],
  });
  if (options.has("--template", "--separate-git-dir"))
    deny(git.shell, "git-commit", "git init takes hooks from elsewhere");
  const folder = options.operands[0];
  const path = folder === undefined ? git.shell.state.directory : absolute(folder.text, git.shell);
  if (path === undefined || !isScratch(path, git.shell))
    deny(git.shell, "git-commit", "git init would make a repository outside scratch");
  return UNSEEN;
}

function lfs(args: readonly Arg[], git: GitCall): Stream {
  const verb = args[0]?.text ?? "";
  if (/^(?:version|env|ls-files|status|logs|locks|help|--version|)$/.test(verb)) return UNSEEN;
  if (verb === "push") deny(git.shell, "git-push", "git lfs would send files");
  else
    deny(
      git.shell,
      verb === "prune" ? "git-discard" : "git-commit",
      `git lfs ${readable(verb)} changes the repository`,
    );
  return UNSEEN;
}
