import type { IntegrityFinding, IntegrityRule, TextChange } from "./finding.ts";
import { squeezed } from "./test-case.ts";

/** Files that say how checks run or what they demand. */
const CONFIG =
  /(?:^|\/)(?:package\.json|(?:vitest|jest|playwright|karma|cypress|ava|eslint|stylelint|biome|vite)\.?(?:config|workspace)?\.[\w.]+|\.(?:eslintrc|mocharc|nycrc|c8rc|coveragerc|oxlintrc|golangci|pre-commit-config|gitlab-ci|babelrc)(?:\.\w+)*|biome\.json|codecov\.ya?ml|tsconfig[\w.-]*\.json|pytest\.ini|tox\.ini|setup\.cfg|pyproject\.toml|conftest\.py|noxfile\.py|Makefile|makefile|[Jj]ustfile|Taskfile\.ya?ml|lefthook\.ya?ml|CLAUDE\.md|AGENTS\.md)$|(?:^|\/)\.(?:github\/workflows|circleci|buildkite|husky|ci)\/|\.gitlab-ci\.ya?ml$|azure-pipelines\.ya?ml$|Jenkinsfile$/;
const SHELL =
  /\.(?:sh|bash|zsh)$|(?:^|\/)(?:Makefile|makefile|[Jj]ustfile)$|\.ya?ml$|Jenkinsfile$|(?:^|\/)\.husky\/|(?:^|\/)\.ci\//;

/** Whether a path is one that these rules read; others need not be loaded. */
export function isGateConfig(path: string): boolean {
  return CONFIG.test(path) || SHELL.test(path);
}

/** What a change loosens in the configuration of checks, thresholds and pipelines. */
export function configFindings(changes: readonly TextChange[]): readonly IntegrityFinding[] {
  return changes.flatMap((change) => {
    if (!isGateConfig(change.path)) return [];
    const { path } = change;
    const [before, after] = [squeezed(change.before ?? ""), squeezed(change.after ?? "")];
    const found = [
      ...hiddenFailures(path, before, after),
      ...loweredThresholds(path, before, after),
      ...severities(before, after),
      ...strictness(path, before, after),
      ...narrowed(path, before, after),
      ...editedCommands(path, before, after),
      ...(change.after === undefined && isRunnerConfig(path)
        ? [said("integrity:gate-edited", "is gone")]
        : []),
    ];
    return found.map(({ rule, what }) => ({ path, rule, message: `${path} ${what}` }));
  });
}

type Said = { readonly rule: IntegrityRule; readonly what: string };

function said(rule: IntegrityRule, what: string): Said {
  return { rule, what };
}

const TOOL =
  /\b(?:tests?|vitest|jest|mocha|ava|tap|pytest|tox|nox|unittest|tsc|typecheck|type-check|types|eslint|oxlint|biome|lint|golangci-lint|mypy|pyright|ruff|flake8|pylint|check|verify|coverage|nyc|c8|ci|cargo|gradle|mvn|ctest|rspec|playwright|cypress)\b/;
