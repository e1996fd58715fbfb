import { literal } from "../shell/arg.ts";
import { ask, type Call, deny, type Handler, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { readOptions } from "./option.ts";
import { judgeOutputs } from "./output-option.ts";

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
  tailwindcss: ["-o", "--output"],
  postcss: ["-o", "--output", "-d", "--dir"],
  browserify: ["-o", "--outfile"],
  lightningcss: ["-o", "--output-file", "-d", "--output-dir"],
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
  jupyter: ["--output", "--output-dir"],
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

/** Compilers, bundlers and test runners: harmless but for what they are told to write. */
export const COMPILERS: readonly (readonly [string, Handler])[] = [
  ...Object.keys(BUILDERS).map((name) => [name, build] as const),
  ...RUNNERS.map((name) => [name, runner] as const),
  ["cmake", cmake],
];

function build(call: Call, shell: Shell): Stream {
  const names = BUILDERS[call.program] ?? [];
  judgeOutputs(call, names, shell);
  return UNSEEN;
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

function runner(call: Call, shell: Shell): Stream {
  judgeOutputs(call, BUILDERS[call.program] ?? [], shell);
  const options = readOptions(call.args, {
    short: "rox",
    long: ["--reporter", "--reports-dir", "--temp-directory", "--exclude", "--include"],
    stopAtOperand: true,
  });
  return options.operands.length === 0 ? UNSEEN : shell.exec(options.operands, shell, call.stdin);
}
