import { assert, property, string, constantFrom, array } from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan } from "../plan.ts";
import { planOfImport } from "./imported-plan.ts";
import { IMPORT_FORMATS, importFormatOf, readImport } from "./read-import.ts";

function imported(text: string): { readonly plan: Plan; readonly notes: readonly string[] } {
  const format = importFormatOf(text);
  const read = format === undefined ? undefined : readImport(text, format);
  if (read?.ok !== true) throw new Error(`not read: ${String(format)}`);
  return planOfImport(read.value);
}

function brief({ waves }: Plan): readonly unknown[] {
  return waves.flatMap((wave) =>
    wave.tasks.map(({ id, title, role, scope, depends }) => [
      wave.number,
      id,
      title,
      role,
      scope.kind === "write" ? scope.globs : "read-only",
      depends,
    ]),
  );
}

describe("The tasks of spec-kit", () => {
  it("keep phases, order, files and what is parallel; checked ones are left out", () => {
    const { plan, notes } = imported(`# Tasks: Photo albums

## Phase 1: Setup
- [x] T001 Create project structure
- [ ] T002 Initialize package in package.json
## Phase 2: User Story 1
- [ ] T003 [P] [US1] Album model in src/models/album.ts
- [ ] T004 [P] [US1] Photo model in src/models/photo.ts
- [ ] T005 [US1] Album service in src/services/album.ts (depends on T003, T004)
- [ ] T006 [US1] Routes in src/routes/album.ts
`);
    expect(plan.title).toBe("Photo albums");
    expect(plan.waves.map(({ name }) => name)).toEqual(["Setup", "User Story 1"]);
    expect(brief(plan)).toEqual([
      [1, "T1", "Initialize package in package.json", "impl-core", [], []],
      [2, "T2", "Album model in src/models/album.ts", "impl-core", ["src/models/album.ts"], []],
      [2, "T3", "Photo model in src/models/photo.ts", "impl-core", ["src/models/photo.ts"], []],
      [
        2,
        "T4",
        "Album service in src/services/album.ts",
        "impl-core",
        ["src/services/album.ts"],
        ["T2", "T3"],
      ],
      [2, "T5", "Routes in src/routes/album.ts", "impl-core", ["src/routes/album.ts"], ["T4"]],
    ]);
    expect(notes).toEqual(["T001 is checked and was left out", "T1 names no file: write its scope"]);
  });
});

describe("The tasks of Kiro", () => {
  it("are the leaves, in a row, with requirements as criteria", () => {
    const { plan } = imported(`# Implementation Plan

- [ ] 1. Data
- [ ] 1.1 Create the store in \`src/store.ts\`
  - with an index
  - _Requirements: 1.1, 2.3_
- [x] 1.2 Done already
- [ ] 2. Wire it in \`src/main.ts\`
`);
    expect(brief(plan)).toEqual([
      [0, "T1", "Create the store in `src/store.ts`", "impl-core", ["src/store.ts"], []],
      [0, "T2", "Wire it in `src/main.ts`", "impl-polish", ["src/main.ts"], ["T1"]],
    ]);
    expect(plan.waves[0]?.tasks[0]).toMatchObject({
      doneWhen: ["requirements 1.1, 2.3 hold"],
      brief: "- with an index",
    });
  });
});

describe("A plan of GSD", () => {
  it("keeps files, action, verify and done, and its truths for the last task", () => {
    const { plan, notes } = imported(`---
phase: 01-auth
depends_on: ["00-01"]
files_modified: [src/login.ts, src/other.ts]
must_haves:
  truths:
    - "a user can sign in"
---
<objective>
Sign in by password. Nothing else.
</objective>
<tasks>
<task type="auto">
  <name>Task 1: Add the route</name>
  <files>src/login.ts, test/login.test.ts</files>
  <action>Add POST /login.
## not a heading</action>
  <verify>npm test -- login</verify>
  <done>200 for a right password</done>
</task>
</tasks>
`);
    const [task] = plan.waves.flatMap((wave) => wave.tasks);
    expect(task).toMatchObject({
      title: "Add the route",
      scope: { kind: "write", globs: ["src/login.ts", "test/login.test.ts"] },
      verify: ["npm test -- login"],
      doneWhen: ["200 for a right password", "a user can sign in"],
    });
    expect(task?.brief).toContain("\\## not a heading");
    expect(notes).toEqual([
      "the plan waits for 00-01: import those too, or run them before",
      "no task names src/other.ts",
    ]);
  });
});

