import { describe, expect, it } from "vitest";
import { attemptId, taskId } from "../ids.ts";
import {
  sampleCommit,
  sampleJournal,
  sampleOpening,
  sampleSchedule,
  sampleTask,
} from "../projection/sample-session.ts";
import { runningStory, sampleSecond, settledStory } from "../projection/sample-story.ts";
import { sessionRecord } from "../projection/summary.ts";
import { replay } from "../run/evolve/evolve.ts";
import { notToRetry, recommendationOf } from "./handover.ts";
import { observationsOf } from "./observation.ts";
import { sessionRecordFaults, withCurrentNames } from "./session-check.ts";
import { subagentRecords } from "./subagent.ts";

const sound = { ...sessionRecord(replay(settledStory), sampleSecond(2_000))! };

// conforms: close-record-schema
describe("a session record", () => {
  it("that the projection gives is sound", () => expect(sessionRecordFaults(sound)).toEqual([]));

  it.each([
    ["session_id", "", "session_id is not a text"],
    ["session_type", "none", "session_type is not feature, deep or housekeeping"],
    ["started_at", "2026-01-01 10:00", "started_at is not a time in UTC"],
    ["completed_at", "2000-01-01T00:00:00Z", "completed_at is before started_at"],
    ["total_agents", -1, "total_agents is not a number from 0 on"],
    ["waves", {}, "waves is not a list"],
    ["waves", [{ wave: 0 }], "waves[0] lacks wave, role, agent_count, files_changed or quality"],
    ["agent_summary", { complete: 1, partial: 0, failed: 0 }, "agent_summary.spiral is not a number"],
  ])("with %s = %j is refused", (key, value, fault) => {
    expect(sessionRecordFaults({ ...sound, [key]: value })).toEqual([fault]);
  });

  it("of an earlier writer gets the names of today, and the newer name wins", () => {
    expect(withCurrentNames({ mode: "deep", waves_total: 3, head_ref: "main", other: 1 })).toEqual({
      session_type: "deep",
      total_waves: 3,
      branch: "main",
      other: 1,
    });
    expect(withCurrentNames({ type: "deep", session_type: "feature" })).toEqual({ session_type: "feature" });
  });
});

describe("the records of agents", () => {
  // conforms: lifecycle-hooks
  it("name task, wave and round of each attempt, and its stop only where it ended", () => {
    const records = subagentRecords(replay(runningStory));
    const starts = records.filter(({ event }) => event === "start");
    const stops = records.filter(({ event }) => event === "stop");
    expect(starts.length).toBeGreaterThan(stops.length);
    expect(records[0]).toMatchObject({ event: "start", task: "T1", wave: 1, round: 1 });
    expect(stops[0]).toMatchObject({ status: "done", duration_ms: 142_000 });
    expect(new Set(starts.map(({ agent_id: id }) => id)).size).toBe(starts.length);
  });
});

describe("what a session hands over", () => {
  const planned = ["T1", "T2", "T3", "T4"].map((id) =>
    sampleTask(id, id === "T3" ? { priority: "high" } : {}),
  );
  const opening = sampleOpening(sampleSchedule([["Impl-Core", planned]]));
  const carried = (ids: readonly string[]): ReturnType<typeof replay> =>
    replay(
      sampleJournal([
        ...opening,
        ...ids.map((id) => [9, { type: "task.carried", task: taskId(id), reason: "x" }] as const),
      ]),
    );

  // conforms: close-recommendation
  it("recommends a mode by how much was done and carried, and names open work by its priority", () => {
    expect(recommendationOf(carried([]))).toMatchObject({ mode: "plan-retro", completionRate: 0 });
    expect(recommendationOf(carried(["T2", "T3"])).priorities).toEqual(["Title of T3", "Title of T2"]);
    expect(recommendationOf(replay([]))).toMatchObject({ mode: "feature", carryoverRatio: 0 });
  });

  it("names what came to nothing and what a person rejected", () => {
    const dropped = replay(
      sampleJournal([
        ...opening,
        [9, { type: "task.dropped", task: taskId("T2"), by: "ana", reason: "too slow" }],
        [
          9,
          {
            type: "attempt.opened",
            attempt: attemptId(taskId("T1"), 1),
            wave: 1,
            round: 1,
            base: sampleCommit("base"),
          },
        ],
        [
          9,
          {
            type: "attempt.not-started",
            attempt: attemptId(taskId("T1"), 1),
            failure: { code: "BW452", message: "no client" },
          },
        ],
      ]),
    );
    expect(notToRetry(dropped)).toEqual([
      { approach: "Title of T1, as planned (T1.1)", why: "failed: no client" },
      { approach: "Title of T2", why: "dropped by ana: too slow" },
    ]);
  });
});

describe("what a session teaches", () => {
  it("is nothing before it began, and paths that its audit held where there are some", () => {
    expect(observationsOf(replay([]))).toEqual([]);
    expect(observationsOf(replay(settledStory)).map(({ type }) => type)).toContain("scope-guidance");
  });
});