const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\|\|\s*(?:true\b|:(?=\s|$|["'])|exit\s+0|echo\b|printf\b)/, "hides a failing check behind `||`"],
  [/;\s*(?:exit\s+0\b|true\s*(?:$|["']))/, "ends with success whatever the check said"],
  [/--passWithNoTests|--pass-with-no-tests|passWithNoTests\s*["']?\s*[:=]\s*true/, "passes when no test ran"],
  [/--no-verify\b/, "switches hooks off"],
  [
    /--deselect\b|--ignore(?:-glob)?[= ]\S*test|--testPathIgnorePatterns|-k\s+["']not\b/,
    "leaves tests out of the run",
  ],
  [/--(?:only-changed|onlyChanged|lastCommit|lf|last-failed)\b/, "runs only a part of the tests"],
  [/--forbid-?[oO]nly[= ]false|--allowOnly\b|allowOnly\s*["']?\s*[:=]\s*true/, "lets one test run alone"],
];
const PIPELINE: readonly (readonly [RegExp, string])[] = [
  [/^\s*-?\s*continue-on-error:\s*(?:true|\$\{\{)/, "goes on after a failing step"],
  [/^\s*allow_failure:\s*true/, "lets a job fail"],
  [/^\s*set\s+\+e\b/, "goes on after a failing command"],
  [/^\s*-?\s*if:\s*false\b/, "switches a step off"],
  [/^\s*(?:ignore_errors|ignore_outcome)\s*[:=]\s*(?:true|yes)/i, "ignores failures"],
];

/** What a project always did is its own affair: only more of it than before counts. */
function hiddenFailures(path: string, before: string, after: string): readonly Said[] {
  const lines = (text: string): readonly string[] =>
    text.split("\n").filter((line) => !/^\s*(?:#|\/\/|\*)/.test(line));
  const [was, now] = [lines(before), lines(after)];
  const grew = (test: (line: string) => boolean): boolean =>
    now.filter(test).length > was.filter(test).length;
  const masks = MASKS.filter(([pattern]) =>
    grew((line) => pattern.test(line) && (TOOL.test(line) || /pass-?with/i.test(line))),
  );
  const steps = SHELL.test(path) ? PIPELINE.filter(([pattern]) => grew((line) => pattern.test(line))) : [];
  return [...masks, ...steps].map(([, what]) => said("integrity:failure-hidden", `now ${what}`));
}

const FLOOR =
  /(?:\b|["'_-])(branches|functions|lines|statements|global|perFile|fail[_-]under|cov-fail-under|check-coverage|min[_-]?coverage|minimum[_-]coverage|coverage[_-]?threshold|target|threshold|mutationScore|break)["']?\s*[:= ]\s*["']?(-?\d+(?:\.\d+)?)\s*%?/gi;
const CEILING =
  /(max-?warnings|max-?complexity|complexity|allowed[_-]failures|maxFailures)["']?\s*[:= ,[]+(?:["']error["']\s*,\s*)?["']?(-?\d+)/gi;

function loweredThresholds(path: string, before: string, after: string): readonly Said[] {
  if (
    !/coverage|nycrc|c8rc|codecov|fail[_-]under|threshold|warnings|complexity|failures/i.test(
      `${path}${before}`,
    )
  )
    return [];
  return [
    ...compareNumbers(before, after, { pattern: FLOOR, worse: (was, now) => now < was, verb: "lowers" }),
    ...compareNumbers(before, after, { pattern: CEILING, worse: (was, now) => now > was, verb: "raises" }),
  ];
}

type NumberRule = {
  readonly pattern: RegExp;
  readonly worse: (was: number, now: number) => boolean;
  readonly verb: string;
};

function compareNumbers(before: string, after: string, rule: NumberRule): readonly Said[] {
  const [was, now] = [numbersIn(before, rule.pattern), numbersIn(after, rule.pattern)];
  return [...was].flatMap(([key, values]) => {
    const left = now.get(key) ?? [];
    const lost = values.length > left.length;
    if (lost)
      return [said("integrity:threshold-lowered", `no longer demands ${key} ${String(values.at(-1))}`)];
    const at = values.findIndex((value, index) => rule.worse(value, left[index] ?? value));
    if (at === -1) return [];
    const what = `${rule.verb} ${key} from ${String(values[at])} to ${String(left[at])}`;
    return [said("integrity:threshold-lowered", what)];
  });
}

function numbersIn(text: string, pattern: RegExp): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const [, key = "", value = ""] of text.matchAll(pattern))
    found.set(key.toLowerCase(), [...(found.get(key.toLowerCase()) ?? []), Number(value)]);
  return found;
}

const SEVERITY = /["']?([@\w-]+(?:\/[\w-]+)*)["']?\s*:\s*(?:\[\s*)?["']?(off|warn|error|0|1|2)\b["']?(?!\.)/g;

/** A rule of a linter that is an error before and less now; keys that are no rules have other values. */
function severities(before: string, after: string): readonly Said[] {
  const rank = (value: string): number => ({ off: 0, "0": 0, warn: 1, "1": 1, error: 2, "2": 2 })[value] ?? 0;
  const now = new Map([...after.matchAll(SEVERITY)].map(([, key = "", value = ""]) => [key, value]));
  return [...before.matchAll(SEVERITY)].flatMap(([, key = "", value = ""]) => {
    const next = now.get(key);
    if (
      next === undefined ||
      rank(next) >= rank(value) ||
      !/[-/]|^(?:eqeqeq|curly|complexity|semi)$/.test(key)
    )
      return [];
    return [said("integrity:threshold-lowered", `makes ${key} ${next} where it was ${value}`)];
  });
}

const STRICT =
  /"(strict\w*|no(?:Implicit|Unused|Unchecked|Fallthrough|PropertyAccess|Emit)\w*|exactOptionalPropertyTypes|alwaysStrict|checkJs|useUnknownInCatchVariables)"\s*:\s*(true|false)/g;

function strictness(path: string, before: string, after: string): readonly Said[] {
  if (!/tsconfig[\w.-]*\.json$/.test(path)) return [];
  const now = new Map([...after.matchAll(STRICT)].map(([, key = "", value = ""]) => [key, value]));
  const strict = now.get("strict") === "true";
  return [...before.matchAll(STRICT)].flatMap(([, key = "", value = ""]) => {
    const implied =
      strict && /^(?:strict\w+|noImplicitAny|noImplicitThis|alwaysStrict|useUnknown\w+)$/.test(key);
    const next = now.get(key) ?? (implied ? "true" : "absent");
    if (value !== "true" || next === "true" || key === "noEmit") return [];
    return [said("integrity:threshold-lowered", `sets ${key} to ${next} where it was true`)];
  });
}

const LEFT_OUT =
  /["']?(exclude|testPathIgnorePatterns|coveragePathIgnorePatterns|modulePathIgnorePatterns|ignorePatterns|ignores|norecursedirs|collect_ignore|ignore|omit)["']?\s*[:=]\s*(?:\[([^\]]{0,2000})\]|([^\n[]{1,2000}))/g;

function narrowed(path: string, before: string, after: string): readonly Said[] {
  if (!isRunnerConfig(path)) return [];
  const [was, now] = [leftOut(before), leftOut(after)];
  return [...now].flatMap(([key, entries]) => {
    const known = was.get(key) ?? new Set<string>();
    const added = [...entries].filter(
      (entry) =>
        !known.has(entry) && !/node_modules|dist|build|coverage|\.git\b|__pycache__|venv/.test(entry),
    );
    return added.length === 0
      ? []
      : [said("integrity:gate-edited", `leaves ${added.join(", ")} out of its check (${key})`)];
  });
}

function leftOut(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const [, key = "", list, word] of text.matchAll(LEFT_OUT)) {
    const entries = (list ?? word ?? "").split(/[,\s]+/).map((entry) => entry.replace(/^["'`]|["'`]$/g, ""));
    const known = found.get(key) ?? new Set<string>();
    for (const entry of entries) if (/[\w*]/.test(entry) && !entry.startsWith("...")) known.add(entry);
    found.set(key, known);
  }
  return found;
}

function isRunnerConfig(path: string): boolean {
  return /(?:^|\/)(?:vitest|jest|playwright|karma|cypress|ava|eslint|stylelint|biome|tsconfig|\.eslintrc|\.mocharc|\.nycrc|\.c8rc|\.coveragerc|\.oxlintrc|\.golangci|pytest\.ini|tox\.ini|pyproject\.toml|setup\.cfg)[\w.-]*$/.test(
    path,
  );
}

const SCRIPT =
  /"((?:pre|post)?(?:test|lint|types?|typecheck|type-check|check|verify|coverage|ci)(?::[\w:-]+)?)"\s*:\s*"((?:[^"\\]|\\.)*)"/g;
const SESSION_COMMAND = /^-? ?\**((?:test|lint|typecheck|types|build)-command)\** ?: ?(.+)$/gm;

/** A command that decides whether work is good; new ones are welcome, edited and lost ones are told. */
function editedCommands(path: string, before: string, after: string): readonly Said[] {
  const pattern = path.endsWith("package.json")
    ? SCRIPT
    : /(?:CLAUDE|AGENTS)\.md$/.test(path)
      ? SESSION_COMMAND
      : undefined;
  if (pattern === undefined) return [];
  const now = new Map([...after.matchAll(pattern)].map(([, key = "", value = ""]) => [key, value.trim()]));
  return [...before.matchAll(pattern)].flatMap(([, key = "", value = ""]) => {
    const next = now.get(key);
    if (next === value.trim()) return [];
    return [
      said(
        "integrity:gate-edited",
        next === undefined ? `no longer has the command ${key}` : `runs another command as ${key}`,
      ),
    ];
  });
}