describe("The tasks of Taskmaster", () => {
  it("are read tagged, with subtasks in a row and dependants behind the last of them", () => {
    const { plan, notes } = imported(
      JSON.stringify({
        master: {
          tasks: [
            { id: 1, title: "Old", status: "done" },
            {
              id: 2,
              title: "Store",
              status: "pending",
              dependencies: [1],
              subtasks: [
                { id: 1, title: "Schema", details: "in `db/schema.sql`" },
                {
                  id: 2,
                  title: "Queries",
                  details: "in `src/query.ts`",
                  testStrategy: "each query has a test",
                },
              ],
            },
            { id: 3, title: "Wire", description: "`src/main.ts`", dependencies: [2] },
          ],
        },
      }),
    );
    expect(brief(plan)).toEqual([
      [0, "T1", "Schema", "impl-core", ["db/schema.sql"], []],
      [0, "T2", "Queries", "impl-core", ["src/query.ts"], ["T1"]],
      [0, "T3", "Wire", "impl-polish", ["src/main.ts"], ["T2"]],
    ]);
    expect(notes).toEqual(["task 1 is done and was left out"]);
  });
});

describe("A plan document of waves and agents", () => {
  const text = `## Wave Plan (Session: deep, 3 waves, isolation: worktree)

### Wave 1: Discovery (1 agents, parallel, read-only)
- Agent 1: Map the routes → src/server.ts → list of routes → Explore

### Wave 2: Impl-Core (2 agents, parallel, isolation: worktree)
- Agent 1: Token bucket → \`src/limit/**\`, \`test/limit/**\` → burst holds → code-implementer
- Agent 2: Config keys → src/config.ts → unknown keys are rejected → code-implementer
File scope overlap: none

### Wave 3: Finalization (1 agents)
- Agent 1: Changelog -> CHANGELOG.md -> entry is there -> coordinator

### Execution Config
- Waves: 3 · agents-per-wave: 8 · isolation: worktree
- Enforcement: strict, max-turns: 25
- Persistence: true, pencil: none

### Docs Tasks (machine-readable)
\`\`\`yaml
docs-tasks:
  - id: docs-1
    audience: user
    target-pattern: "README.md"
    rationale: limits are new
    wave: 3
    status: planned
\`\`\`

### Wave-Plan Mission Status (machine-readable)
\`\`\`yaml
mission-status:
  - id: m-1
    task: Map the routes
    wave: 1
    status: completed
\`\`\`
`;

  // conforms: plan-document, plan-docs-block
  it("keeps waves, files, criteria, its own configuration and docs tasks; completed work is left out", () => {
    const { plan, notes } = imported(text);
    expect(plan).toMatchObject({
      session: "deep",
      waveCount: 3,
      agentsPerWave: 8,
      isolation: "worktree",
      enforcement: "strict",
      maxTurns: 25,
      docsTasks: [
        { id: "docs-1", audience: "user", targetPattern: "README.md", rationale: "limits are new", wave: 3 },
      ],
    });
    expect(brief(plan)).toEqual([
      [2, "T1", "Token bucket", "impl-core", ["src/limit/**", "test/limit/**"], []],
      [2, "T2", "Config keys", "impl-core", ["src/config.ts"], []],
      [3, "T3", "Changelog", "finalization", ["CHANGELOG.md"], []],
    ]);
    expect(notes).toEqual(['"Map the routes" is completed and was left out']);
  });
});

describe("A foreign file", () => {
  it("is read to the end whatever it is, or refused with a sentence", () => {
    const line = constantFrom(
      "- [ ] T001 [P] x in a/b.ts",
      "- [ ] 1.1 y",
      "## Wave Plan (Session: deep, 3 waves)",
      "### Wave 1: Impl-Core (2 agents)",
      "- Agent 1: a → b → c",
      "<task><name>",
      "</task>",
      "### Execution Config",
      "waves: 3",
      '{"tasks":[{"id":1,"subtasks":[{}]}]}',
    );
    assert(
      property(array(line), string(), constantFrom(...IMPORT_FORMATS), (lines, tail, format) => {
        const read = readImport([...lines, tail].join("\n"), format);
        const size = read.ok ? planOfImport(read.value).plan.waves.length : read.failure.length;
        expect(size).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});
