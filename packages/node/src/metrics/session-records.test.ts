import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commitId, initialState, sessionId, type RunState } from "@breakwater/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasSessionRecord, writeSessionRecords } from "./session-records.ts";

const NOW = Date.UTC(2026, 0, 1);
let metrics = "";
beforeEach(() => {
  metrics = join(mkdtempSync(join(tmpdir(), "records-")), "metrics");
});
afterEach(() => rmSync(join(metrics, ".."), { recursive: true }));

describe("The records of a session", () => {
  // conforms: close-record, close-metrics
  it("are written once, however often the end of the session is repeated", async () => {
    expect(await writeSessionRecords(metrics, closed("s1"))).toEqual({ ok: true, value: undefined });
    const first = lines("sessions.jsonl");
    expect(await writeSessionRecords(metrics, closed("s1"))).toEqual({ ok: true, value: undefined });
    expect(lines("sessions.jsonl")).toEqual(first);
    expect(first.map((line) => JSON.parse(line).session_id)).toEqual(["s1"]);
  });

  it("stand beside lines of an earlier writer and close a line that was cut off", async () => {
    mkdirSync(metrics, { recursive: true });
    writeFileSync(join(metrics, "sessions.jsonl"), '{"session_id":"old","mode":"deep"}\n{"session_id":"cut');
    expect(await hasSessionRecord(metrics, "old")).toBe(true);
    await writeSessionRecords(metrics, closed("s1"));
    expect(lines("sessions.jsonl").slice(0, 2)).toEqual([
      '{"session_id":"old","mode":"deep"}',
      '{"session_id":"cut',
    ]);
    expect(await hasSessionRecord(metrics, "s1")).toBe(true);
  });

  it("let learnings fade once for each session and leave foreign lines alone", async () => {
    const learning = {
      id: "a",
      type: "convention",
      subject: "x",
      insight: "y",
      evidence: "",
      confidence: 0.5,
      source_session: "s0",
      created_at: "2025-12-01T00:00:00.000Z",
      expires_at: "2026-03-01T00:00:00.000Z",
    };
    mkdirSync(metrics, { recursive: true });
    writeFileSync(join(metrics, "learnings.jsonl"), `${JSON.stringify(learning)}\nnot json\n`);
    await writeSessionRecords(metrics, closed("s1"), { decay: 0.1 });
    rmSync(join(metrics, "sessions.jsonl"));
    await writeSessionRecords(metrics, closed("s1"), { decay: 0.1 });
    const [foreign, kept] = lines("learnings.jsonl");
    expect(foreign).toBe("not json");
    expect(JSON.parse(kept ?? "")).toMatchObject({ confidence: 0.4, last_session: "s1" });
  });

  it("are refused with a code where their folder is no folder", async () => {
    mkdirSync(join(metrics, ".."), { recursive: true });
    appendFileSync(metrics, "");
    expect(await writeSessionRecords(metrics, closed("s1"))).toMatchObject({
      ok: false,
      failure: { code: "BW779" },
    });
  });
});

function lines(name: string): readonly string[] {
  return readFileSync(join(metrics, name), "utf8").split("\n").slice(0, -1);
}

/** A session without tasks: what the records need of it is its id, its type and its times. */
function closed(id: string): RunState {
  const schedule = { session: "feature", waves: [], maxParallel: 1 };
  const times = { openedAt: NOW, settledAt: NOW };
  const session = { id: sessionId(id), schedule, settings: {}, base: { branch: "main" }, ...times };
  const [from, to] = [commitId("a"), commitId("b")];
  return {
    ...initialState,
    now: NOW,
    session: session as unknown as NonNullable<RunState["session"]>,
    close: { advanced: { branch: "main", from, to } },
  };
}
