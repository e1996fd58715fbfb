import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createScratchRepository } from "@breakwater/testkit";
import type { ScratchRepository } from "@breakwater/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { runCaptured } from "../../captured-run.ts";
import type { CapturedRun } from "../../captured-run.ts";

const repositories: ScratchRepository[] = [];

function repository(files: Readonly<Record<string, string>>): ScratchRepository {
  const made = createScratchRepository({ "src/a.js": "1\n", "src/b.js": "2\n", ...files });
  repositories.push(made);
  return made;
}

afterEach(() => {
  for (const each of repositories.splice(0)) each.dispose();
});

function breakwater(root: string, ...words: readonly string[]): Promise<CapturedRun> {
  return runCaptured(words, { cwd: root });
}

const settings =
  "## Session Config\n\n- test-command: npm test\n- typecheck-command: skip\n- lint-command: skip\n- agent: scripted\n";

const document = `## Wave Plan (Session: deep, 2 waves, isolation: worktree)

### Wave 1: Impl-Core (2 agents, parallel, isolation: worktree)
- Agent 1: First → src/a.js → it exports a function → code-implementer
- Agent 2: Second → src/b.js → it exports a function → code-implementer

### Execution Config
- Waves: 2, agents-per-wave: 4, isolation: worktree
- Enforcement: strict, max turns: 9
`;

describe("plan import", () => {
  it("writes a plan that lints without errors, and tells what it left out", async () => {
    const { root } = repository({
      "CLAUDE.md": settings,
      "tasks.md":
        "# Tasks: Two\n\n- [x] T001 Done\n- [ ] T002 [P] First in src/a.js\n- [ ] T003 [P] Second in src/b.js\n",
    });
    const run = await breakwater(root, "plan", "import", "tasks.md", "--out", "plans/two.plan.md");
    expect(run).toMatchObject({ code: 0, stderr: "note: T001 is checked and was left out\n" });
    expect(readFileSync(join(root, "plans/two.plan.md"), "utf8")).toContain("### T2 Second in src/b.js");
    expect((await breakwater(root, "plan", "lint", "plans/two.plan.md")).code).toBe(0);
    expect((await breakwater(root, "plan", "import", "tasks.md", "--out", "plans/two.plan.md")).code).toBe(2);
  });

  it("says what a file must be where it is nothing known", async () => {
    const { root } = repository({ "x.md": "# Hello\n" });
    expect(await breakwater(root, "plan", "import", "x.md")).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("BW830"),
    });
    expect(await breakwater(root, "plan", "import", "none.md")).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("BW825"),
    });
    expect(await breakwater(root, "plan", "import", "x.md", "--from", "taskmaster")).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("it is not JSON"),
    });
  });
});

describe("A plan document of waves and agents", () => {
  it("is shown as it is, with its Execution Config before Session Config", async () => {
    const { root } = repository({
      "CLAUDE.md": `${settings}- max-turns: 30\n- waves: 5\n`,
      "wave-plan.md": document,
    });
    const { stdout } = await breakwater(root, "plan", "show", "wave-plan.md", "--json");
    const { schedule } = JSON.parse(stdout);
    expect(schedule).toMatchObject({
      session: "deep",
      agentsPerWave: 4,
      origins: { "max-turns": "plan", isolation: "plan" },
    });
    expect(
      schedule.tasks.filter((task: { source: { kind: string } }) => task.source.kind === "plan"),
    ).toMatchObject([
      { id: "T1", limits: { turns: 9 }, scope: { globs: ["src/a.js"] } },
      { id: "T2", limits: { turns: 9 }, scope: { globs: ["src/b.js"] } },
    ]);
  });
});

describe("plan show", () => {
  it("names the longest chain, the bounds and how many agents gain something", async () => {
    const { root } = repository({ "CLAUDE.md": settings, "wave-plan.md": document });
    const { stdout } = await breakwater(root, "plan", "show", "wave-plan.md");
    expect(stdout).toContain("outlook  at most 18 turns, at most 90 minutes without repeats");
    expect(stdout).toContain("agents   2 recommended: 2 need 50 % of the turns that one needs after another");
  });

  // conforms: plan-runtime-agent
  it("takes the agent of a kind of work from agent-mapping, where it is an agent", async () => {
    const files = { "wave-plan.md": document };
    const agentsOf = async (mapping: string): Promise<readonly string[]> => {
      const { root } = repository({ ...files, "CLAUDE.md": settings.replace("- agent: scripted", mapping) });
      const { stdout } = await breakwater(root, "plan", "show", "wave-plan.md", "--json");
      return (JSON.parse(stdout).schedule?.tasks ?? []).map((task: { agent: string }) => task.agent);
    };
    expect(await agentsOf("- agent: scripted\n- agent-mapping: { impl: code-implementer }")).toEqual([
      "scripted",
      "scripted",
    ]);
    expect(await agentsOf("- agent: nobody\n- agent-mapping: { impl: scripted }")).toEqual([]);
  });
});

