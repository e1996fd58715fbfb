import type { Arg } from "../shell/arg.ts";
import { ask, type Call, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { executeText, runScriptFile, runStdin } from "./execute.ts";
import { readOptions } from "./option.ts";

/** Programs that read commands. */
export const SHELLS = [
  "sh",
  "bash",
  "zsh",
  "dash",
  "ksh",
  "ash",
  "mksh",
  "rbash",
  "yash",
  "fish",
  "rc",
  "csh",
  "tcsh",
  "elvish",
  "nu",
  "xonsh",
  "pwsh",
  "powershell",
];

/** Shells with a grammar of their own: what they run is followed as far as it reads like sh, and asked about. */
const FOREIGN = new Set(["fish", "rc", "csh", "tcsh", "elvish", "nu", "xonsh", "pwsh", "powershell"]);

/** Follows what a shell is given: by `-c`, on its input or as a file. */
export function runShell(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args.map(plus), {
    short: "coO",
    long: ["--rcfile", "--init-file", "--command", "--commands"],
    stopAtOperand: true,
  });
  if (options.has("--help", "--version")) return UNSEEN;
  const foreign = FOREIGN.has(call.program);
  for (const file of options.values("--rcfile", "--init-file"))
    runScriptFile(file.text, { ...call, args: [] }, shell, "shell");
  const text = commandText(call.args);
  if (foreign && (text !== undefined || options.operands.length === 0))
    ask(shell, "opaque", `${call.program} has a grammar of its own`);
  if (text !== undefined)
    return executeText(text.command, { ...shell, state: { ...shell.state, positional: text.rest } }, "shell");
  if (options.has("-n")) return UNSEEN;
  const [file, ...rest] = options.operands;
  if (file === undefined || file.text === "-" || options.has("-s")) return runStdin(call, shell, "shell");
  if (file.text === "/dev/stdin") return runStdin(call, shell, "shell");
  return runScriptFile(file.text, { ...call, args: rest }, shell, "shell") ?? UNSEEN;
}

function plus(arg: Arg): Arg {
  return arg.text.startsWith("+") ? { ...arg, text: `-${arg.text.slice(1)}` } : arg;
}

/** The text after `-c`, wherever it stands among the options. */
function commandText(args: readonly Arg[]): { command: string; rest: readonly string[] } | undefined {
  let wanted = false;
  for (let at = 0; at < args.length; at += 1) {
    const text = args[at]?.text ?? "";
    if (/^(?:--command|--commands|-Command|-EncodedCommand|-enc)$/i.test(text)) wanted = true;
    else if (/^[-+][A-Za-z]+$/.test(text) && !text.startsWith("--")) {
      if (text.startsWith("-") && text.includes("c")) wanted = true;
      if (/[oO]$/.test(text)) at += 1;
    } else if (text === "--rcfile" || text === "--init-file") at += 1;
    else if (!/^--?\w/.test(text) || text === "--") {
      const start = text === "--" ? at + 1 : at;
      return wanted
        ? { command: args[start]?.text ?? "", rest: args.slice(start + 2).map((arg) => arg.text) }
        : undefined;
    }
  }
  return undefined;
}
