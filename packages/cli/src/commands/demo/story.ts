/** What differs between two courses of the story; the rest is the same for every seed. */
export type Course = {
  readonly seed: number;
  /** Writes outside its scope by a tool, and is denied at the door. */
  readonly denied: string;
  /** Writes outside its scope by a shell, past the door, and is held at the audit. */
  readonly strayed: string;
  /** Breaks a test of somebody else, and gets a repair. */
  readonly culprit: string;
};

const FIRST_WAVE = ["T1", "T2", "T3"] as const;
const SECOND_WAVE = ["T4", "T5"] as const;

/** The course of a seed; the same seed gives the same course. */
export function courseOf(seed: number): Course {
  const at = (list: readonly string[], index: number): string => list[index % list.length] ?? "T1";
  return {
    seed,
    denied: at(FIRST_WAVE, seed),
    strayed: at(FIRST_WAVE, seed + 1 + (seed % 2)),
    culprit: at(SECOND_WAVE, seed),
  };
}

/** Files by path. */
export type StoryFiles = Readonly<Record<string, string>>;

/** The repository before the session: a small library with its tests. */
export function repositoryFiles(): StoryFiles {
  return {
    "package.json": `${JSON.stringify({ name: "demo", version: "1.0.0", scripts: { test: "node --test" } }, undefined, 2)}\n`,
    "src/limits.js": "exports.lowest = 0;\nexports.highest = 100;\n",
    "test/limits.test.js": testOf("limits", "limits.lowest + limits.highest", "100"),
    "CLAUDE.md":
      "# Demo\n\n## Session Config\n\n- test-command: node --test\n- typecheck-command: skip\n- lint-command: skip\n- enforcement: strict\n- isolation: worktree\n",
  };
}

function testOf(module: string, expression: string, expected: string): string {
  return [
    `const { test } = require("node:test");`,
    `const assert = require("node:assert");`,
    `const ${module} = require("../src/${module}.js");`,
    `test("${module}", () => assert.equal(${expression}, ${expected}));`,
    "",
  ].join("\n");
}

type Piece = {
  readonly id: string;
  readonly title: string;
  readonly module: string;
  readonly code: string;
  readonly check: readonly [string, string];
};

const PIECES: readonly Piece[] = [
  {
    id: "T1",
    title: "Add max",
    module: "max",
    code: "exports.max = (a, b) => (a > b ? a : b);\n",
    check: ["max.max(2, 3)", "3"],
  },
  {
    id: "T2",
    title: "Add min",
    module: "min",
    code: "exports.min = (a, b) => (a < b ? a : b);\n",
    check: ["min.min(2, 3)", "2"],
  },
  {
    id: "T3",
    title: "Add sign",
    module: "sign",
    code: "exports.sign = (n) => (n < 0 ? -1 : n > 0 ? 1 : 0);\n",
    check: ["sign.sign(-7)", "-1"],
  },
  {
    id: "T4",
    title: "Add double",
    module: "double",
    code: "exports.double = (n) => 2 * n;\n",
    check: ["double.double(4)", "8"],
  },
  {
    id: "T5",
    title: "Add half",
    module: "half",
    code: "exports.half = (n) => n / 2;\n",
    check: ["half.half(8)", "4"],
  },
];

/** The plan that the session runs, as a person would write it. */
export function planText({ culprit }: Course): string {
  const task = (id: string, role: string): string => {
    const { title, module } = pieceOf(id);
    // The culprit may write the shared limits, so that its mistake is in scope and only the gate can see it.
    const shared = id === culprit ? ", `src/limits.js`" : "";
    return `### ${id} ${title}\n- role: ${role}\n- scope: \`src/${module}.js\`, \`test/${module}.test.js\`${shared}\n- verify: \`node --test test/${module}.test.js\`\n- done when: the test of ${module} passes\n\n${title} to the library, with a test.\n`;
  };
  return [
    `---\nbreakwater: 1\ntitle: A small library\nsession: feature\nagents: { default: scripted, max-parallel: 3 }\nbudget: { minutes: 10 }\nwall: preferred\n---\n`,
    "Add five functions to a small library and describe them.\n",
    "## Wave 1: Impl-Core\n",
    ...FIRST_WAVE.map((id) => task(id, "impl-core")),
    "## Wave 2: Impl-Polish\n",
    ...SECOND_WAVE.map((id) => task(id, "impl-polish")),
    "## Wave 3: Finalization\n",
    "### T6 Describe the library\n- role: finalization\n- scope: `NOTES.md`\n- verify: `test -f NOTES.md`\n- done when: each function has a line\n- on-fail: ask\n\nDescribe each function in one line.\n",
  ].join("\n");
}

function pieceOf(id: string): Piece {
  const piece = PIECES.find((each) => each.id === id);
  if (piece === undefined) throw new Error(`Telling the story: there is no piece ${id}`);
  return piece;
}

/** Every script counts its start outside the repository, so that a second start would be seen. */
export function scriptFiles(course: Course, counter: string): StoryFiles {
  const { culprit } = course;
  const scripts = Object.fromEntries(PIECES.map((piece) => [piece.id, stepsOf(piece, course)]));
  const repair = [
    { write: "src/limits.js", content: "exports.lowest = 0;\nexports.highest = 100;\n" },
    { report: "done", summary: "put the limit back" },
  ];
  const gaveUp = [
    { say: "I do not know what these functions are for." },
    { report: "failed", summary: "the purpose is not stated anywhere" },
  ];
  const all: Readonly<Record<string, readonly object[]>> = {
    ...scripts,
    [`${culprit}F1`]: repair,
    T6: gaveUp,
  };
  return Object.fromEntries(
    Object.entries(all).map(([id, steps]) => {
      const started = { shell: `echo ${id} >> '${counter}'` };
      return [`${id}.json`, `${JSON.stringify({ steps: [started, ...steps] }, undefined, 2)}\n`];
    }),
  );
}

/** How long agents of the second wave work, so that the kill falls among them; milliseconds. */
const AT_WORK_MS = 2_500;

function stepsOf(
  { id, module, code, check: [expression, expected] }: Piece,
  course: Course,
): readonly object[] {
  const works = id === "T4" || id === "T5" ? [{ sleep: id === "T4" ? 300 : AT_WORK_MS }] : [];
  const denied = id === course.denied ? [{ write: "src/limits.js", content: "exports.lowest = 1;\n" }] : [];
  const strays =
    id === course.strayed ? [{ "if-attempt": 1, then: [{ shell: "echo stray > src/stray.js" }] }] : [];
  const breaks = id === course.culprit ? [{ edit: "src/limits.js", find: "100", replace: "99" }] : [];
  return [
    ...works,
    ...denied,
    { write: `src/${module}.js`, content: `${code}// course ${course.seed}\n` },
    { write: `test/${module}.test.js`, content: testOf(module, expression, expected) },
    ...strays,
    ...breaks,
    { report: "done", summary: `added ${module} with a test` },
  ];
}
