import { describe, expect, it } from "vitest";
import { nudgeText, stuckEvidence } from "./describe-stagnation.ts";
import { evaluateStagnation } from "./evaluate-stagnation.ts";
import { stagnationRecord } from "./stagnation-record.ts";
import {
  detect,
  edit,
  friction,
  look,
  read,
  shell,
  streamOf,
  times,
  type WrittenCall,
} from "./stream.test-support.ts";

const lines = (stream: string, written: readonly WrittenCall[]): readonly string[] =>
  streamOf(written).map((event, n) => JSON.stringify({ stream, at: n * 1_000, ...event }));

const honest: readonly (readonly [string, readonly WrittenCall[]])[] = [
  ["paging before an edit", [...times(6, (n) => read("a.ts", 600 - n * 100)), edit("a.ts", "1", "2")]],
  [
    "edits and tests",
    times(9, (n) => [edit("a.ts", `${n}`, `${n + 1}`), shell("npm test", `${9 - n} failed`)]).flat(),
  ],
  ["polling", times(12, () => shell("sleep 10; gh run view", "queued"))],
  ["reading around", times(40, (n) => look(`src/${n}.ts`, `${n}`))],
];
const stuck: readonly (readonly [string, readonly WrittenCall[], string])[] = [
  ["same call", times(5, () => look("a.ts")), "turn-key-repetition"],
  ["same error", times(5, () => friction("a.ts")), "error-echo"],
  ["paging", times(12, (n) => read("a.ts", (n % 3) * 100)), "pagination-spiral"],
  ["swinging", times(8, (n) => edit("a.ts", `${n % 2}`, `${(n + 1) % 2}`)), "edit-revert"],
];

describe("recorded streams", () => {
  it("of the corpus are told apart without an error", () => {
    const corpus = [...honest, ...stuck].flatMap(([stream, written]) => lines(stream, written));
    const { streams, unreadable } = evaluateStagnation(corpus);
    expect(unreadable).toBe(0);
    const verdicts = streams.map(({ stream, verdict, detections }) => [
      stream,
      verdict,
      detections.at(-1)?.pattern,
    ]);
    expect(
      verdicts.filter(([, verdict]) => verdict === "stop").map(([stream, , pattern]) => [stream, pattern]),
    ).toEqual(stuck.map(([stream, , pattern]) => [stream, pattern]));
    expect(streams.filter(({ verdict }) => verdict === "nudge")).toEqual([]);
  });

  it("interleaved give what each gives alone", () => {
    const [one = [], other = []] = [honest[3], stuck[0]].map((each) =>
      lines(each?.[0] ?? "", each?.[1] ?? []),
    );
    const mixed = one.flatMap((line, n) => [line, other[n] ?? ""]);
    expect(evaluateStagnation(mixed).streams).toEqual([
      ...evaluateStagnation(one).streams,
      ...evaluateStagnation(other).streams,
    ]);
  });

  it("forgive paging once the file is edited, and only then", () => {
    const paging = times(5, (n) => read("a.ts", 500 - n * 100));
    const verdict = (written: readonly WrittenCall[]): string | undefined =>
      evaluateStagnation(lines("s", written)).streams[0]?.verdict;
    expect(verdict(paging)).toBe("nudge");
    expect(verdict([...paging, edit("b.ts", "1", "2")])).toBe("nudge");
    expect(verdict([...paging, edit("a.ts", "1", "2")])).toBe("honest");
  });

  it("show a silence by their times alone", () => {
    const at = (ms: number): string => JSON.stringify({ at: ms, kind: "said", text: "x" });
    expect(evaluateStagnation([at(0), at(400_000)]).streams[0]?.detections).toMatchObject([
      { pattern: "silence", level: "nudge", occurrences: 400_000 },
    ]);
  });

  it("count what is no event and go on", () => {
    const { streams, unreadable } = evaluateStagnation([
      "",
      "{",
      "7",
      "{}",
      '{"kind":"tool-intent"}',
      '{"kind":"new"}',
    ]);
    expect(unreadable).toBe(4);
    expect(streams).toEqual([{ stream: "", events: 1, detections: [], verdict: "honest" }]);
  });
});

// conforms: stagnation-event
describe("the record of a detection", () => {
  const context = { at: 0, session: "s-1", wave: 2, agent: "A.1" };
  const third = (written: readonly WrittenCall[]) => {
    const found = detect(streamOf(written)).at(-1);
    return found === undefined ? undefined : stagnationRecord(found, context);
  };

  it("has the agreed keys in their order", () => {
    expect(JSON.stringify(third(times(3, () => friction("src/a.ts"))))).toBe(
      '{"event":"stagnation_detected","timestamp":"1970-01-01T00:00:00.000Z","session":"s-1","wave":2,"agent":"A.1","pattern":"error-echo","error_class":"edit-format-friction","file":"src/a.ts","occurrences":3}',
    );
  });

  it("has no class without an error and null for no file", () => {
    const record = third(times(3, () => shell("date", "today")));
    expect(record).toMatchObject({ pattern: "turn-key-repetition", file: null, occurrences: 3 });
    expect(record).not.toHaveProperty("error_class");
  });

  it("is not made of fewer than three occurrences", () => {
    expect(third(times(2, () => friction("src/a.ts")))).toBeUndefined();
  });
});

describe("the words about a detection", () => {
  it("tell the agent what was seen and what to do, on plain lines", () => {
    const found = detect(streamOf(times(3, () => friction("src/\u001b[31ma.ts")))).at(-1);
    if (found === undefined) throw new Error("Detecting an echo: nothing was found");
    expect(nudgeText(found)).toContain(
      "Edit src/a.ts: the same error 3 times (edit-format-friction). Your picture",
    );
    expect(stuckEvidence(found)).toMatch(/^Edit src\/a\.ts: .* \(calls c\d+, c\d+, c\d+\)$/u);
  });
});
