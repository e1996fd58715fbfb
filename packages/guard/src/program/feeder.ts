import { type Arg, HOLE, literal, SECRET_HOLE, SUPPLIED } from "../shell/arg.ts";
import { type Call, deny, type Handler, type Shell, subshell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { secretMatching } from "../tool/secret-path.ts";
import { executeText } from "./execute.ts";
import { judgeDelete } from "./delete-access.ts";
import { judgeRead } from "./read-access.ts";
import { judgeTarget } from "./write-access.ts";
import { readOptions } from "./option.ts";

/** Programs that find or read names and start other programs with them. */
export const FEEDERS: readonly (readonly [string, Handler])[] = [
  ["xargs", runXargs],
  ["parallel", runParallel],
  ["find", runFind],
  ...["fd", "fdfind"].map((name) => [name, runFd] as const),
];

function inputWords(stdin: Stream | undefined, cut = /[\s\0]+/): readonly string[] {
  if (stdin === undefined || stdin.text.includes(HOLE) || stdin.text.includes(SECRET_HOLE)) return [SUPPLIED];
  const words = stdin.text.split(cut).filter((word) => word !== "");
  return words.length > 64 ? [SUPPLIED] : words;
}

function runXargs(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, {
    short: "adEILnPs",
    long: ["--arg-file", "--delimiter", "--replace", "--max-args", "--max-procs", "--max-lines"],
    stopAtOperand: true,
  });
  const argv = options.operands.length > 0 ? options.operands : [literal("echo")];
  if (call.stdin?.taint === "remote" && /^(?:ba|z|da|k)?sh$|^eval$/.test(argv[0]?.text ?? ""))
    deny(shell, "remote-exec", "text from the network is executed");
  for (const file of options.values("-a", "--arg-file")) judgeRead(file.text, shell);
  const words = options.has("-a", "--arg-file") ? [SUPPLIED] : inputWords(call.stdin);
  const mark =
    options.values("-I", "--replace")[0]?.text ?? (options.has("--replace", "-i") ? "{}" : undefined);
  if (mark === undefined) return shell.exec([...argv, ...words.map(literal)], subshell(shell));
  for (const line of words.includes(SUPPLIED) ? words : inputWords(call.stdin, /[\n\0]+/))
    shell.exec(
      argv.map((arg) => ({ ...arg, text: arg.text.replaceAll(mark, line) })),
      subshell(shell),
    );
  return UNSEEN;
}

function runParallel(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, {
    short: "jNaIk",
    long: ["--jobs", "--max-args", "--arg-file"],
    stopAtOperand: true,
  });
  const cut = options.operands.findIndex((arg) => arg.text.startsWith(":::"));
  const argv = cut < 0 ? options.operands : options.operands.slice(0, cut);
  const words = cut < 0 ? inputWords(call.stdin) : options.operands.slice(cut + 1).map((arg) => arg.text);
  if (argv.length === 0) {
    for (const word of words) executeText(word === SUPPLIED ? HOLE : word, shell, "shell");
    return UNSEEN;
  }
  for (const word of words) {
    const text = argv.map((arg) => arg.text).join(" ");
    executeText(
      text.includes("{") ? text.replaceAll(/\{[.#/]*\}/g, word) : `${text} ${word}`,
      subshell(shell),
      "shell",
    );
  }
  return UNSEEN;
}

const FIND_EXECS = new Set(["-exec", "-execdir", "-ok", "-okdir"]);
const FIND_FILES = new Set(["-fprint", "-fprint0", "-fprintf", "-fls"]);

function runFind(call: Call, shell: Shell): Stream {
  const args = call.args.filter((arg) => !/^-[HLPO]\d?$/.test(arg.text));
  const start = args.findIndex((arg) => /^(?:-|\(|!)/.test(arg.text));
  const roots = start < 0 ? args : args.slice(0, start);
  const tests = start < 0 ? [] : args.slice(start);
  const found = foundPaths(roots.length === 0 ? [literal(".")] : roots, tests);
  tests.forEach((arg, at) => {
    if (arg.text === "-delete")
      for (const path of found) judgeDelete(literal(path), shell, !isSelective(tests));
    if (FIND_FILES.has(arg.text)) judgeTarget(tests[at + 1] ?? literal(""), shell, "file");
    if (FIND_EXECS.has(arg.text)) runFound(tests.slice(at + 1), found, shell);
  });
  return { text: found.map((path) => `${path}\n`).join("") };
}

/** Whether the tests pick single files by name, so that a deletion is not of a whole tree. */
function isSelective(tests: readonly Arg[]): boolean {
  const has = (name: string): boolean => tests.some((arg) => arg.text === name);
  return (
    has("-type") &&
    has("-name") &&
    !tests.some((arg) => arg.text === "-o" || arg.text === "-or" || arg.text === "!" || arg.text === "-not")
  );
}

function foundPaths(roots: readonly Arg[], tests: readonly Arg[]): readonly string[] {
  const at = tests.findIndex((arg) => /^-i?name$/.test(arg.text));
  const name = at < 0 || isAlternative(tests) ? undefined : tests[at + 1]?.text;
  const secret = name === undefined ? undefined : secretMatching(name);
  const known = name !== undefined && /^(?:[\w.-]+|\*\.py[co])$/.test(name) ? name : secret;
  const last = known === undefined ? SUPPLIED : `${SUPPLIED}/${known}`;
  return roots.map((root) => `${root.text}/${last}`);
}

function isAlternative(tests: readonly Arg[]): boolean {
  return tests.some((arg) => /^(?:-o|-or|!|-not)$/.test(arg.text));
}

function runFound(rest: readonly Arg[], found: readonly string[], shell: Shell): void {
  const end = rest.findIndex((arg) => arg.text === ";" || arg.text === "+");
  const argv = end < 0 ? rest : rest.slice(0, end);
  for (const path of found)
    shell.exec(
      argv.map((arg) => ({ text: arg.text.replaceAll("{}", path), glob: false })),
      subshell(shell),
    );
}

function runFd(call: Call, shell: Shell): Stream {
  const at = call.args.findIndex((arg) => /^(?:-x|-X|--exec(?:-batch)?)$/.test(arg.text));
  if (at < 0) return { text: SUPPLIED };
  const argv = call.args.slice(at + 1);
  const shown = argv.some((arg) => arg.text.includes("{")) ? argv : [...argv, literal("{}")];
  return shell.exec(
    shown.map((arg) => ({ text: arg.text.replaceAll(/\{[./]*\}/g, SUPPLIED), glob: false })),
    subshell(shell),
  );
}
