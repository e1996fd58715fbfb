import { type Arg, HOLE, isOpaque, literal, readable, SECRET_HOLE, SUPPLIED } from "../shell/arg.ts";
import { ask, type Call, deny, type Handler, type Shell, subshell } from "../shell/shell.ts";
import { SILENT, type Stream, UNSEEN } from "../shell/stream.ts";
import { secretMatching } from "../tool/secret-path.ts";
import { judgeEnvironment } from "./environment.ts";
import { executeStream, executeText } from "./execute.ts";
import { absolute, judgeDelete, judgeRead, judgeTarget } from "./file-access.ts";
import { type OptionSpec, readOptions } from "./option.ts";

/** A program that starts the program named by its operands, after `skip` operands of its own. */
type Wrapper = OptionSpec & {
  readonly skip?: number;
  /** A first operand of its own that may be missing. */
  readonly own?: RegExp;
};

const TRANSPARENT: Readonly<Record<string, Wrapper>> = {
  builtin: {},
  nohup: {},
  stdbuf: { short: "ioe", long: ["--input", "--output", "--error"] },
  setsid: {},
  time: { short: "fo", long: ["--format", "--output"] },
  nice: { short: "n", long: ["--adjustment"] },
  ionice: { short: "cnpPu", long: ["--class", "--classdata"] },
  timeout: { short: "ks", long: ["--kill-after", "--signal"], skip: 1 },
  taskset: { skip: 1 },
  chrt: { skip: 1 },
  strace: { short: "eopsuaPSEIbX", long: ["--output"] },
  ltrace: { short: "eopsuanlwxAD" },
  busybox: {},
  shx: {},
  shelljs: {},
  toybox: {},
  unbuffer: {},
  catchsegv: {},
  dotenvx: { skip: 1 },
  "xvfb-run": { short: "nsepfwl" },
  caffeinate: { short: "tw" },
  chronic: {},
  pseudo: {},
  fakeroot: {},
  proot: {},
  valgrind: {},
  prlimit: {},
  "cross-env": {},
  "start-stop-daemon": {},
  runcon: {},
  numactl: { short: "NCmp" },
  perf: { skip: 1 },
  "systemd-run": { short: "pMHtE" },
  setarch: { own: /^(?:x86_64|i[3-6]86|linux(?:32|64)|aarch64|arm\w*|ppc\w*|s390x?|uname26)$/ },
  istanbul: { own: /^(?:cover|instrument|test)$/ },
  linux32: {},
  linux64: {},
  linkage: {},
  expect_unbuffer: {},
  daemonize: {},
  "dbus-run-session": {},
  firejail: {},
  choom: { short: "n" },
  torsocks: {},
  torify: {},
  proxychains: {},
  proxychains4: {},
  rlwrap: {},
  noglob: {},
  nocorrect: {},
  "-": {},
  direnv: { skip: 1 },
  mise: { skip: 1 },
  asdf: { skip: 1 },
  devbox: { skip: 1 },
  rtx: { skip: 1 },
  dotenv: { short: "e" },
  "env-cmd": { short: "f" },
};

/** Wrappers that change who runs or where: refused, and what they start is followed for a better reason. */
const PRIVILEGED: Readonly<Record<string, Wrapper>> = {
  sudo: { short: "ugCDRTphrt" },
  doas: { short: "uC" },
  pkexec: { long: ["--user"] },
  runuser: { short: "ug" },
  gosu: { skip: 1 },
  "su-exec": { skip: 1 },
  setpriv: {},
  capsh: {},
  nsenter: { short: "tSGWr" },
  unshare: { short: "SGRwl" },
  chroot: { skip: 1 },
  bwrap: {},
  run0: {},
  machinectl: {},
  sg: { skip: 1 },
  newgrp: {},
  sudoedit: {},
  super: {},
  calife: {},
  dzdo: { short: "ug" },
};

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
  ["xargs", runXargs],
  ["parallel", runParallel],
  ["find", runFind],
  ...["fd", "fdfind"].map((name) => [name, runFd] as const),
  ...["entr", "watchexec", "nodemon", "chokidar", "watchman-make"].map(
    (name) => [name, (call: Call, shell: Shell) => runWatcher(call, shell)] as const,
  ),
  ...["tmux", "screen", "at", "batch", "dtach", "abduco", "zellij"].map(
    (name) => [name, runDetached] as const,
  ),
  ...["concurrently", "hyperfine"].map((name) => [name, runCommands] as const),
  ...["npm-run-all", "run-s", "run-p"].map((name) => [name, runScripts] as const),
];

function runOperands(call: Call, shell: Shell, spec: Wrapper): Stream {
  const options = readOptions(call.args, { ...spec, stopAtOperand: true });
  for (const file of options.values("-o", "--output"))
    if (call.program !== "stdbuf") judgeTarget(file, shell, "file");
  const own = spec.own?.test(options.operands[0]?.text ?? "") === true ? 1 : 0;
  const started = options.operands.slice((spec.skip ?? 0) + own);
  return shell.exec(withoutAssignments(started, shell), shell, call.stdin);
}

/** Programs whose operands are whole commands. */
function runCommands(call: Call, shell: Shell): Stream {
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
function runScripts(call: Call, shell: Shell): Stream {
  for (const arg of call.args)
    if (!arg.text.startsWith("-"))
      shell.exec([literal("npm"), literal("run"), ...arg.text.split(" ").map(literal)], shell);
  return UNSEEN;
}

function runPrivileged(call: Call, shell: Shell, spec: Wrapper): Stream {
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

function runCommandBuiltin(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, { stopAtOperand: true });
  if (options.has("-v", "-V")) return { text: `${options.operands[0]?.text ?? ""}\n` };
  return shell.exec(options.operands, shell, call.stdin);
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
  const known = name !== undefined && /^[\w.-]+$/.test(name) ? name : secret;
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

function runWatcher(call: Call, shell: Shell): Stream {
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
function runDetached(call: Call, shell: Shell): Stream {
  if (
    /^(?:ls|list|list-sessions|-ls|-V|--version|attach)$/.test(call.args[0]?.text ?? "") &&
    call.args.length === 1
  )
    return UNSEEN;
  for (const arg of call.args)
    if (/\s/.test(arg.text) && !isOpaque(arg.text)) shell.run(arg.text, subshell(shell));
  if (call.stdin !== undefined) executeStream(call.stdin, shell, "shell");
  const options = readOptions(call.args.slice(1), { short: "snctxySe", stopAtOperand: true });
  if (options.operands.length > 0) shell.exec(options.operands, subshell(shell));
  ask(shell, "opaque", `${readable(call.program)} runs commands that outlive this one`);
  return UNSEEN;
}
