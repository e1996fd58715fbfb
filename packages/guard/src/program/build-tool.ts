import { type Arg, literal } from "../shell/arg.ts";
import { ask, type Call, deny, type Handler, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { executeText } from "./execute.ts";
import { judgeTarget, judgeTree } from "./file-access.ts";
import { readOptions } from "./option.ts";
import { purposeOf } from "./script-name.ts";

/** Tools that change sources only when told so, by these options. */
const FIXERS: Readonly<Record<string, readonly string[]>> = {
  prettier: ["--write", "-w"],
  eslint: ["--fix"],
  oxlint: ["--fix", "--fix-suggestions", "--fix-dangerously"],
  oxfmt: ["--write"],
  biome: ["--write", "--fix", "--apply", "--apply-unsafe", "--unsafe"],
  stylelint: ["--fix"],
  tslint: ["--fix"],
  xo: ["--fix"],
  standard: ["--fix"],
  markdownlint: ["--fix", "-f"],
  "markdownlint-cli2": ["--fix"],
  ruff: ["--fix", "--unsafe-fixes"],
  "clang-format": ["-i"],
  gofmt: ["-w"],
  goimports: ["-w"],
  gofumpt: ["-w"],
  shfmt: ["-w"],
  rubocop: ["-a", "-A", "--autocorrect", "--auto-correct", "--autocorrect-all", "-x"],
  codespell: ["-w"],
  typos: ["-w", "--write-changes"],
  "clang-tidy": ["--fix", "--fix-errors", "-fix"],
  dprint: [],
  sqlfluff: [],
  autoflake: ["-i", "--in-place"],
  autopep8: ["-i", "--in-place"],
  yapf: ["-i", "--in-place"],
  buf: ["-w"],
  terraform_fmt: [],
  nbstripout: [],
  knip: ["--fix"],
  "ast-grep": ["-U", "--update-all", "-i", "--interactive"],
  depcheck: [],
  swiftformat: [],
  taplo: [],
  ktlint: ["-F", "--format"],
  phpcbf: [],
  "sort-package-json": [],
};
/** Tools that change the sources they are given unless told to check only. */
const REWRITERS: Readonly<Record<string, readonly string[]>> = {
  black: ["--check", "--diff"],
  isort: ["--check", "--check-only", "-c", "--diff"],
  rustfmt: ["--check"],
  jscodeshift: ["--dry", "-d"],
  codemod: ["--dry"],
  "sort-package-json": ["--check"],
  pyupgrade: [],
  reorder_python_imports: [],
  nbstripout: ["--dry-run"],
};
/** Tools that change the files they are given unless told where else to write. */
const OPTIMISERS: Readonly<Record<string, readonly string[]>> = {
  svgo: ["-o", "--output"],
  optipng: ["-out", "-dir"],
  jpegoptim: ["-d", "--dest"],
  imagemin: ["-o", "--out-dir"],
};
/** Tools whose output option names a file or folder to be written. */
const BUILDERS: Readonly<Record<string, readonly string[]>> = {
  tsc: [
    "--outDir",
    "--outFile",
    "--declarationDir",
    "--tsBuildInfoFile",
    "--generateTrace",
    "--generateCpuProfile",
  ],
  esbuild: ["--outfile", "--outdir", "--metafile", "--log-override"],
  rollup: ["-o", "-d", "--file", "--dir"],
  webpack: ["-o", "--output-path"],
  vite: ["--outDir"],
  swc: ["-o", "-d", "--out-file", "--out-dir"],
  babel: ["-o", "-d", "--out-file", "--out-dir"],
  tsup: ["-d", "--out-dir"],
  parcel: ["--dist-dir"],
  sass: [],
  lessc: [],
  uglifyjs: ["-o", "--output"],
  terser: ["-o", "--output"],
  gcc: ["-o", "-MF"],
  "g++": ["-o", "-MF"],
  cc: ["-o", "-MF"],
  "c++": ["-o"],
  clang: ["-o", "-MF"],
  "clang++": ["-o", "-MF"],
  rustc: ["-o", "--out-dir"],
  ld: ["-o"],
  as: ["-o"],
  javac: ["-d"],
  kotlinc: ["-d"],
  ghc: ["-o", "-outputdir"],
  nim: ["-o", "--out"],
  zig: ["-femit-bin"],
  swiftc: ["-o"],
  ocamlfind: ["-o"],
  protoc: ["-o", "--descriptor_set_out", "--js_out", "--ts_out", "--go_out", "--python_out"],
  pandoc: ["-o", "--output"],
  dot: ["-o"],
  mmdc: ["-o", "--output"],
  typedoc: ["--out", "--json"],
  jsdoc: ["-d"],
  openapi: ["-o"],
  "openapi-typescript": ["-o", "--output"],
  "graphql-codegen": [],
  quicktype: ["-o", "--out"],
  json2ts: ["-o", "--output"],
  api: [],
  vitest: ["--outputFile", "--coverage.reportsDirectory"],
  jest: ["--outputFile", "--coverageDirectory"],
  mocha: [],
  nyc: ["--report-dir", "--temp-dir"],
  c8: ["-o", "--reports-dir", "--temp-directory"],
  playwright: ["--output"],
  pytest: ["--junitxml", "--junit-xml", "--basetemp", "--resultlog"],
  coverage: ["-o", "--data-file"],
  cwebp: ["-o"],
  magick: [],
  meson: [],
  ninja: [],
  objcopy: [],
  strip: ["-o"],
  jq: [],
  yq: [],
  xmllint: ["-o", "--output"],
  xsltproc: ["-o", "--output"],
  bison: ["-o", "--output"],
  flex: ["-o"],
  "wasm-pack": ["-d", "--out-dir"],
  wat2wasm: ["-o"],
  asc: ["-o", "--outFile"],
  ncc: ["-o", "--out"],
  pkg: ["-o", "--output"],
  "docker-slim": [],
};
/** Test and coverage runners whose operands after the options are a command. */
const RUNNERS = ["c8", "nyc"];

/** Compilers, linters, formatters, test runners: harmless but for what they are told to write. */
export const FORMATTERS: readonly (readonly [string, Handler])[] = [
  ...Object.keys(BUILDERS).map((name) => [name, build] as const),
  ...Object.keys(FIXERS).map((name) => [name, fix] as const),
  ...Object.keys(REWRITERS).map((name) => [name, rewrite] as const),
  ...Object.keys(OPTIMISERS).map((name) => [name, optimise] as const),
  ...RUNNERS.map((name) => [name, runner] as const),
  ["yq", (call, shell) => inPlace(call, shell, 1)],
  ["cmake", cmake],
  ["go", goTool],
  ["cargo", cargo],
  ...[
    "make",
    "gmake",
    "just",
    "rake",
    "ant",
    "nmake",
    "scons",
    "invoke",
    "fab",
    "task",
    "mage",
    "bazel",
    "buck2",
  ].map((name) => [name, recipe] as const),
  ...["gulp", "grunt"].map((name) => [name, namedTask] as const),
  ...["nox", "tox"].map((name) => [name, () => UNSEEN] as const),
  ...[
    "gradle",
    "gradlew",
    "mvn",
    "mvnw",
    "dotnet",
    "sbt",
    "lein",
    "mix",
    "swift",
    "stack",
    "cabal",
    "flutter",
    "dart",
  ].map((name) => [name, project] as const),
];

function build(call: Call, shell: Shell): Stream {
  if (call.args.some((arg) => arg.text === "--init" || arg.text === "init")) judgeTree(literal("."), shell);
  const names = BUILDERS[call.program] ?? [];
  judgeOutputs(call, names, shell);
  return UNSEEN;
}

/** The value of each option that names an output must be in scope, scratch or made again by a build. */
function judgeOutputs(call: Call, names: readonly string[], shell: Shell): void {
  call.args.forEach((arg, at) => {
    for (const name of names) {
      const next = call.args[at + 1];
      if ((arg.text === name || (name.length > 3 && arg.text === name.slice(1))) && next !== undefined)
        judgeTree(next, shell);
      else if (arg.text.startsWith(`${name}=`)) judgeTree(literal(arg.text.slice(name.length + 1)), shell);
      else if (
        name.length === 2 &&
        !name.startsWith("--") &&
        arg.text.startsWith(name) &&
        arg.text.length > 2 &&
        name === "-o"
      )
        judgeTree(literal(arg.text.slice(2)), shell);
    }
  });
}

/** `cmake -E` is a portable shell: its commands are those of the system. */
const CMAKE_COMMANDS: Readonly<Record<string, readonly string[]>> = {
  rm: ["rm"],
  remove: ["rm"],
  remove_directory: ["rm", "-r"],
  copy: ["cp"],
  copy_if_different: ["cp"],
  copy_directory: ["cp", "-r"],
  rename: ["mv"],
  make_directory: ["mkdir"],
  touch: ["touch"],
  touch_nocreate: ["touch"],
  create_symlink: ["ln", "-s"],
  create_hardlink: ["ln"],
  tar: ["tar"],
  env: ["env"],
  time: ["time"],
  cat: ["cat"],
  echo: ["echo"],
};

function cmake(call: Call, shell: Shell): Stream {
  const [first, verb, ...rest] = call.args;
  if (first?.text === "-P") ask(shell, "opaque", "what the script of cmake does is not visible");
  if (first?.text === "--install") deny(shell, "scope-write", "cmake would install files");
  judgeOutputs(call, ["-B", "--install-prefix"], shell);
  const command = first?.text === "-E" ? CMAKE_COMMANDS[verb?.text ?? ""] : undefined;
  return command === undefined ? UNSEEN : shell.exec([...command.map(literal), ...rest], shell, call.stdin);
}

function fix(call: Call, shell: Shell): Stream {
  judgeOutputs(call, ["-o", "--output", "--output-file", "--cache-location", "--outputFile"], shell);
  const names = FIXERS[call.program] ?? [];
  const formats =
    (call.program === "ruff" &&
      call.args[0]?.text === "format" &&
      !call.args.some((arg) => /^--(?:check|diff)$/.test(arg.text))) ||
    call.program === "phpcbf";
  if (
    !formats &&
    !call.args.some((arg) => names.some((name) => arg.text === name || arg.text.startsWith(`${name}=`)))
  )
    return UNSEEN;
  if (call.args.some((arg) => arg.text === "--fix-dry-run")) return UNSEEN;
  return changeSources(call, shell);
}

function rewrite(call: Call, shell: Shell): Stream {
  const checks = REWRITERS[call.program] ?? [];
  if (call.args.some((arg) => checks.includes(arg.text) || /^--(?:help|version)$/.test(arg.text)))
    return UNSEEN;
  return changeSources(call, shell);
}

function optimise(call: Call, shell: Shell): Stream {
  const names = OPTIMISERS[call.program] ?? [];
  judgeOutputs(call, names, shell);
  return call.args.some((arg) => names.includes(arg.text)) ? UNSEEN : changeSources(call, shell);
}

const FIX_VALUES = [
  "--config",
  "-c",
  "--ext",
  "--ignore-path",
  "--ignore-pattern",
  "--parser",
  "--rule",
  "--format",
  "-f",
  "--plugin",
  "--max-warnings",
  "--config-path",
  "--style",
  "--log-level",
  "--line-length",
  "-l",
  "-t",
  "--transform",
  "--extensions",
  "--parser-opts",
  "--pattern",
  "-p",
  "--rewrite",
  "-r",
  "--lang",
];

export function changeSources(call: Call, shell: Shell): Stream {
  const operands = call.args.filter(
    (arg, at) => !arg.text.startsWith("-") && !FIX_VALUES.includes(call.args[at - 1]?.text ?? ""),
  );
  const verbs = /^(?:check|format|lint|ci|fmt|fix|run|scan)$/;
  const files = operands.filter((arg, at) => !(at === 0 && verbs.test(arg.text)));
  for (const file of files.length === 0 ? [literal(".")] : files)
    judgeTree({ text: file.text, glob: /[*?{[]/.test(file.text) }, shell);
  return UNSEEN;
}

function runner(call: Call, shell: Shell): Stream {
  judgeOutputs(call, BUILDERS[call.program] ?? [], shell);
  const options = readOptions(call.args, {
    short: "rox",
    long: ["--reporter", "--reports-dir", "--temp-directory", "--exclude", "--include"],
    stopAtOperand: true,
  });
  return options.operands.length === 0 ? UNSEEN : shell.exec(options.operands, shell, call.stdin);
}

function inPlace(call: Call, shell: Shell, skip: number): Stream {
  const options = readOptions(call.args, { short: "opIP" });
  if (!options.has("-i", "--inplace", "--in-place")) return UNSEEN;
  for (const file of options.operands.slice(
    /^e(?:val)?$/.test(options.operands[0]?.text ?? "") ? skip + 1 : skip,
  ))
    judgeTarget(file, shell, "file");
  return UNSEEN;
}

function goTool(call: Call, shell: Shell): Stream {
  const [verb, ...rest] = call.args;
  judgeOutputs(
    { ...call, args: rest },
    ["-o", "-coverprofile", "-cpuprofile", "-memprofile", "-trace", "-outputdir"],
    shell,
  );
  for (const value of valuesOf(rest, ["-exec", "-toolexec"])) executeText(value.text, shell, "shell");
  switch (verb?.text ?? "help") {
    case "build":
    case "test":
    case "vet":
    case "version":
    case "list":
    case "doc":
    case "env":
    case "help":
    case "tool":
      if (verb?.text === "env" && rest.some((arg) => arg.text === "-w" || arg.text === "-u"))
        deny(shell, "env-exec", "go env -w changes settings for later");
      return UNSEEN;
    case "fmt":
    case "fix":
    case "generate":
      if (verb?.text === "generate") ask(shell, "opaque", "go generate runs commands that are not visible");
      else judgeTree(literal(rest[0]?.text.replace(/\/\.\.\.$/, "") ?? "."), shell);
      return UNSEEN;
    case "run":
      if (/@|^[\w-]+\.[\w-]+\//.test(rest.find((arg) => !arg.text.startsWith("-"))?.text ?? ""))
        deny(shell, "remote-exec", "code from the network is executed");
      return UNSEEN;
    case "clean":
      return UNSEEN;
    default:
      deny(shell, "scope-write", "go would change modules or installed programs");
      return UNSEEN;
  }
}

function valuesOf(args: readonly Arg[], names: readonly string[]): readonly Arg[] {
  return args.flatMap((arg, at) => {
    const name = names.find((each) => arg.text === each || arg.text.startsWith(`${each}=`));
    if (name === undefined) return [];
    return arg.text === name ? (args[at + 1] ?? []) : [literal(arg.text.slice(name.length + 1))];
  });
}

function cargo(call: Call, shell: Shell): Stream {
  const args = call.args.filter((arg) => !arg.text.startsWith("+"));
  const verb = args.find((arg) => !arg.text.startsWith("-"))?.text ?? "";
  if (args.some((arg) => arg.text === "--dry-run" || arg.text === "--help")) return UNSEEN;
  if (valuesOf(args, ["--config"]).length > 0)
    deny(shell, "env-exec", "cargo is given settings that may run code");
  for (const value of valuesOf(args, ["--target-dir", "--out-dir", "--artifact-dir"]))
    judgeTree(value, shell);
  if (/^(?:publish|yank|owner|login|logout)$/.test(verb))
    deny(shell, "publish", `cargo ${verb} changes the registry`);
  else if (
    /^(?:install|uninstall|add|remove|rm|update|init|new|vendor|generate-lockfile|upgrade|set-version)$/.test(
      verb,
    )
  )
    deny(shell, "scope-write", `cargo ${verb} changes manifests or installed programs`);
  else if (
    verb === "fix" ||
    (verb === "fmt" && !args.some((arg) => arg.text === "--check")) ||
    (verb === "clippy" && args.some((arg) => arg.text === "--fix"))
  )
    judgeTree(literal("."), shell);
  else if (
    verb !== "" &&
    !/^(?:build|b|check|c|test|t|bench|run|r|clippy|fmt|doc|d|tree|metadata|version|search|nextest|clean|help|expand|audit|deny|outdated|llvm-cov|miri|machete|package|verify-project|locate-project|read-manifest|rustc|rustdoc|report|info)$/.test(
      verb,
    )
  )
    ask(shell, "unknown-program", `cargo ${verb} is not known`);
  return UNSEEN;
}

/** A recipe's commands stand in a file, so they cannot be seen. */
function recipe(call: Call, shell: Shell): Stream {
  if (
    call.args.some((arg) =>
      /^(?:-n|--dry-run|--just-print|--help|--version|-v|-V|-l|--list|-T|--tasks|--summary|query|cquery|aquery|info)$/.test(
        arg.text,
      ),
    )
  )
    return UNSEEN;
  for (const value of valuesOf(call.args, ["--eval"]))
    executeText(value.text.replace(/.*\$\(shell (.*)\)/, "$1"), shell, "shell");
  for (const arg of call.args)
    if (/^(?:SHELL|MAKEFLAGS|\.SHELLFLAGS)=/.test(arg.text))
      deny(shell, "env-exec", "a variable of make runs code");
  const destroys = call.args.find((arg) =>
    /(?:^|[:_-])(?:drop|reset|destroy|nuke|purge|wipe|truncate)(?:$|[:_-])/i.test(arg.text),
  );
  if (destroys !== undefined) deny(shell, "db-cloud-destroy", `${destroys.text} destroys data by its name`);
  ask(shell, "opaque", `what ${call.program} does is not visible`);
  return UNSEEN;
}

/** A task of the project's own build file, judged by its name as package scripts are. */
function namedTask(call: Call, shell: Shell): Stream {
  for (const { text } of call.args) {
    const purpose = text.startsWith("-") ? "ordinary" : purposeOf(text);
    if (purpose === "destroys") deny(shell, "db-cloud-destroy", `${text} destroys data by its name`);
    else if (purpose === "acts") ask(shell, "opaque", `what the task ${text} does is not visible`);
  }
  return UNSEEN;
}

const PROJECT_DENIED =
  /^(?:publish\w*|deploy\w*|release:.*|nuget|uninstall|installDist|upload\w*|hex\.(?:publish|retire)|ecto\.(?:drop|reset|rollback)|pub)$/i;
const PROJECT_KNOWN =
  /^(?:build|test|check|compile\w*|verify|package|assemble\w*|classes|testClasses|jar|tasks|dependencies|help|run|format|clean|lint\w*|analyze|version|--version|-v|-version|deps\.\w*|credo|dialyzer|integration-test|validate|site|bench|repl|spotlessCheck|info|list)$/;

function project(call: Call, shell: Shell): Stream {
  for (const arg of call.args) {
    if (arg.text.startsWith("-")) continue;
    const name = arg.text.slice(arg.text.lastIndexOf(":") + 1);
    if (PROJECT_DENIED.test(arg.text) || PROJECT_DENIED.test(name))
      deny(
        shell,
        /drop|reset|rollback/.test(name) ? "db-cloud-destroy" : "publish",
        `${call.program} ${name} publishes or destroys`,
      );
    else if (call.args.indexOf(arg) === 0 && !PROJECT_KNOWN.test(name))
      ask(shell, "unknown-program", `${call.program} ${name} is not known`);
  }
  return UNSEEN;
}
