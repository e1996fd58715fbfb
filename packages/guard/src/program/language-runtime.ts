import { type Arg, literal } from "../shell/arg.ts";
import { ask, type Call, deny, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { executeText, type Language, runScriptFile, runStdin } from "./execute.ts";
import { judgeRead } from "./read-access.ts";
import { judgeTarget } from "./write-access.ts";
import { moduleProgram } from "./module-program.ts";
import { opaque } from "./refuse.ts";
import { type Options, readOptions } from "./option.ts";
import { LANGUAGES, NAMES, type Spec } from "./language-table.ts";
import { runModule, moduleArguments, judgeSetup } from "./python-module.ts";

/** Judges what a runtime is given: code, a module, a file, or its input. */
export function runLanguage(call: Call, shell: Shell): Stream {
  const base = call.program.replace(/^python3?\.\d+$/, "python");
  const spec = LANGUAGES[NAMES[base] ?? base];
  if (spec === undefined) return opaque(shell, `what ${call.program} runs is not visible`);
  const long = [...(spec.long ?? []), ...(spec.codeLong ?? [])];
  const args =
    spec.language === "node"
      ? call.args.map((arg) => (/^-(?:pe|ep)$/.test(arg.text) ? literal("-e") : arg))
      : call.args;
  const options = readOptions(args, { short: spec.values, long, stopAtOperand: true });
  if (options.has("--help", "--version", "-V")) return UNSEEN;
  const names = Array.from(spec.code).map((letter) => `-${letter}`);
  const codes = options.values(...names, ...(spec.codeLong ?? ["--eval"]));
  for (const code of codes) executeText(code.text, shell, spec.language);
  if (codes.some((code) => /process\.env/.test(code.text)))
    for (const file of options.values("--env-file", "--env-file-if-exists")) judgeRead(file.text, shell);
  judgeLoaded(
    options.values("-r", "--require", "--import", "--loader", "--experimental-loader", "--preload"),
    shell,
  );
  if (spec.language === "perl" || spec.language === "ruby") judgeEditedFiles(call, codes, options, shell);
  if (CHECKS_SYNTAX[spec.language]?.test(call.args[0]?.text ?? "") === true) return UNSEEN;
  if (codes.length > 0) return UNSEEN;
  if (spec.language === "python" && options.has("-m"))
    return runModule(options.values("-m")[0]?.text ?? "", moduleArguments(call.args), { call, shell });
  if (
    spec.language === "node" &&
    call.args.some((arg) =>
      /^--(?:test|check|watch|run|prof-process|v8-options|build-snapshot)(?:=|$)|^-c$/.test(arg.text),
    )
  )
    return runNodeMode(call, shell);
  return runFileOrStdin(call, options.operands, { shell, spec });
}

function runFileOrStdin(
  call: Call,
  operands: readonly Arg[],
  how: { readonly shell: Shell; readonly spec: Spec },
): Stream {
  const [first, ...rest] = call.program === "bun" ? bunOperands(operands) : operands;
  if (first === undefined || first.text === "-" || first.text === "/dev/stdin")
    return runStdin(call, how.shell, how.spec.language);
  const known =
    /^(?:\.\/)?(?:bin\/)?(artisan|manage\.py|django-admin|console)$/
      .exec(first.text)?.[1]
      ?.replace("console", "artisan") ?? moduleProgram(first.text);
  if (/^(?:\.\/)?setup\.py$/.test(first.text) && judgeSetup(rest, how.shell)) return UNSEEN;
  if (known !== undefined) return how.shell.exec([literal(known), ...rest], how.shell, call.stdin);
  return runScriptFile(first.text, { ...call, args: rest }, how.shell, how.spec.language) ?? UNSEEN;
}

function bunOperands(operands: readonly Arg[]): readonly Arg[] {
  return operands[0]?.text === "run" || operands[0]?.text === "watch" ? operands.slice(1) : operands;
}

function judgeLoaded(files: readonly Arg[], shell: Shell): void {
  for (const file of files) {
    if (/^(?:data:|https?:)/.test(file.text)) deny(shell, "env-exec", "code is loaded from an address");
    else if (/^(?:\/|\.\.)/.test(file.text)) ask(shell, "opaque", "loaded code is not visible");
  }
}

function runNodeMode(call: Call, shell: Shell): Stream {
  const script = /^--run(?:=(.*))?$/.exec(call.args.find((arg) => arg.text.startsWith("--run"))?.text ?? "");
  return script === null
    ? UNSEEN
    : shell.exec([literal("npm"), literal("run"), literal(script[1] ?? call.args.at(-1)?.text ?? "")], shell);
}

/** Options that only read a file's grammar. */
const CHECKS_SYNTAX: Partial<Record<Language, RegExp>> = { ruby: /^-w?c$/, php: /^-l$/ };

/** `perl -i` and `ruby -i` rewrite the files they are given. */
function judgeEditedFiles(call: Call, codes: readonly Arg[], options: Options, shell: Shell): void {
  const inPlace = call.args.some((arg) => /^-[^-eEMmIFxir]*i/.test(arg.text));
  if (codes.length === 0 && !inPlace) return;
  for (const operand of options.operands) {
    if (inPlace) judgeTarget(operand, shell, "file");
    else judgeRead(operand.text, shell);
  }
}
