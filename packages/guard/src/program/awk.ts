import { HOLE, literal } from "../shell/arg.ts";
import { ask, type Call, type Handler, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { judgeRead } from "./read-access.ts";
import { judgeTarget } from "./write-access.ts";
import { judgeCode } from "./inline-code.ts";
import { readOptions } from "./option.ts";

/** The dialects of awk: a language that starts programs and writes files by its redirections. */
export const AWKS: readonly (readonly [string, Handler])[] = ["awk", "gawk", "mawk", "nawk"].map(
  (name) => [name, runAwk] as const,
);

/** `awk` prints into files and pipes and calls the shell. */
function runAwk(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, {
    short: "Fvfei",
    long: ["--field-separator", "--assign", "--file", "--source", "--include"],
    stopAtOperand: true,
  });
  if (options.has("--help", "--version")) return UNSEEN;
  const sources = options.values("-e", "--source");
  const inFile = options.has("-f", "--file");
  if (inFile) ask(shell, "opaque", "the program of awk is not visible");
  const code = sources.length > 0 || inFile ? sources : options.operands.slice(0, 1);
  const files = sources.length > 0 || inFile ? options.operands : options.operands.slice(1);
  for (const text of code) judgeAwk(text.text, shell);
  for (const file of files) {
    if (options.values("-i", "--include").some((arg) => arg.text === "inplace"))
      judgeTarget(file, shell, "file");
    else judgeRead(file.text, shell);
  }
  return UNSEEN;
}

function judgeAwk(code: string, shell: Shell): void {
  if (code === HOLE) return ask(shell, "opaque", "the program of awk is not visible");
  judgeCode(code, shell, "awk");
  for (const [, file] of code.matchAll(/>{1,2}\s?\(?\s?"((?:\\.|[^"\\])*)"/g))
    if (file?.startsWith("/dev/std") !== true) judgeTarget(literal(file ?? ""), shell, "file");
  for (const [, command] of code.matchAll(/"((?:\\.|[^"\\])*)"\s?\)?\s?\|&?\s?getline/g))
    shell.run(command ?? "", shell);
  for (const [, command] of code.matchAll(/\|&?\s?\(?"((?:\\.|[^"\\])*)"/g))
    shell.run(command ?? "", shell, UNSEEN);
  if (
    /\bsystem\s?\(\s?(?!")/.test(code) ||
    /\|\s?(?:getline\s)?[a-z$]\w*\s*(?:[;}]|$)/.test(code.replaceAll("||", ""))
  )
    ask(shell, "opaque", "awk runs text that is not visible");
  if (/(?:print|printf)[^;}|"]*(?:"[^"]*"[^;}|"]*)*>\s?[$A-Za-z(]/.test(code))
    ask(shell, "opaque", "awk writes files that are not visible");
}
