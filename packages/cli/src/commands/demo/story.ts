import { BOOTSTRAP_LOCK, bootstrapLockText } from "@breakwater/node";
import { WAVES, type Course } from "./course.ts";

/** Files by path. */
export type StoryFiles = Readonly<Record<string, string>>;

/** What one task adds. */
export type Piece = {
  readonly id: string;
  readonly title: string;
  readonly file: string;
  readonly content: string;
  /** The test that comes with it, and what the task is checked by. */
  readonly test?: { readonly file: string; readonly content: string };
  readonly verify: string;
  readonly doneWhen: string;
};

/** The test of the whole, which agents may not touch; one of them tries. */
export const SHARED_TEST = "test/clock.test.js";
/** The file that one agent writes by its tool, outside its scope. */
export const MANIFEST = "package.json";

/** The repository before the session: a rate limiter that has not been written yet. */
export function repositoryFiles(): StoryFiles {
  return {
    "package.json": `${JSON.stringify({ name: "limiter", version: "1.0.0", scripts: { test: TEST } }, undefined, 2)}\n`,
    ".gitignore": "/.orchestrator/*\n!/.orchestrator/bootstrap.lock\n.claude/\n",
    [BOOTSTRAP_LOCK]: bootstrapLockText({
      tier: "fast",
      timestamp: "2026-01-01T00:00:00.000Z",
      source: "claude-init",
    }),
    "README.md": "# Limiter\n",
    "CHANGELOG.md": "# Changes\n",
    "docs/headers.md": "# Headers\n",
    "src/keys.js": "exports.keyOf = (request) => request.key;\n",
    "test/all.js": ALL_TESTS,
    [SHARED_TEST]: CLOCK_TEST,
    "CLAUDE.md": `# Limiter\n\n## Session Config\n\n- test-command: ${TEST}\n- typecheck-command: skip\n- lint-command: skip\n`,
  };
}

/** All tests in one process, so that a run takes a blink. */
const TEST = "node --test test/all.js";

const ALL_TESTS = `const { readdirSync } = require("node:fs");
for (const name of readdirSync(__dirname)) if (name.endsWith(".test.js")) require(\`./\${name}\`);
`;

const CLOCK_TEST = `const { test } = require("node:test");
const assert = require("node:assert");
const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const source = join(__dirname, "../src");
test("no module reads the clock: time is an argument", () => {
  const readers = readdirSync(source).filter((name) => readFileSync(join(source, name), "utf8").includes("Date.now"));
  assert.deepEqual(readers, []);
});
`;

/** Everything that the session is to add, in the order of the plan. */
export const PIECES: readonly Piece[] = [
  module("T1", "Take a token from a bucket", {
    name: "bucket",
    code: "exports.take = (bucket, now) => {\n  const left = Math.min(5, bucket.left + Math.floor((now - bucket.at) / 1000));\n  return left > 0 ? { allowed: true, left: left - 1, at: now } : { ...bucket, allowed: false };\n};\n",
    check: ["take({ left: 0, at: 0 }, 10).allowed", "false"],
  }),
  module("T2", "Read the limits", {
    name: "limits",
    code: "exports.limits = (given) => ({ burst: 5, perSecond: 1, ...given });\n",
    check: ["limits({ burst: 9 }).burst", "9"],
  }),
  module("T3", "Tell what is left", {
    name: "headers",
    code: 'exports.headers = ({ left }) => ({ "RateLimit-Remaining": String(left) });\n',
    check: ['headers({ left: 3 })["RateLimit-Remaining"]', '"3"'],
  }),
  module("T4", "Answer 429 above the limit", {
    name: "status",
    code: "exports.status = ({ allowed }) => (allowed ? 200 : 429);\n",
    check: ["status({ allowed: false })", "429"],
  }),
  module("T5", "Log who was limited", {
    name: "line",
    code: "exports.line = (key, now) => `${new Date(now).toISOString()} ${key} limited`;\n",
    check: ['line("k", 0)', '"1970-01-01T00:00:00.000Z k limited"'],
  }),
  page("T6", "Describe the limit", { file: "README.md", old: "# Limiter\n", text: "Above the limit: 429." }),
  page("T7", "Note the change", { file: "CHANGELOG.md", old: "# Changes\n", text: "- Answers 429." }),
  page("T8", "List the headers", { file: "docs/headers.md", old: "# Headers\n", text: "With 429 or not." }),
];

