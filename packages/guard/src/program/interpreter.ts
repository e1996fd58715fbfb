import { type Arg, HOLE, literal } from "../shell/arg.ts";
import { ask, type Call, deny, type Handler, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { executeStream, executeText, type Language, runScriptFile } from "./execute.ts";
import { judgeDelete, judgeRead, judgeTarget, judgeTree } from "./file-access.ts";
import { moduleProgram } from "./module-program.ts";
import { type Options, readOptions } from "./option.ts";

const SHELLS = [
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

type Spec = {
  readonly language: Language;
  readonly code: string;
  readonly codeLong?: readonly string[];
  readonly values: string;
  readonly long?: readonly string[];
};

const LANGUAGES: Readonly<Record<string, Spec>> = {
  python: { language: "python", code: "c", values: "cmWX" },
  node: {
    language: "node",
    code: "ep",
    codeLong: ["--eval", "--print"],
    values: "eprC",
    long: [
      "--eval",
      "--print",
      "--require",
      "--import",
      "--loader",
      "--experimental-loader",
      "--conditions",
      "--test-reporter",
      "--test-name-pattern",
      "--env-file",
      "--test-reporter-destination",
    ],
  },
  ruby: { language: "ruby", code: "e", values: "erICEFW" },
  perl: { language: "perl", code: "eE", values: "eEMmIF" },
  php: { language: "php", code: "rBRE", values: "rBREdcztS" },
  lua: { language: "other", code: "e", values: "el", long: ["--eval"] },
  Rscript: { language: "other", code: "e", values: "e" },
  osascript: { language: "other", code: "e", values: "el" },
  guile: { language: "other", code: "ce", codeLong: ["--eval", "-eval"], values: "cel", long: ["--load"] },
  tclsh: { language: "other", code: "c", values: "cf" },
  elixir: { language: "other", code: "e", values: "er", long: ["--eval"] },
  groovy: { language: "other", code: "e", values: "e" },
  julia: { language: "other", code: "eE", values: "eELJ", long: ["--eval", "--print"] },
  bun: {
    language: "node",
    code: "ep",
    codeLong: ["--eval", "--print"],
    values: "eprc",
    long: ["--eval", "--preload", "--print"],
  },
};
const NAMES: Readonly<Record<string, string>> = {
  python2: "python",
  python3: "python",
  pypy: "python",
  pypy3: "python",
  ipython: "python",
  nodejs: "node",
  tsx: "node",
  "ts-node": "node",
  "ts-node-esm": "node",
  "babel-node": "node",
  "vite-node": "node",
  esno: "node",
  jiti: "node",
  electron: "node",
  swcnode: "node",
  iojs: "node",
  jruby: "ruby",
  irb: "ruby",
  luajit: "lua",
  "lua5.4": "lua",
  "lua5.3": "lua",
  perl5: "perl",
  php8: "php",
  iex: "elixir",
  expect: "tclsh",
  wish: "tclsh",
  scheme: "guile",
  racket: "guile",
  sbcl: "guile",
  ghci: "lua",
  runghc: "lua",
  jshell: "lua",
  octave: "lua",
  R: "Rscript",
  r: "Rscript",
  scala: "groovy",
  clj: "groovy",
  clojure: "groovy",
  bb: "groovy",
};

/** Shells and language runtimes: what they are given as text is judged, what they are given as a file is looked up. */
export const INTERPRETERS: readonly (readonly [string, Handler])[] = [
  ...SHELLS.map((name) => [name, runShell] as const),
  ...Object.keys(LANGUAGES).map((name) => [name, runLanguage] as const),
  ...Object.keys(NAMES).map((name) => [name, runLanguage] as const),
  ["python3.11", runLanguage],
  ["python3.12", runLanguage],
  ["python3.13", runLanguage],
  ["deno", runDeno],
  ["bun", runBun],
  [
    "java",
    (call, shell) =>
      call.args.some((arg) => /^-(?:version|-version)$/.test(arg.text))
        ? UNSEEN
        : opaque(shell, "what java runs is not visible"),
  ],
];

function opaque(shell: Shell, step: string): Stream {
  ask(shell, "opaque", step);
  return UNSEEN;
}

function runShell(call: Call, shell: Shell): Stream {
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

function runStdin(call: Call, shell: Shell, language: Language): Stream {
  return call.stdin === undefined ? UNSEEN : executeStream(call.stdin, shell, language);
}

function runLanguage(call: Call, shell: Shell): Stream {
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

/** A Python project's `setup.py` installs and uploads by its verbs. */
function judgeSetup(args: readonly Arg[], shell: Shell): boolean {
  const has = (verbs: RegExp): boolean => args.some((arg) => verbs.test(arg.text));
  if (has(/^(?:upload|register)$/)) deny(shell, "publish", "setup.py would upload");
  else if (has(/^(?:install|develop)$/)) deny(shell, "scope-write", "setup.py would install");
  else return has(/^(?:test|check|build|build_ext|--version|--help|--help-commands)$/);
  return true;
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

const SAFE_MODULES =
  /^(?:pytest|unittest|json\.tool|doctest|mypy|pyright|flake8|pylint|coverage|tox|build|compileall|py_compile|platform|site|sysconfig|calendar|this|timeit|cProfile|trace|tabnanny|ast|dis|tokenize|pydoc|pyflakes|pycodestyle|bandit|nose2?|sphinx|mkdocs|http\.server|zipfile|tarfile|venv|virtualenv|ensurepip|pip_audit|inspect)$/;

/** Everything after `-m NAME` belongs to the module. */
function moduleArguments(args: readonly Arg[]): readonly Arg[] {
  const at = args.findIndex((arg) => /^-[a-zA-Z]*m/.test(arg.text) && !arg.text.startsWith("--"));
  return args.slice(at + (args[at]?.text.endsWith("m") === true ? 2 : 1));
}

function runModule(
  module: string,
  args: readonly Arg[],
  how: { readonly call: Call; readonly shell: Shell },
): Stream {
  const { call, shell } = how;
  if (
    /^(?:pip|black|isort|ruff|twine|poetry|uv|flit|autopep8|yapf|awscli|pre_commit|pipx|hatch|build)$/.test(
      module,
    )
  )
    return shell.exec([literal(module), ...args], shell, call.stdin);
  if (module === "timeit") return executeText(args.map((arg) => arg.text).join("\n"), shell, "python");
  if (module === "venv" || module === "virtualenv")
    judgeTree(args.findLast((arg) => !arg.text.startsWith("-")) ?? literal("."), shell);
  if (module === "zipfile" || module === "tarfile") {
    if (args.some((arg) => /^(?:-e|--extract|-c|--create)$/.test(arg.text)))
      judgeTree(args.at(-1) ?? literal("."), shell);
  }
  if (!SAFE_MODULES.test(module))
    ask(shell, "opaque", `what the module ${module.includes(HOLE) ? "…" : module} does is not visible`);
  return UNSEEN;
}

const BUN_MANAGES =
  /^(?:add|a|install|i|remove|rm|update|upgrade|link|unlink|outdated|audit|publish|patch|pm|why|info|init|create|c)$/;

/** Bun is a runtime, a package manager and a test runner by its first word. */
function runBun(call: Call, shell: Shell): Stream {
  const [verb, ...rest] = call.args;
  const text = verb?.text ?? "";
  if (text === "test") return UNSEEN;
  if (text === "x") return shell.exec([literal("bunx"), ...rest], shell, call.stdin);
  if (text === "build") return shell.exec([literal("esbuild"), ...rest], shell, call.stdin);
  if (text === "pm") return shell.exec([literal("npm"), ...rest], shell, call.stdin);
  if (BUN_MANAGES.test(text)) return shell.exec([literal("npm"), ...call.args], shell, call.stdin);
  const script = /^(?:run|watch)$/.test(text) ? rest.find((arg) => !arg.text.startsWith("-")) : undefined;
  return script !== undefined && !/[/.]/.test(script.text)
    ? shell.exec([literal("npm"), literal("run"), script], shell, call.stdin)
    : runLanguage(call, shell);
}

function runDeno(call: Call, shell: Shell): Stream {
  const [verb, ...rest] = call.args;
  switch (verb?.text) {
    case "eval":
      return executeText(
        rest
          .filter((arg) => !arg.text.startsWith("-"))
          .map((arg) => arg.text)
          .join(" "),
        shell,
        "node",
      );
    case "run": {
      const file = rest.find((arg) => !arg.text.startsWith("-"));
      if (/^https?:/.test(file?.text ?? "")) deny(shell, "remote-exec", "code from the network is executed");
      if (file?.text.startsWith("npm:") === true)
        return shell.exec(
          [literal("npx"), literal(file.text.slice(4)), ...rest.slice(rest.indexOf(file) + 1)],
          shell,
        );
      if (file?.text === "-") return runStdin(call, shell, "node");
      return file === undefined
        ? UNSEEN
        : (runScriptFile(file.text, { ...call, args: [] }, shell, "node") ?? UNSEEN);
    }
    case "test":
    case "check":
    case "lint":
    case "info":
    case "doc":
    case "bench":
    case "help":
    case "types":
    case "--version":
    case "coverage":
    case undefined:
      return UNSEEN;
    case "fmt":
      if (!rest.some((arg) => arg.text === "--check"))
        for (const file of rest.length === 0 ? [literal(".")] : rest) judgeTree(file, shell);
      return UNSEEN;
    case "task":
      return shell.exec([literal("npm"), literal("run"), ...rest], shell, call.stdin);
    case "publish":
      deny(shell, "publish", "deno publish changes the registry");
      return UNSEEN;
    case "install":
    case "add":
    case "remove":
    case "uninstall":
    case "upgrade":
    case "init":
      deny(shell, "scope-write", "deno would change what is installed");
      return UNSEEN;
    case "clean":
      judgeDelete(literal("node_modules"), shell, true);
      return UNSEEN;
    default:
      return opaque(shell, "what deno does is not visible");
  }
}
