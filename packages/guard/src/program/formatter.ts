import { literal } from "../shell/arg.ts";
import type { Call, Handler, Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { judgeTarget, judgeTree } from "./write-access.ts";
import { readOptions } from "./option.ts";
import { judgeOutputs } from "./output-option.ts";

/** Options by which many programs change what they look at. */
export const IN_PLACE =
  /^--?(?:fix|write|in-?place|autofix|auto-?correct(?:-all)?|update-all|apply-fixes|fix-all)(?:=true)?$/;

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
  "ts-migrate": [],
  "ts-migrate-full": [],
  lebab: ["--version"],
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

/** Linters and formatters: harmless unless they are told, or made, to rewrite sources out of scope. */
export const FORMATTERS: readonly (readonly [string, Handler])[] = [
  ...Object.keys(FIXERS).map((name) => [name, fix] as const),
  ...Object.keys(REWRITERS).map((name) => [name, rewrite] as const),
  ...Object.keys(OPTIMISERS).map((name) => [name, optimise] as const),
  ["yq", (call, shell) => inPlace(call, shell, 1)],
];

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

/** Judges that the sources named as operands are rewritten; all of the folder where none is named. */
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

function inPlace(call: Call, shell: Shell, skip: number): Stream {
  const options = readOptions(call.args, { short: "opIP" });
  if (!options.has("-i", "--inplace", "--in-place")) return UNSEEN;
  for (const file of options.operands.slice(
    /^e(?:val)?$/.test(options.operands[0]?.text ?? "") ? skip + 1 : skip,
  ))
    judgeTarget(file, shell, "file");
  return UNSEEN;
}
