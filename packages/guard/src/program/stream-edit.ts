import { HOLE, isOpaque, literal } from "../shell/arg.ts";
import { ask, type Call, type Shell } from "../shell/shell.ts";
import { SILENT, type Stream, UNSEEN } from "../shell/stream.ts";
import { executeText } from "./execute.ts";
import { judgeRead } from "./read-access.ts";
import { judgeTarget } from "./write-access.ts";
import { readOptions } from "./option.ts";

/** `sed` may write by `-i`, by `w` and by `e`, and run commands by `e`. */
export function streamEdit(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, { short: "efl", long: ["--expression", "--file", "--line-length"] });
  if (options.has("--help", "--version")) return SILENT;
  const inline = options.values("-e", "--expression");
  const scripted = inline.length > 0 || options.has("-f", "--file");
  const scripts = inline.length > 0 ? inline : scripted ? [] : options.operands.slice(0, 1);
  const inPlace =
    options.has("--in-place") ||
    call.args.some((arg) => /^-[a-zA-Z]*i/.test(arg.text) && !/^-[ef]/.test(arg.text));
  const suffix = inPlace && !scripted && options.operands[0]?.text === "" ? 1 : 0;
  const files = scripted ? options.operands : options.operands.slice(1 + suffix);
  for (const script of suffix === 1 ? options.operands.slice(1, 2) : scripts)
    judgeSedScript(script.text, shell);
  if (options.has("-f", "--file")) ask(shell, "opaque", "the script of sed is not visible");
  for (const file of files) {
    if (inPlace && file.text !== "") judgeTarget(file, shell, "file");
    else judgeRead(file.text, shell);
  }
  return UNSEEN;
}

function judgeSedScript(script: string, shell: Shell): void {
  if (isOpaque(script) && script.replaceAll(/[\u0000-\u0002]/g, "").trim() === "")
    return ask(shell, "opaque", "the script of sed is not visible");
  for (const command of script.split(/[\n;]/)) {
    const run = /^\s*(?:[\d$,~+!]+|\/(?:\\.|[^/\\])*\/[IM]*)?\s*(?:\d*!?\s*)?e(?:\s+(.*)|\s*)$/.exec(command);
    if (run !== null) executeText(run[1] ?? HOLE, shell, "shell");
    const replaced = /^\s*[\d$,]*s(.)(?:\\.|(?!\1).)*\1((?:\\.|(?!\1).)*)\1[gpiImM\d]*e/.exec(command);
    if (replaced !== null) executeText(replaced[2] ?? "", shell, "shell");
    const written =
      /^\s*(?:[\d$,~+!]+|\/(?:\\.|[^/\\])*\/[IM]*)?\s*[wW]\s+(\S.*)$/.exec(command) ??
      /^\s*[\d$,]*s(.)(?:\\.|(?!\1).)*\1(?:\\.|(?!\1).)*\1[gpiIm\d]*w\s+(.+)$/.exec(command);
    const file = written?.at(-1);
    if (file !== undefined) judgeTarget(literal(file.replace(/\}$/, "").trim()), shell, "file");
    if (/^\s*[\d$,]*s(.)(?:\\.|(?!\1).)*\1(?:\\.|(?!\1).)*\1[gpiImM\d]*e/.test(command))
      ask(shell, "opaque", "sed executes the text that it makes");
  }
}
