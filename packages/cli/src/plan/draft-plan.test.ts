import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bundleAttemptEntry, createScratchRepository } from "@breakwater/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCaptured } from "../captured-run.ts";
import type { CapturedRun } from "../captured-run.ts";

const entry = process.argv[1] ?? "";

beforeAll(async () => {
  // The planner's host is this very program once more; here that is the bundle of the attempt's part.
  process.argv[1] = (await bundleAttemptEntry()).args[0] ?? "";
});
afterAll(() => {
  process.argv[1] = entry;
});

const settings =
  "## Session Config\n\n- test-command: npm test\n- typecheck-command: skip\n- lint-command: skip\n- agent: scripted\n";
const lock = "version: 1\ntier: fast\ntimestamp: 2026-01-01T00:00:00.000Z\nsource: claude-init\n";

function draft(key: string): readonly string[] {
  return [
    "---",
    "breakwater: 1",
    "title: T",
    "session: feature",
    "agents: { default: scripted }",
    "---",
    "",
    "## Wave 1: Impl-Core",
    "",
    "### T1 First",
    `- ${key}: impl-core`,
    "- scope: `src/a.js`",
    "- done when: it exports a function",
  ];
}

async function drafted(
  scripts: Readonly<Record<string, readonly object[]>>,
  words: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<{
  readonly run: CapturedRun;
  readonly plan: string;
  readonly status: string;
  readonly source: string;
}> {
  const repository = createScratchRepository({
    "src/a.js": "1\n",
    "CLAUDE.md": settings,
    ".orchestrator/bootstrap.lock": lock,
  });
  for (const [name, text] of Object.entries(more)) {
    mkdirSync(dirname(join(repository.root, name)), { recursive: true });
    writeFileSync(join(repository.root, name), text);
  }
  const folder = join(repository.home, "scripts");
  mkdirSync(folder);
  for (const [name, steps] of Object.entries(scripts))
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(steps));
  const run = await runCaptured([...words, "--scripts", folder, "--out", "p.plan.md"], {
    cwd: repository.root,
  });
  const found = readdirSync(repository.root).includes("p.plan.md");
  const plan = found ? readFileSync(join(repository.root, "p.plan.md"), "utf8") : "";
  const status = repository.git("status", "--porcelain").trim();
  const source = readFileSync(join(repository.root, "src/a.js"), "utf8");
  repository.dispose();
  return { run, plan, status, source };
}

/** What a predecessor left in the middle of its work, beside a file of the person. */
function state(branch: string, status: string): Readonly<Record<string, string>> {
  const text = `---\nschema-version: 1\nbranch: ${branch}\nstatus: ${status}\ncurrent-wave: 2\ntotal-waves: 5\n---\n\n## Wave History\n\n### Wave 1 — Discovery\n- A1: done\n`;
  return { ".claude/STATE.md": text, "mine.txt": "mine\n" };
}

const done = { report: "done", summary: "drafted" };

describe("A planner", () => {
  it("drafts into a file for a person, and what lint refuses goes back to it", async () => {
    const { run, plan, status, source } = await drafted(
      {
        "P1.1": [
          { write: "src/a.js", content: "theirs" },
          { write: "draft.plan.md", content: draft("rolle") },
          done,
        ],
        "P1.2": [{ write: "draft.plan.md", content: draft("role") }, done],
      },
      ["plan", "Make a function"],
    );
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining("(2 rounds)") });
    expect(run.stderr).toContain("draft 1: 1 error; the planner corrects it");
    expect(plan).toContain("- role: impl-core");
    expect({ status, source }).toEqual({ status: "?? p.plan.md", source: "1\n" });
  });

  it("gets two repairs and no more; the last draft is kept with what is wrong", async () => {
    const { run, plan } = await drafted({ P1: [{ write: "draft.plan.md", content: draft("rolle") }, done] }, [
      "session",
      "feature",
      "--goal",
      "Make a function",
    ]);
    expect(run).toMatchObject({ code: 3, stdout: expect.stringContaining("(3 rounds): 1 error") });
    expect(plan).toContain("- rolle: impl-core");
  });

  // conforms: state-resume, session-continuity, session-git
  it("goes on with the session that STATE.md tells of, where a person says so", async () => {
    const earlier = state("main", "active");
    const script = {
      P1: [{ write: "draft.plan.md", content: draft("role") }, done],
    };
    const words = ["session", "feature", "--goal", "Make a function"];
    const offered = await drafted(script, words, earlier);
    expect(offered.run.stderr).toContain(
      "an earlier session is active in wave 2 of 5 and was never ended: this begins afresh; --continue goes on with it\n",
    );
    expect(offered.run.stderr).toMatch(/^branch {3}main, not committed: mine\.txt$/m);
    expect(offered.run.stderr).toMatch(/^commit {3}[0-9a-f]{7,} /m);
    const continued = await drafted(script, [...words, "--continue"], earlier);
    expect(continued.run.stderr).toContain("the plan goes on with what is left\n");
    expect(continued.run.code).toBe(0);
  });

  // conforms: state-stale-branch
  it("ignores a STATE.md of another branch, with a message, and one that was ended", async () => {
    const words = ["session", "feature", "--goal", "Make a function", "--skeleton", "--continue"];
    const stale = await drafted({}, words, state("feat/other", "paused"));
    expect(stale.run.stderr).toContain("STATE.md is of feat/other, not of main: it is ignored\n");
    expect(stale.run.stderr).not.toContain("never ended");
    const ended = await drafted({}, words, state("main", "completed"));
    expect(ended.run.stderr).not.toMatch(/STATE\.md|never ended/);
  });

  it("that leaves no draft is a failure, and nothing of its copy stays", async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith("breakwater-plan-"));
    const { run, plan } = await drafted({ P1: [done] }, ["plan", "draft", "Make a function"]);
    expect(run).toMatchObject({ code: 3, stderr: expect.stringContaining("BW835") });
    expect(plan).toBe("");
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("breakwater-plan-"))).toEqual(before);
  });

  it("is asked for nothing where the repository was not made ready or nobody says the goal", async () => {
    const bare = createScratchRepository({ "src/a.js": "1\n" });
    expect(await runCaptured(["plan", "Make a function"], { cwd: bare.root })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("BW820"),
    });
    expect(await runCaptured(["session", "deep"], { cwd: bare.root })).toMatchObject({
      code: 7,
      stderr: expect.stringContaining("--goal"),
    });
    bare.dispose();
  });
});
