import { type Arg, readable } from "../shell/arg.ts";
import { deny } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { executeText } from "./execute.ts";
import { absolute, isScratch } from "./place.ts";
import { type GitCall, refuseDiscard, refuseCommit } from "./git-call.ts";
import { readOptions } from "./option.ts";

/** Cloning writes a folder; that folder must be scratch, since nothing of it may land. */
export function judgeClone(args: readonly Arg[], git: GitCall): Stream {
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

/** A new repository must lie in scratch and take no hooks from elsewhere. */
export function judgeInit(args: readonly Arg[], git: GitCall): Stream {
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

/** `git submodule` reads, runs a command in each module, or changes them. */
export function judgeSubmodule(args: readonly Arg[], git: GitCall): Stream {
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
    ? refuseDiscard(git, "git submodule would remove files")
    : refuseCommit(git, "git submodule changes modules");
}

/** `git lfs` reads, sends or changes, by its verb. */
export function judgeLfs(args: readonly Arg[], git: GitCall): Stream {
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
