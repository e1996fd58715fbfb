import { type Arg, isOpaque } from "../shell/arg.ts";
import { ask, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { absolute } from "./place.ts";
import { type GitCall, refuseDiscard, refuseCommit } from "./git-call.ts";
import { type Options, readOptions } from "./option.ts";

/** Staging is free, unless somebody would have to choose. */
export function judgeAdd(args: readonly Arg[], git: GitCall): Stream {
  if (readOptions(args).has("-p", "-i", "-e", "--patch", "--interactive", "--edit"))
    ask(git.shell, "opaque", "an interactive choice is not visible");
  return UNSEEN;
}

/** `git reset` alone and with paths only unstages. */
export function judgeReset(args: readonly Arg[], git: GitCall): Stream {
  const cut = args.findIndex((arg) => arg.text === "--");
  const options = readOptions(cut < 0 ? args : args.slice(0, cut), { long: ["--pathspec-from-file"] });
  if (options.has("--hard", "--merge", "--keep") || shortened(options, "--h", "--k"))
    return refuseDiscard(git, "git reset throws away work");
  if (options.has("--soft") || shortened(options, "--s"))
    return refuseCommit(git, "git reset moves the branch");
  const moves = options.operands.some((arg) => !/^(?:HEAD|@)$/.test(arg.text) && !isPath(arg, git.shell));
  return moves ? refuseCommit(git, "git reset moves the branch") : UNSEEN;
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

/** `git restore` throws work away, unless it only unstages. */
export function judgeRestore(args: readonly Arg[], git: GitCall): Stream {
  const options = readOptions(args, { short: "s", long: ["--source"] });
  const onlyIndex = options.has("-S", "--staged") && !options.has("-W", "--worktree");
  return onlyIndex ? UNSEEN : refuseDiscard(git, "git restore throws away work");
}

/** `git checkout` and `git switch` change the branch, or overwrite files. */
export function judgeSwitch(args: readonly Arg[], git: GitCall): Stream {
  const paths =
    args.some((arg) => arg.text === "--" || arg.text === ".") ||
    args.some((arg) => /^[\w.-]+\//.test(arg.text) && isPath(arg, git.shell));
  const options = readOptions(args, { short: "bBcC" });
  if (
    paths ||
    args.length === 0 ||
    options.has("-f", "--force", "-m", "--merge", "--discard-changes", "-p", "--patch", "--ours", "--theirs")
  )
    return refuseDiscard(git, "git would overwrite the working tree");
  return refuseCommit(git, "git would change the branch");
}

/** Refuses a verb that deletes files, unless an option makes it only look. */
export function discardUnless(args: readonly Arg[], git: GitCall, ...names: readonly string[]): Stream {
  return readOptions(args, { short: "e", long: ["--exclude"] }).has(...names)
    ? UNSEEN
    : refuseDiscard(git, "git would delete files");
}

/** Refuses what sets work aside, unless the verb below it reads; some of these verbs count as commits. */
export function discardUnlessVerb(
  args: readonly Arg[],
  git: GitCall,
  reads: RegExp,
  commits?: RegExp,
): Stream {
  const verb = args[0]?.text ?? "";
  if (reads.test(verb)) return UNSEEN;
  return commits?.test(verb) === true
    ? refuseCommit(git, "git would make refs and folders")
    : refuseDiscard(git, "git would set work aside or remove it");
}