describe("plan show, for the person who decides,", () => {
  const two = (second: string): string => `---
breakwater: 1
title: T
session: feature
agents: { default: scripted }
---

## Wave 1: Impl-Core

### T1 Add a migration
- role: impl-core
- scope: \`src/a.js\`
- contract-lock: true
- done when: the file exports a function

### T2 Style the page
- role: impl-core
- scope: ${second}
- done when: the file exports a function
`;
  const profile =
    "---\nname: db-specialist\ndescription: Use for: migrations\ntools: Read, Edit\n---\nThink of locks.\n";

  it("tells size, risk, isolation and contracts, each with its reason", async () => {
    const { root } = repository({ "CLAUDE.md": settings, "p.plan.md": two("`src/b.js`") });
    const { stdout } = await breakwater(root, "plan", "show", "p.plan.md");
    expect(stdout).toContain("isolation none: at most two tasks");
    expect(stdout).toContain("collision risk low: no two tasks write in one folder at one time");
    expect(stdout).toContain("T1   Add a migration  (contract first)");
    expect(stdout).toContain("size     simple: 2 files in 1 source folder, 0 issues (score 0 of 6)");
    expect(stdout).toContain("agents of a role by this size: Impl-Core 3 to 4");
  });

  // conforms: plan-runtime-agent
  it("names the profile of a task, by its words or by agent-mapping", async () => {
    const files = { "p.plan.md": two("`src/b.js`"), ".claude/agents/db.md": profile };
    const byWords = repository({ "CLAUDE.md": settings, ...files });
    const first = await breakwater(byWords.root, "plan", "show", "p.plan.md");
    expect(first.stdout).toContain("profile db-specialist: its words fit db work");
    const mapped = repository({
      "CLAUDE.md": `${settings}- agent-mapping: { ui: db-specialist }\n`,
      ...files,
    });
    const { stdout } = await breakwater(mapped.root, "plan", "show", "p.plan.md", "--json");
    expect(JSON.parse(stdout).schedule.tasks).toMatchObject([
      { id: "T1", agent: "scripted", profile: { name: "db-specialist", because: "words" } },
      { id: "T2", agent: "scripted", profile: { name: "db-specialist", kind: "ui", because: "mapping" } },
    ]);
  });

  // conforms: plan-agent-spec, plan-order
  it("has of each task all that an agent needs, from plan, settings, profiles and past sessions", async () => {
    const past = (id: string): string =>
      JSON.stringify({
        session_id: id,
        session_type: "feature",
        total_agents: 2,
        effectiveness: { planned_issues: 2 },
        usage: { minutes_per_agent: 5 },
      });
    const { root } = repository({
      "CLAUDE.md": `${settings}- max-turns: 9\n`,
      "p.plan.md": two("`src/b.js`\n- depends: T1"),
      ".claude/agents/db.md": profile,
      ".orchestrator/metrics/sessions.jsonl": `${["s1", "s2", "s3"].map(past).join("\n")}\n`,
    });
    const { stdout } = await breakwater(root, "plan", "show", "p.plan.md", "--json");
    const { schedule, forecast } = JSON.parse(stdout);
    expect(schedule.waves).toMatchObject([{ isolation: "none", tasks: ["T1", "T2"] }]);
    expect(schedule.tasks).toMatchObject([
      { id: "T1", profile: { name: "db-specialist" } },
      {
        id: "T2",
        scope: { kind: "write", globs: ["src/b.js"] },
        doneWhen: ["the file exports a function"],
        depends: ["T1"],
        limits: { turns: 9 },
        agent: "scripted",
      },
    ]);
    expect(forecast.basis.minutes).toMatchObject({ count: 3 });
  });

  it("warns of a name in agent-mapping that nobody has, with the one that was meant", async () => {
    const { root } = repository({
      "CLAUDE.md": `${settings}- agent-mapping: { db: db-specalist, ui: scripted }\n`,
      "p.plan.md": two("`src/b.js`"),
      ".claude/agents/db.md": profile,
    });
    const { code, stdout } = await breakwater(root, "plan", "lint", "p.plan.md");
    expect(code).toBe(0);
    expect(stdout).toContain('warning BW404  agent-mapping gives db work to "db-specalist"');
    expect(stdout).toContain("did you mean db-specialist?");
    expect(stdout.match(/BW404 /gu)).toHaveLength(1);
  });

  it("lists overlaps as data, also where they refuse the plan", async () => {
    const { root } = repository({
      "CLAUDE.md": settings,
      "p.plan.md": two("`src/*.js`").replace("- contract-lock: true\n", ""),
    });
    const run = await breakwater(root, "plan", "show", "p.plan.md", "--json");
    expect(run.code).toBe(3);
    expect(JSON.parse(run.stdout).conflicts).toEqual([
      { wave: 1, left: "T1", right: "T2", paths: ["src/a.js"], shared: false, order: "at-once" },
    ]);
  });
});

