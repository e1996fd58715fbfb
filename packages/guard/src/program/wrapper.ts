import { type Arg, HOLE } from "../shell/arg.ts";
import { type Call, deny, type Handler, type Shell, subshell } from "../shell/shell.ts";
import { SILENT, type Stream, UNSEEN } from "../shell/stream.ts";
import { judgeEnvironment } from "./environment.ts";
import { executeText } from "./execute.ts";
import { absolute } from "./place.ts";
import { judgeTarget } from "./write-access.ts";
import { readOptions } from "./option.ts";
import { TRANSPARENT, PRIVILEGED, type Wrapper } from "./wrapper-table.ts";
import { runWatcher, runDetached, runCommands, runScripts } from "./command-runner.ts";

/** Programs that start other programs: the started one is judged in their place. */
export const WRAPPERS: readonly (readonly [string, Handler])[] = [
  ...Object.entries(TRANSPARENT).map(
    ([name, spec]) => [name, (call: Call, shell: Shell) => runOperands(call, shell, spec)] as const,
  ),
  ...Object.entries(PRIVILEGED).map(
    ([name, spec]) => [name, (call: Call, shell: Shell) => runPrivileged(call, shell, spec)] as const,
  ),
  [
    "su",
    (call, shell) => {
      deny(shell, "privilege", "su changes the user");
      runOptionCommand(call, shell, "c");
      return UNSEEN;
    },
  ],
  ["command", runCommandBuiltin],
  ["builtin", runCommandBuiltin],
  ["exec", (call, shell) => runOperands(call, shell, { short: "a" })],
  ["env", runEnv],
  ["script", (call, shell) => runOptionCommand(call, shell, "c", true)],
  [
    "watch",
    (call, shell) =>
      executeText(
        readOptions(call.args, { short: "nq", stopAtOperand: true })
          .operands.map((arg) => arg.text)
          .join(" "),
        shell,
        "shell",
      ),
  ],
  ["flock", runFlock],
  ...["entr", "watchexec", "nodemon", "chokidar", "watchman-make"].map(
    (name) => [name, (call: Call, shell: Shell) => runWatcher(call, shell)] as const,
  ),
  ...["tmux", "screen", "at", "batch", "dtach", "abduco", "zellij"].map(
    (name) => [name, runDetached] as const,
  ),
  ...["concurrently", "hyperfine", "cross-env-shell"].map((name) => [name, runCommands] as const),
  ...["npm-run-all", "run-s", "run-p"].map((name) => [name, runScripts] as const),
];

function runOperands(call: Call, shell: Shell, spec: Wrapper): Stream {
  const options = readOptions(call.args, { ...spec, stopAtOperand: true });
  for (const file of options.values("-o", "--output"))
    if (call.program !== "stdbuf") judgeTarget(file, shell, "file");
  if (/^[sl]trace$/.test(call.program) && options.has("-p", "--attach"))
    deny(shell, "secrets-read", "another process would be watched");
  const own = spec.own?.test(options.operands[0]?.text ?? "") === true ? 1 : 0;
  const started = options.operands.slice((spec.skip ?? 0) + own);
  return shell.exec(withoutAssignments(started, shell), shell, call.stdin);
}

function runPrivileged(call: Call, shell: Shell, spec: Wrapper): Stream {
  if (call.args.length === 1 && /^(?:--version|-V|--help|-h)$/.test(call.args[0]?.text ?? "")) return UNSEEN;
  const before = shell.trace.findings.length;
  const operands = withoutAssignments(
    readOptions(call.args, { ...spec, stopAtOperand: true }).operands.slice(spec.skip ?? 0),
    shell,
  );
  if (operands.length > 0) shell.exec(operands, shell, call.stdin);
  if (!shell.trace.findings.slice(before).some((finding) => finding.decision === "deny"))
    deny(shell, "privilege", `${call.program} changes rights or user`);
  return UNSEEN;
}

function withoutAssignments(args: readonly Arg[], shell: Shell): readonly Arg[] {
  const at = args.findIndex((arg) => !/^[A-Za-z_]\w*=/.test(arg.text));
  const count = at < 0 ? args.length : at;
  judgeEnvironment(
    args.slice(0, count).map((arg) => pairOf(arg.text)),
    shell,
  );
  return args.slice(count);
}

function pairOf(text: string): readonly [string, string] {
  const equals = text.indexOf("=");
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/** Runs the program itself, past functions and aliases of its name. */
function runCommandBuiltin(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, { stopAtOperand: true });
  if (options.has("-v", "-V")) return { text: `${options.operands[0]?.text ?? ""}\n` };
  const name = options.operands[0]?.text ?? "";
  const { functions, aliases } = shell.state;
  const hidden = [functions.get(name), aliases.get(name)] as const;
  functions.delete(name);
  aliases.delete(name);
  const printed = shell.exec(options.operands, shell, call.stdin);
  if (hidden[0] !== undefined) functions.set(name, hidden[0]);
  if (hidden[1] !== undefined) aliases.set(name, hidden[1]);
  return printed;
}

function runEnv(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, {
    short: "uCS",
    long: ["--unset", "--chdir", "--split-string"],
    stopAtOperand: true,
  });
  const split = options.values("-S", "--split-string").map((arg) => arg.text);
  const inner = options.has("-C", "--chdir") ? inFolder(options.values("-C", "--chdir")[0], shell) : shell;
  if (split.length > 0)
    return executeText([...split, ...options.operands.map((arg) => arg.text)].join(" "), inner, "shell");
  const argv = withoutAssignments(options.operands, inner);
  return argv.length === 0 ? { text: HOLE, taint: "environment" } : inner.exec(argv, inner, call.stdin);
}

function inFolder(folder: Arg | undefined, shell: Shell): Shell {
  const inner = subshell(shell);
  inner.state.directory = folder === undefined ? undefined : absolute(folder.text, shell);
  return inner;
}

function runOptionCommand(call: Call, shell: Shell, letter: string, writes = false): Stream {
  const options = readOptions(call.args, { short: `${letter}IOBT`, long: ["--command"] });
  for (const text of options.values(`-${letter}`, "--command")) executeText(text.text, shell, "shell");
  if (writes) for (const file of options.operands) judgeTarget(file, shell, "file");
  return UNSEEN;
}

function runFlock(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, { short: "wE", stopAtOperand: true });
  const rest = options.operands.slice(1);
  if (rest[0]?.text === "-c") return executeText(rest[1]?.text ?? "", shell, "shell");
  return rest.length === 0 ? SILENT : shell.exec(rest, shell, call.stdin);
}
