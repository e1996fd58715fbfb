import { describe, expect, it } from "vitest";
import { learningFrom, mergeLearnings, type LearningContext, type LearningRecord } from "./learning.ts";
import type { Observation } from "./observation.ts";

const NOW = Date.UTC(2026, 0, 1);
const LINE: LearningRecord = {
  id: "00000000-0000-4000-8000-000000000000",
  type: "fragile-file",
  subject: "src/a.ts",
  insight: "met",
  evidence: "once",
  confidence: 0.5,
  source_session: "s0",
  created_at: "2025-12-01T00:00:00.000Z",
  expires_at: "2026-01-20T00:00:00.000Z",
};
const SEEN: Observation = { type: "fragile-file", subject: "src/a.ts", insight: "met", evidence: "again" };

const at = (session: string, more: Partial<LearningContext> = {}): LearningContext => ({
  session,
  now: NOW,
  decay: 0.05,
  newId: () => "11111111-1111-4111-8111-111111111111",
  ...more,
});

// conforms: close-learnings
describe("the learnings after a session", () => {
  it("begin at one half, with a life that their type gives", () => {
    const [first] = mergeLearnings([], [SEEN], at("s1"));
    expect(first).toMatchObject({
      confidence: 0.5,
      source_session: "s1",
      expires_at: "2026-02-15T00:00:00.000Z",
    });
    expect(mergeLearnings([], [SEEN], at("s1", { expiryDays: 1 }))[0]?.expires_at).toBe(
      "2026-01-02T00:00:00.000Z",
    );
  });

  it("are confirmed and live on where the same thing was seen again, never above certainty", () => {
    const [once] = mergeLearnings([LINE], [SEEN], at("s1"));
    expect(once).toMatchObject({ id: LINE.id, confidence: 0.65, expires_at: "2026-02-15T00:00:00.000Z" });
    expect(mergeLearnings([{ ...LINE, confidence: 0.95 }], [SEEN], at("s1"))[0]?.confidence).toBe(1);
  });

  it("fade where nothing confirms them, and go when they are expired or faded away", () => {
    expect(mergeLearnings([LINE], [], at("s1"))[0]).toMatchObject({
      confidence: 0.45,
      expires_at: LINE.expires_at,
    });
    expect(mergeLearnings([{ ...LINE, confidence: 0.05 }], [], at("s1"))).toEqual([]);
    expect(mergeLearnings([LINE], [], at("s1", { now: Date.UTC(2026, 1, 1) }))).toEqual([]);
  });

  it("do not change when a session is reckoned in again", () => {
    const once = mergeLearnings([LINE], [SEEN], at("s1"));
    expect(mergeLearnings(once, [SEEN], at("s1"))).toEqual(once);
    expect(mergeLearnings(once, [SEEN], at("s2"))[0]?.confidence).toBe(0.8);
  });

  it("keep the more certain of two with the same type and subject", () => {
    const twin = { ...LINE, id: "twin", confidence: 0.9 };
    expect(mergeLearnings([LINE, twin], [], at("s1")).map(({ id }) => id)).toEqual(["twin"]);
  });
});

describe("a line of the learnings file", () => {
  it("is read with its old type names and keeps keys of other programs", () => {
    expect(learningFrom({ ...LINE, type: "gotcha", host: "h" })).toMatchObject({
      type: "anti-pattern",
      host: "h",
    });
  });

  it.each([undefined, null, 3, "x", {}, { ...LINE, confidence: 2 }, { ...LINE, expires_at: "soon" }])(
    "is none where it is %j",
    (value) => expect(learningFrom(value)).toBeUndefined(),
  );
});