describe("plan new --from issue:N", () => {
  const body =
    "Text of anybody.\n\n## Wave 7: Mine\n- scope: `**`\n\n- [ ] Add `src/a.js`\n- [ ] Add `lib/b.js`\n";

  /** The tracker's program is the boundary: this one prints what it was asked and then its answer. */
  function withProgram(root: string, name: string, answer: unknown): Readonly<Record<string, string>> {
    const folder = join(root, ".git/fake");
    mkdirSync(folder);
    writeFileSync(join(folder, "answer.json"), JSON.stringify(answer));
    const script = `#!/bin/sh\nprintf '%s ' "$@" > ${folder}/asked\ncat ${folder}/answer.json\n`;
    writeFileSync(join(folder, name), script, { mode: 0o755 });
    return { PATH: `${folder}:${process.env["PATH"] ?? ""}` };
  }

  it("asks gh once and writes a plan whose tasks quote the issue", async () => {
    const { root } = repository({ "CLAUDE.md": settings });
    const env = withProgram(root, "gh", { number: 12, title: "Limit\u001b[31m keys", body });
    const words = ["plan", "new", "--from", "issue:12", "--out", "p.plan.md"];
    expect(await runCaptured(words, { cwd: root, env })).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(join(root, ".git/fake/asked"), "utf8")).toBe(
      "issue view 12 --json number,title,body ",
    );
    const { stdout } = await breakwater(root, "plan", "show", "p.plan.md", "--json");
    const { schedule } = JSON.parse(stdout);
    expect(schedule).toMatchObject({ issues: [12], waves: [{ name: "Impl-Core" }] });
    const [first] = schedule.tasks;
    expect(first).toMatchObject({ issue: 12, scope: { globs: ["src/a.js"] } });
    expect(first.brief).toContain("\n> ## Wave 7: Mine\n> - scope: `**`\n");
  });

  it("asks glab where the project says GitLab", async () => {
    const { root } = repository({ "CLAUDE.md": `${settings}- vcs: gitlab\n` });
    const env = withProgram(root, "glab", { iid: 3, title: "Fix it", description: "In `src/a.js`" });
    const run = await runCaptured(["plan", "new", "--from", "issue:3"], { cwd: root, env });
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining("- scope: `src/a.js`") });
  });

  it("fails with its reason where the program or the issue is missing", async () => {
    const { root } = repository({ "CLAUDE.md": settings });
    const none = await runCaptured(["plan", "new", "--from", "issue:3"], { cwd: root, env: { PATH: "" } });
    expect(none).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining("BW837") });
    const env = withProgram(root, "gh", "no issue");
    const odd = await runCaptured(["plan", "new", "--from", "issue:3"], { cwd: root, env });
    expect(odd.stderr).toContain("its answer is no issue");
    expect((await breakwater(root, "plan", "new", "--from", "12")).code).toBe(2);
  });
});

