import { type Arg, literal } from "../shell/arg.ts";
import { ask, type Call, type Handler, type Shell } from "../shell/shell.ts";
import { SILENT, type Stream, UNSEEN } from "../shell/stream.ts";
import { executeText, startedByOption } from "./execute.ts";
import { judgeDelete } from "./delete-access.ts";
import { judgeRead } from "./read-access.ts";
import { judgeTarget } from "./write-access.ts";
import { judgeCode } from "./inline-code.ts";
import { readOptions } from "./option.ts";

/** Editors and pagers: they write what they open, and start programs. */
export const EDITORS: readonly (readonly [string, Handler])[] = [
  ...["ed", "ex", "vi", "vim", "nvim", "view", "nano", "emacs", "red", "micro"].map(
    (name) => [name, editor] as const,
  ),
  ...["less", "more", "most", "man"].map((name) => [name, pager] as const),
];

/** Editors write the files they open and run commands of their own. */
function editor(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, { short: "csuStp", long: ["--cmd", "--eval", "--load"] });
  if (options.has("--help", "--version")) return SILENT;
  const quietScript =
    call.program === "ed" || call.program === "red" ? [] : options.values("-c", "-s", "--cmd");
  const commands = [
    ...quietScript.map((arg) => arg.text),
    ...options.operands.filter((arg) => arg.text.startsWith("+")).map((arg) => arg.text.slice(1)),
  ];
  if (call.program === "emacs")
    forEach(options.values("--eval", "-f"), (arg) => judgeCode(arg.text, shell, "other"));
  for (const line of [...commands, ...(call.stdin?.text.split("\n") ?? [])]) judgeEditorLine(line, shell);
  for (const file of [...options.operands, ...editorFiles(call)]) {
    if (!file.text.startsWith("+") && call.program !== "view") judgeTarget(file, shell, "file");
  }
  if (options.has("-S", "-u") || options.has("--load"))
    ask(shell, "opaque", "the editor runs a script that is not visible");
  return UNSEEN;
}

/** `-s` takes no value in `ed` and `ex -s`; what follows it there is a file. */
function editorFiles(call: Call): readonly Arg[] {
  const at = call.args.findIndex((arg) => /^-[a-z]*s$/.test(arg.text));
  const next = at < 0 || call.program.endsWith("vim") ? undefined : call.args[at + 1];
  return next === undefined || next.text.startsWith("-") ? [] : [next];
}

function judgeEditorLine(line: string, shell: Shell): void {
  const run = /(?:^|[|:\s])(?:silent\s+)?[\d%.$,]*(?:r|w)?\s*!+\s*(\S.*)$/.exec(line);
  if (run !== null) executeText(run[1] ?? "", shell, "shell");
  const code = /^:?\s*(?:lua|py3?|python3?|perl|ruby)\s+(.*)$/.exec(line);
  if (code !== null) judgeCode(code[1] ?? "", shell, "other");
  const called = /\bsystem(?:list)?\(\s*(["'])(.*?)\1/.exec(line);
  if (called !== null) executeText(called[2] ?? "", shell, "shell");
  const written = /(?:^|\|)\s*:?\s*(?:[\d%.$,]*)(?:w(?:rite)?|sav(?:eas)?|wq|x)!?\s+([^!|\s]\S*)/.exec(line);
  if (written !== null) judgeTarget(literal(written[1] ?? ""), shell, "file");
  const deleted = /\bdelete\(\s*(["'])(.*?)\1/.exec(line);
  if (deleted !== null) judgeDelete(literal(deleted[2] ?? ""), shell, /["']rf["']/.test(line));
}

function pager(call: Call, shell: Shell): Stream {
  for (const arg of call.args) {
    if (/^\+{1,2}.*!/.test(arg.text)) executeText(arg.text.slice(arg.text.indexOf("!") + 1), shell, "shell");
  }
  const options = readOptions(call.args, {
    short: "PHokTbhjpty",
    long: ["--pager", "--log-file", "--LOG-FILE"],
  });
  for (const value of options.values("-P", "--pager", "-H"))
    if (call.program === "man" || /\s/.test(value.text)) startedByOption(value.text, call, shell);
  if (call.program !== "man")
    forEach(options.values("-o", "--log-file", "--LOG-FILE"), (arg) => judgeTarget(arg, shell, "file"));
  if (call.program !== "man") forEach(options.operands, (arg) => judgeRead(arg.text, shell));
  return UNSEEN;
}

function forEach(args: readonly Arg[], judge: (arg: Arg) => unknown): void {
  for (const arg of args) judge(arg);
}
