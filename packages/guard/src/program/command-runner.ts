import { isOpaque, literal, readable } from "../shell/arg.ts";
import { ask, type Call, type Shell, subshell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { executeStream, executeText } from "./execute.ts";
import { judgeTarget } from "./write-access.ts";
import { readOptions } from "./option.ts";

/** Programs whose operands are whole commands. */
export function runCommands(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, {
    short: "wmrpscnuLPD",
    long: [
      "--warmup",
      "--runs",
      "--prepare",
      "--setup",
      "--cleanup",
      "--conclude",
      "--export-json",
      "--export-markdown",
      "--names",
      "--kill-others-on",
      "--max-processes",
    ],
  });
  for (const file of options.values("--export-json", "--export-markdown"))
    judgeTarget(file, shell, "file", true);
  const before = options.values("--prepare", "--setup", "--cleanup", "--conclude");
  for (const { text } of [...options.operands, ...before])
    if (!/^(?:npm|yarn|pnpm|node|bun):/.test(text)) shell.run(text, subshell(shell));
  return UNSEEN;
}

/** Package scripts by name. */
export function runScripts(call: Call, shell: Shell): Stream {
  for (const arg of call.args)
    if (!arg.text.startsWith("-"))
      shell.exec([literal("npm"), literal("run"), ...arg.text.split(" ").map(literal)], shell);
  return UNSEEN;
}

/** Programs that run a command again whenever a file changes. */
export function runWatcher(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, {
    short: "xew",
    long: ["--exec", "--ext", "--watch"],
    stopAtOperand: true,
  });
  for (const text of options.values("-x", "--exec")) executeText(text.text, shell, "shell");
  if (call.program === "nodemon") return shell.exec([literal("node"), ...options.operands], shell);
  return options.operands.length === 0 ? UNSEEN : shell.exec(options.operands, shell, call.stdin);
}

/** A program that outlives the command: what it starts is followed, and it is asked about. */
export function runDetached(call: Call, shell: Shell): Stream {
  if (
    /^(?:ls|list|list-sessions|-ls|-V|--version|attach)$/.test(call.args[0]?.text ?? "") &&
    call.args.length === 1
  )
    return UNSEEN;
  for (const arg of call.args)
    if (/\s/.test(arg.text) && !isOpaque(arg.text)) shell.run(arg.text, subshell(shell));
  if (call.stdin !== undefined) executeStream(call.stdin, shell, "shell");
  const args = call.program === "screen" ? call.args : call.args.slice(1);
  const options = readOptions(args, { short: "snctxySehT", stopAtOperand: true });
  if (options.operands.length > 0) shell.exec(options.operands, subshell(shell));
  ask(shell, "opaque", `${readable(call.program)} runs commands that outlive this one`);
  return UNSEEN;
}
