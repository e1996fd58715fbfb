import { describe, expect, it } from "vitest";
import { replay } from "../run/evolve/evolve.ts";
import { initialState } from "../run/state.ts";
import { sampleCommit, sampleJournal, sampleOpening, sampleSchedule, sampleTask } from "./sample-session.ts";
import { runningStory, sampleSecond, settledStory } from "./sample-story.ts";
import { stateMarkdown } from "./state-md.ts";
import { sessionRecord } from "./summary.ts";
import { waveScopeJson, waveScopeOf } from "./wave-scope.ts";
import { yamlScalar } from "./yaml-scalar.ts";

describe("stateMarkdown", () => {
  // conforms: state-front-matter, state-sections, state-lines, state-optional, start-ref
  it("writes a running session in the format that other programs read", () => {
    expect(stateMarkdown(replay(runningStory))).toMatchSnapshot();
  });

  it("writes the settled session with its history and its deviations", () => {
    expect(stateMarkdown(replay(settledStory))).toMatchSnapshot();
  });

  // conforms: state-docs-tasks
  it("begins with wave 0, lists documentation duties and writes nothing without a session", () => {
    const docsTasks = [
      { id: "d1", audience: "user", targetPattern: "README.md", rationale: 'the "limit" key', wave: 1 },
    ] as const;
    const schedule = sampleSchedule([["Impl-Core", [sampleTask("T1")]]], { docsTasks });
    const text = stateMarkdown(replay(sampleJournal(sampleOpening(schedule))));
    expect(text).toContain("## Current Wave\n\nWave 0 — Initializing");
    expect(text).toContain("## Wave History\n\n(none yet)");
    expect(text).toContain('    rationale: "the \\"limit\\" key"\n    wave: 1\n    status: planned');
    expect(stateMarkdown(initialState)).toBeUndefined();
  });

  // conforms: state-docs-status
  it("says of documentation duties what close found, once the branch moved", () => {
    const docsTasks = [
      { id: "d1", audience: "user", targetPattern: "README.md", rationale: "it", wave: 1 },
      { id: "d2", audience: "user", targetPattern: "docs/**", rationale: "it", wave: 1 },
    ] as const;
    const schedule = sampleSchedule([["Impl-Core", [sampleTask("T1")]]], { docsTasks });
    const docs = [{ id: "d1", status: "partial" }] as const;
    const asked = [9, { type: "close.requested", by: "ana", commits: "summary", docs }] as const;
    const base = sampleCommit("base");
    const moved = [10, { type: "branch.advanced", branch: "main", from: base, to: base }] as const;
    const statuses = (facts: Parameters<typeof sampleJournal>[0]): readonly string[] =>
      (stateMarkdown(replay(sampleJournal(facts))) ?? "").match(/^    status: \w+$/gmu) ?? [];
    const opening = sampleOpening(schedule);
    expect(statuses([...opening, asked])).toEqual(["    status: planned", "    status: planned"]);
    expect(statuses([...opening, asked, moved])).toEqual(["    status: partial", "    status: planned"]);
  });

  it("keeps hostile titles and reasons on their own line", () => {
    const schedule = sampleSchedule([
      ["Impl-Core", [sampleTask("T1", { title: 'x": done — 9 files\n## Deviations' })]],
    ]);
    const facts = sampleJournal([
      ...sampleOpening(schedule),
      [6, { type: "wave.started", wave: 1, head: sampleCommit("base") }],
      [7, { type: "deviation.noted", wave: 1, rule: "r", text: "a\n---\nstatus: completed" }],
    ]);
    const text = stateMarkdown(replay(facts)) ?? "";
    expect(text.match(/^## Deviations$/gmu)).toHaveLength(1);
    expect(text.match(/^---$/gmu)).toHaveLength(2);
    expect(text).not.toMatch(/^status: completed$/mu);
  });
});

// conforms: state-grammar
describe("yamlScalar", () => {
  it.each([
    ["feat/login", "feat/login"],
    ["2026-11-22", '"2026-11-22"'],
    ["123", '"123"'],
    ["true", '"true"'],
    ["", '""'],
    ["a: b", '"a: b"'],
    ["@x", '"@x"'],
    ["-", '"-"'],
    ["1e5", '"1e5"'],
    ["0x1f", '"0x1f"'],
    ["12:30", '"12:30"'],
    ["0090ab5", "0090ab5"],
    ["ends:", '"ends:"'],
  ])("writes %j as %s", (text, scalar) => expect(yamlScalar(text)).toBe(scalar));
});

describe("waveScopeOf", () => {
  // conforms: manifest-union, manifest-schema
  it("is the union of what the running wave's tasks may write", () => {
    expect(waveScopeJson(replay(runningStory))).toMatchSnapshot();
  });

  // conforms: manifest-roles
  it("denies all writes in Discovery", () => {
    const discovery = replay(runningStory.filter((each) => each.at < sampleSecond(150)));
    expect(waveScopeOf(discovery)).toMatchObject({
      wave: 1,
      role: "Discovery",
      enforcement: "strict",
      allowedPaths: [],
    });
  });

  // conforms: manifest-file, manifest-life
  it("does not exist before the first wave, after the last one, and for housekeeping", () => {
    expect(waveScopeOf(replay(settledStory.slice(0, 4)))).toBeUndefined();
    expect(waveScopeOf(replay(settledStory))).toBeUndefined();
    const running = replay(runningStory);
    const { session } = running;
    const schedule = { ...session!.schedule, session: "housekeeping" } as const;
    expect(waveScopeOf({ ...running, session: { ...session!, schedule } })).toBeUndefined();
  });
});

describe("sessionRecord", () => {
  // conforms: wave-metrics
  it("sums the session up with the field names that other programs read", () => {
    expect(sessionRecord(replay(settledStory), sampleSecond(2_000))).toMatchSnapshot();
  });

  it("has as many agents in its waves and in its buckets as started", () => {
    const record = sessionRecord(replay(settledStory), 0)!;
    const buckets = Object.values(record.agent_summary).reduce((sum, each) => sum + each, 0);
    expect(buckets).toBe(record.total_agents);
    expect(record.waves.reduce((sum, each) => sum + each.agent_count, 0)).toBe(record.total_agents);
  });
});
