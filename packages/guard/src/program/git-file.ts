import { type Arg, isOpaque, literal } from "../shell/arg.ts";
import { ask, contextOf, deny, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { judgePatchText } from "../tool/judge-file-tool.ts";
import { absolute } from "./place.ts";
import { judgeDelete } from "./delete-access.ts";
import { judgeTarget, judgeTree } from "./write-access.ts";
import { readOptions } from "./option.ts";
import type { GitCall } from "./git-call.ts";

/** `--output` of the commands that print, and of those that pack. */
export function judgeOutputFiles(args: readonly Arg[], shell: Shell): void {
  const options = readOptions(args, { short: "o", long: ["--output", "--output-directory", "--bugreport"] });
  for (const file of options.values("--output")) judgeTarget(file, shell, "file");
  for (const file of options.values("--output-directory")) judgeTree(file, shell);
}

/** Judges what `git apply` would change. */
export function judgeApply(args: readonly Arg[], git: GitCall): Stream {
  const options = readOptions(args, {
    short: "pC",
    long: ["--directory", "--exclude", "--include", "--whitespace", "--build-fake-ancestor"],
  });
  const { shell } = git;
  if (options.has("--check", "--stat", "--numstat", "--summary") && !options.has("--apply")) return UNSEEN;
  if (options.has("--unsafe-paths")) deny(shell, "scope-write", "the patch could write anywhere");
  const folder = options.values("--directory")[0];
  if (folder !== undefined) judgeTree(folder, shell);
  const [file] = options.operands;
  const path = file === undefined || file.text === "-" ? undefined : absolute(file.text, shell);
  const text = path === undefined ? git.call.stdin?.text : shell.state.files.get(path)?.text;
  const strip = Number(options.values("-p")[0]?.text ?? "1");
  if (text === undefined || isOpaque(text)) {
    if (path === undefined && options.has("-R", "--reverse"))
      deny(shell, "git-discard", "git apply would undo what a diff shows");
    ask(shell, "opaque", "the patch is not visible");
    return UNSEEN;
  }
  const root = folder === undefined ? shell.policy.root : (absolute(folder.text, shell) ?? shell.policy.root);
  for (const finding of judgePatchText(text, contextOf(shell), root, Number.isInteger(strip) ? strip : 1))
    deny(
      shell,
      finding.rule === "guard-files" || finding.rule === "git-internals" ? "hook-tamper" : "scope-write",
      finding.step,
      finding.path,
    );
  return UNSEEN;
}

/** `git mv` moves files and folders as `mv` does. */
export function judgeGitMove(args: readonly Arg[], git: GitCall): Stream {
  for (const operand of readOptions(args).operands) judgeTree(operand, git.shell);
  return UNSEEN;
}

/** `git rm` removes files as `rm` does. */
export function judgeGitRemove(args: readonly Arg[], git: GitCall): Stream {
  const options = readOptions(args, { long: ["--pathspec-from-file"] });
  if (options.has("-n", "--dry-run")) return UNSEEN;
  if (options.has("-r")) deny(git.shell, "git-discard", "git rm would remove folders");
  for (const operand of options.operands) judgeDelete(operand, git.shell, options.has("-r"));
  return UNSEEN;
}

/** Judges the one file that a subcommand writes. */
export function judgeOutput(arg: Arg | undefined, shell: Shell): Stream {
  if (arg !== undefined && arg.text !== "-") judgeTarget(arg, shell, "file", true);
  return UNSEEN;
}

/** Judges the files and folders that the named options write. */
export function judgeOutputs(args: readonly Arg[], shell: Shell, names: readonly string[]): Stream {
  const options = readOptions(args, { short: "o", long: names.filter((name) => name.startsWith("--")) });
  for (const file of options.values(...names)) judgeTree(file, shell);
  return UNSEEN;
}

/** `git format-patch` writes files, unless it prints. */
export function judgeFormatPatch(args: readonly Arg[], shell: Shell): Stream {
  const options = readOptions(args, {
    short: "oNv",
    long: ["--output-directory", "--start-number", "--subject-prefix"],
  });
  judgeOutputFiles(args, shell);
  if (options.has("--stdout")) return UNSEEN;
  judgeTree(options.values("-o", "--output-directory")[0] ?? literal("."), shell);
  return UNSEEN;
}