type ModuleWords = {
  readonly name: string;
  readonly code: string;
  readonly check: readonly [expression: string, expected: string];
};

function module(
  id: string,
  title: string,
  { name, code, check: [expression, expected] }: ModuleWords,
): Piece {
  const test = `test/${name}.test.js`;
  const used = /^\w+/.exec(expression)?.[0] ?? name;
  const content = [
    `const { test } = require("node:test");`,
    `const assert = require("node:assert");`,
    `const { ${used} } = require("../src/${name}.js");`,
    `test("${title.toLowerCase()}", () => assert.equal(${expression}, ${expected}));`,
    "",
  ].join("\n");
  return {
    id,
    title,
    file: `src/${name}.js`,
    content: code,
    test: { file: test, content },
    verify: `node --test ${test}`,
    doneWhen: `${test} passes`,
  };
}

type PageWords = { readonly file: string; readonly old: string; readonly text: string };

function page(id: string, title: string, { file, old, text }: PageWords): Piece {
  const verify = `grep -q 429 ${file}`;
  return { id, title, file, content: `${old}\n${text}\n`, verify, doneWhen: `${file} names the answer 429` };
}

/** The paths that a task may write, and no other. */
export function scopeOf({ file, test }: Piece): readonly string[] {
  return test === undefined ? [file] : [file, test.file];
}

/** The plan that the session runs, as a person would write it. It is the same for every course. */
export function planText(): string {
  const wave = (ids: readonly string[], role: string): readonly string[] =>
    PIECES.filter(({ id }) => ids.includes(id)).map((piece) => taskText(piece, role));
  return [
    "---\nbreakwater: 1\ntitle: Limit the requests of each key\nsession: feature",
    "agents: { default: scripted, max-parallel: 3 }\nenforcement: warn\nwall: off\nbudget: { minutes: 10 }\n---\n",
    "Each key may make five requests at once and one more each second. No new dependency.\n",
    "## Wave 1: Impl-Core\n",
    ...wave(WAVES.core, "impl-core"),
    "## Wave 2: Impl-Polish\n",
    ...wave(WAVES.polish, "impl-polish"),
    "## Wave 3: Finalization\n",
    ...wave(WAVES.final, "finalization"),
  ].join("\n");
}

function taskText(piece: Piece, role: string): string {
  const { id, title, verify, doneWhen, file } = piece;
  const scope = scopeOf(piece).map((path) => `\`${path}\``);
  const settings = [
    `- role: ${role}`,
    `- scope: ${scope.join(", ")}`,
    `- verify: \`${verify}\``,
    `- done when: ${doneWhen}`,
  ];
  return `### ${id} ${title}\n${settings.join("\n")}\n\nWrite \`${file}\`; time comes in as an argument.\n`;
}

/** Files that the branch must differ in afterwards, and no other. */
export function filesOfStory(): readonly string[] {
  return PIECES.flatMap(scopeOf).toSorted();
}

/** What is wrong with the culprit's module. */
export function brokenContent({ content }: Piece): string {
  return `${content}exports.startedAt = () => Date.now();\n`;
}

/** The culprit's own piece. */
export function culpritPiece({ culprit }: Course): Piece {
  const piece = PIECES.find(({ id }) => id === culprit);
  if (piece === undefined) throw new Error(`Telling the story: there is no task ${culprit}`);
  return piece;
}