describe("plan draft --skeleton", () => {
  // conforms: session-docs
  it("needs no agent, and brings documentation only where the project plans it", async () => {
    const goal =
      "Add `src/c.js`\n\n### Docs Planning Result (Phase 2.5)\nDocs-tasks-seed:\n  - audience: user\n    rationale: a new file\n";
    const lock = "version: 1\ntier: fast\ntimestamp: 2026-01-01T00:00:00.000Z\nsource: claude-init\n";
    const dutiesOf = async (more: string): Promise<readonly unknown[]> => {
      const { root } = repository({
        "CLAUDE.md": `${settings}${more}`,
        ".orchestrator/bootstrap.lock": lock,
      });
      const drafted = await breakwater(root, "plan", "draft", goal, "--skeleton", "--out", "p.plan.md");
      expect(drafted).toMatchObject({ code: 0 });
      return JSON.parse((await breakwater(root, "plan", "show", "p.plan.md", "--json")).stdout).schedule
        .docsTasks;
    };
    expect(await dutiesOf("")).toEqual([]);
    expect(await dutiesOf("- docs-orchestrator: { enabled: true }\n")).toMatchObject([
      { id: "docs-1", audience: "user", rationale: "a new file" },
    ]);
  });
});

describe("plan fix", () => {
  const broken = `---
breakwater: 1
title: T
sesion: feature
agents: { default: scripted }
---

## Wave 1: Impl-Core

### T1 First
- rolle: impl-core
- scope: \`src/a.js\`
- done when: the file exports a function
`;

  it("applies edits that need no judgement, or only those of one code", async () => {
    const { root } = repository({ "CLAUDE.md": settings, "p.plan.md": broken });
    const dry = await breakwater(root, "plan", "fix", "p.plan.md", "--dry-run");
    expect(dry.stdout).toContain('unknown key "rolle"');
    expect(readFileSync(join(root, "p.plan.md"), "utf8")).toBe(broken);
    await breakwater(root, "plan", "fix", "p.plan.md", "--apply", "BW112");
    expect(readFileSync(join(root, "p.plan.md"), "utf8")).toBe(broken.replace("rolle", "role"));
    expect((await breakwater(root, "plan", "fix", "p.plan.md")).code).toBe(0);
    expect(readFileSync(join(root, "p.plan.md"), "utf8")).toContain("session: feature");
    expect(existsSync(join(root, ".orchestrator"))).toBe(false);
  });

  it("shows what is left for a person, a file that is not there too", async () => {
    const { root } = repository({ "CLAUDE.md": settings });
    const run = await breakwater(root, "plan", "fix", "none.plan.md");
    expect(run).toMatchObject({ code: 3, stderr: expect.stringContaining("BW106") });
    expect(run.stdout).toBe("none.plan.md: 0 edits; 1 error\n");
  });

  it("moves what does not fit out of a full wave, with whatever waits for it, and changes no task", async () => {
    const task = (id: string, scope: string, more = ""): string =>
      `### ${id} Add ${id}\n- role: impl-core\n- scope: \`${scope}\`\n${more}- done when: the file exports a function\n\nBrief of ${id}.\n\n`;
    const head = broken.slice(0, broken.indexOf("## Wave 1")).replace("sesion:", "session:");
    const parts = [
      task("T1", "a/x.js"),
      task("T2", "b/x.js"),
      task("T3", "a/y.js"),
      task("T4", "c/x.js"),
      task("T5", "d/x.js", "- depends: T4\n"),
    ];
    const text = `${head}## Wave 1: Impl-Core\n\n${parts.join("")}## Wave 2: Impl-Core\n\n${task("T6", "e/x.js")}`;
    const cap = settings.replace("- agent:", "- agents-per-wave: 2\n- agent:");
    const { root } = repository({ "CLAUDE.md": cap, "p.plan.md": text });
    const run = await breakwater(root, "plan", "fix", "p.plan.md");
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining("wave 1 is too full") });
    const after = readFileSync(join(root, "p.plan.md"), "utf8");
    for (const part of parts) expect(after).toContain(part.trimEnd());
    const { stdout } = await breakwater(root, "plan", "show", "p.plan.md", "--json");
    const waves: readonly (readonly string[])[] = JSON.parse(stdout).schedule.waves.map(
      (wave: { tasks: readonly string[] }) => wave.tasks,
    );
    expect(waves.every((tasks) => tasks.length <= 2)).toBe(true);
    expect(waves.flat().toSorted()).toEqual(["T1", "T2", "T3", "T4", "T5", "T6"]);
    expect(waves.at(-1)).toEqual(["T6"]);
  });
});
