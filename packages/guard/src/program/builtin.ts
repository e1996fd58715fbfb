import { type Arg, HOLE, literal, readable } from "../shell/arg.ts";
import { ask, type Call, deny, type Handler, type Shell } from "../shell/shell.ts";
import { SILENT, type Stream, UNSEEN } from "../shell/stream.ts";
import { assign, assignRead } from "../shell/variable.ts";
import { judgeEnvironment } from "./environment.ts";
import { executeStream, executeText, runScriptFile } from "./execute.ts";
import { absolute } from "./place.ts";
import { judgeRead } from "./read-access.ts";

/** The commands that a shell runs itself and that change what it remembers. */
export const BUILTINS: readonly (readonly [string, Handler])[] = [
  ...["cd", "pushd", "chdir"].map((name) => [name, changeDirectory] as const),
  ["popd", (_call, shell) => forgetDirectory(shell)],
  ["eval", (call, shell) => executeText(call.args.map((arg) => arg.text).join(" "), shell, "shell")],
  ["source", sourceFile],
  [".", sourceFile],
  ["set", setPositional],
  ["shift", (_call, shell) => shiftPositional(shell)],
  ...["export", "declare", "typeset", "local", "readonly", "unset"].map((name) => [name, declare] as const),
  ["alias", defineAlias],
  ["unalias", () => SILENT],
  ["trap", runTrap],
  ["read", readNames],
  ...["mapfile", "readarray"].map((name) => [name, readArray] as const),
  ["kill", judgeKill],
  [
    "hash",
    (call, shell) =>
      call.args.some((arg) => arg.text === "-p")
        ? deny(shell, "env-exec", "hash -p renames a program")
        : undefined,
  ],
  [
    "enable",
    (call, shell) =>
      call.args.some((arg) => arg.text.startsWith("-f"))
        ? deny(shell, "env-exec", "enable -f loads code")
        : undefined,
  ],
  [
    "bind",
    (call, shell) =>
      call.args.some((arg) => arg.text.startsWith("-x"))
        ? deny(shell, "env-exec", "bind -x runs commands")
        : undefined,
  ],
  ["complete", (call, shell) => runOptionText(call, shell, "-C")],
  ["compgen", (call, shell) => runOptionText(call, shell, "-C")],
];

function changeDirectory(call: Call, shell: Shell): Stream {
  const operands = call.args.filter((arg) => !/^-[LPe@n]+$/.test(arg.text) && arg.text !== "--");
  const target = operands[0] ?? literal(shell.policy.home);
  const path = target.glob || target.text === "-" ? undefined : absolute(target.text, shell);
  shell.state.directory = path;
  return SILENT;
}

function forgetDirectory(shell: Shell): Stream {
  shell.state.directory = undefined;
  return SILENT;
}

function sourceFile(call: Call, shell: Shell): Stream {
  const [file] = call.args;
  if (file === undefined) return SILENT;
  if (file.text === "/dev/stdin" || file.text === "/dev/fd/0")
    return executeStream(call.stdin ?? UNSEEN, shell, "shell");
  judgeRead(file.text, shell);
  runScriptFile(file.text, { ...call, args: call.args.slice(1) }, shell, "shell");
  return SILENT;
}

function setPositional(call: Call, shell: Shell): Stream {
  const [first] = call.args;
  if (first === undefined) return { text: HOLE, taint: "environment" };
  const at = call.args.findIndex((arg) => arg.text === "--");
  if (at >= 0) shell.state.positional = call.args.slice(at + 1).map((arg) => arg.text);
  else if (!/^[-+]/.test(first.text)) shell.state.positional = call.args.map((arg) => arg.text);
  return SILENT;
}

function shiftPositional(shell: Shell): Stream {
  shell.state.positional = shell.state.positional?.slice(1);
  return SILENT;
}

function declare(call: Call, shell: Shell): Stream {
  for (const arg of call.args) {
    const equals = arg.text.indexOf("=");
    if (equals <= 0) continue;
    const name = arg.text.slice(0, equals).replace(/\+$/, "");
    const value = arg.text.slice(equals + 1);
    judgeEnvironment([[name, value]], shell);
    const refers = call.args.some((each) => /^-[a-zA-Z]*n/.test(each.text));
    if (refers || !shell.state.arrays.has(name)) assign(name, [refers ? HOLE : value], shell);
  }
  const lists = call.args.every((arg) => arg.text.startsWith("-")) && call.program !== "unset";
  return lists ? { text: HOLE, taint: "environment" } : SILENT;
}

function defineAlias(call: Call, shell: Shell): Stream {
  for (const arg of call.args) {
    const equals = arg.text.indexOf("=");
    if (equals > 0) shell.state.aliases.set(arg.text.slice(0, equals), arg.text.slice(equals + 1));
  }
  return SILENT;
}

function runTrap(call: Call, shell: Shell): Stream {
  const action = call.args.find((arg) => arg.text !== "--" && !/^-[lp]$/.test(arg.text));
  if (action !== undefined && action.text !== "-" && action.text !== "" && call.args.length > 1)
    executeText(action.text, shell, "shell");
  return SILENT;
}

function readNames(call: Call, shell: Shell): Stream {
  const names = call.args.filter((arg) => /^[A-Za-z_]\w*$/.test(arg.text)).map((arg) => arg.text);
  assignRead(names.length === 0 ? ["REPLY"] : names, call.stdin, shell);
  return SILENT;
}

function readArray(call: Call, shell: Shell): Stream {
  const name = call.args.findLast((arg) => /^[A-Za-z_]\w*$/.test(arg.text))?.text ?? "MAPFILE";
  const text = call.stdin?.text ?? HOLE;
  shell.state.arrays.set(name, text.includes(HOLE) ? [HOLE] : text.split("\n").filter((line) => line !== ""));
  return runOptionText(call, shell, "-C") ?? SILENT;
}

function runOptionText(call: Call, shell: Shell, option: string): undefined {
  const at = call.args.findIndex((arg) => arg.text === option);
  const text = at < 0 ? undefined : call.args[at + 1];
  if (text !== undefined) executeText(text.text, shell, "shell");
  return undefined;
}

/** Only jobs of the same command are the agent's own; `$!` and `%1` are jobs, `-0` and `-l` change nothing. */
function judgeKill(call: Call, shell: Shell): Stream {
  const targets = call.args.filter((arg, at) => isKillTarget(call.args, arg, at));
  if (call.args.some((arg) => /^-(?:l|L|0)$|^--(?:list|table)$/.test(arg.text))) return SILENT;
  for (const target of targets) {
    if (target.text.startsWith("%")) continue;
    if (target.text.includes(HOLE))
      deny(shell, "system-destroy", `which process ${readable(target.text)} is cannot be seen`);
    else deny(shell, "system-destroy", `process ${target.text} would be stopped`);
  }
  if (targets.length === 0) ask(shell, "opaque", "kill names no process");
  return SILENT;
}

function isKillTarget(args: readonly Arg[], arg: Arg, at: number): boolean {
  const before = args[at - 1]?.text;
  if (before === "-s" || before === "-n" || before === "--signal") return false;
  if (arg.text === "--") return false;
  return !arg.text.startsWith("-") || (at > 0 && /^-\d+$/.test(arg.text));
}
