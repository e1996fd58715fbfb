import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createScratchRepository, type ScratchRepository, trialSchedule } from "@breakwater/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRepository } from "../repository/open-repository.ts";
import type { Repository } from "../repository/repository.ts";
import { frictionFiles } from "./friction-file.ts";
import { readPromptAdditions } from "./read-prompt-additions.ts";
import { readRule } from "./read-rule.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");

let scratch: ScratchRepository;
let repository: Repository;
beforeEach(async () => {
  scratch = createScratchRepository({ "src/a.ts": "one\ntwo\n", "lib/limiter.ts": "x\n" });
  const opened = await openRepository(scratch.root);
  if (!opened.ok) throw new Error(`Opening a repository: ${opened.failure.message}`);
  repository = opened.value;
});
afterEach(() => scratch.dispose());

function put(path: string, text: string): void {
  const file = join(scratch.root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const event = (session: string, file: string, kind = "edit-format-friction"): string =>
  `${JSON.stringify({ event: "stagnation_detected", session, error_class: kind, file })}\n`;

const LEARNING = {
  id: "1",
  type: "fragile-file",
  evidence: "e",
  source_session: "s",
  created_at: "2024-06-01T00:00:00Z",
  expires_at: "2999-01-01T00:00:00Z",
};

function read(wanted: Partial<Parameters<typeof readPromptAdditions>[1]> = {}) {
  return readPromptAdditions(repository, {
    parts: ["grounding", "cousins", "rules", "learnings"],
    reasoning: false,
    groundedFiles: 3,
    learnings: 15,
    stateDir: ".orchestrator",
    schedule: trialSchedule([{ id: "T1", scope: ["src/limiter.ts"], steps: [] }], []),
    now: NOW,
    ...wanted,
  });
}

describe("what a project adds to prompts", () => {
  it("is nothing without records, rules and files of the same name", async () => {
    expect(await read({ parts: ["grounding", "rules", "learnings"] })).toEqual({});
  });

  it("has the text of those profiles that the schedule chose", async () => {
    put(".orchestrator/agents/a.md", "---\nname: a\ndescription: Pages\n---\nStyle it.\n");
    put(".orchestrator/agents/b.md", "---\nname: b\ndescription: Other\n---\nOther.\n");
    const plain = trialSchedule([{ id: "T1", scope: ["src/x.ts"], steps: [] }], []);
    const profile = { name: "a", kind: "ui", because: "words" } as const;
    const schedule = { ...plain, tasks: plain.tasks.map((task) => ({ ...task, profile })) };
    expect(await read({ parts: ["profiles"], schedule })).toEqual({
      profiles: [{ name: "a", text: "Style it." }],
    });
    expect(await read({ parts: ["profiles"] })).toEqual({});
  });

  // conforms: plan-learnings
  it("comes from events, the files of the base, rules and learnings", async () => {
    put(".orchestrator/metrics/events.jsonl", `{\n${event("s1", "src/a.ts")}${event("s1", "gone.ts")}`);
    put(".orchestrator/rules/a.md", "---\nglobs: [src/**]\n---\nUse tabs.\n");
    put(
      ".orchestrator/metrics/learnings.jsonl",
      [
        { subject: "old", insight: "x", confidence: 1, expires_at: "2025-01-01T00:00:00Z" },
        { subject: "doubtful", insight: "y", confidence: 0.3 },
        { subject: "earlier", insight: "y", confidence: 0.5, created_at: "2024-01-01T00:00:00Z" },
        { subject: "later", insight: "y", confidence: 0.5 },
        { subject: "high", insight: "z", confidence: 0.9 },
        { subject: "sure of nothing", insight: "z", confidence: "0.9" },
      ]
        .map((each) => JSON.stringify({ ...LEARNING, ...each }))
        .join("\n"),
    );
    put("src/a.ts", "not in the base\n");
    expect(await read({ reasoning: true })).toEqual({
      reasoning: true,
      grounding: [{ path: "src/a.ts", lines: ["one", "two"] }],
      cousins: [{ path: "src/limiter.ts", others: ["lib/limiter.ts"] }],
      rules: [{ name: "a.md", globs: ["src/**"], text: "Use tabs." }],
      learnings: [
        { subject: "high", insight: "z" },
        { subject: "later", insight: "y" },
        { subject: "earlier", insight: "y" },
      ],
    });
    expect(await read({ parts: [] })).toEqual({});
    expect((await read({ groundedFiles: 0 })).grounding).toBeUndefined();
    expect((await read({ learnings: 1 })).learnings).toHaveLength(1);
  });

  it("looks at the last three sessions that were not abandoned, newest first, and at friction alone", () => {
    const log = [
      event("s0", "too-old.ts"),
      event("s1", "a.ts"),
      event("s2", "abandoned.ts"),
      event("s3", "b.ts"),
      event("s3", "scope.ts", "scope-denied"),
      event("s4", "a.ts"),
      event("s4", "c.ts"),
    ];
    put(".orchestrator/metrics/events.jsonl", log.join(""));
    put(".orchestrator/metrics/sessions.jsonl", '{"session_id":"s2","status":"abandoned"}\n');
    expect(frictionFiles(join(scratch.root, ".orchestrator/metrics"))).toEqual(["c.ts", "a.ts", "b.ts"]);
  });

  it("reads a rule with its globs, and none that is over, empty or damaged", () => {
    expect(readRule("r.md", "Plain.\n", NOW)).toEqual({ name: "r.md", globs: [], text: "Plain." });
    expect(readRule("r.md", "---\npaths: src/**, lib/**\nexpires: 2027-01-01\n---\nX", NOW)?.globs).toEqual([
      "src/**",
      "lib/**",
    ]);
    expect(readRule("r.md", "---\nexpires: 2025-01-01\n---\nX", NOW)).toBeUndefined();
    expect(readRule("r.md", "---\nglobs: a\n---\n", NOW)).toBeUndefined();
    expect(readRule("r.md", "---\nglobs: [a\n---\nX", NOW)).toBeUndefined();
    expect(readRule("r.md", "---\na: &x [1]\nglobs: *x\n---\nX", NOW)).toBeUndefined();
  });
});
