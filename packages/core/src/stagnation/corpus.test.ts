import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CallStream, readCallStream } from "./call-stream.ts";
import { judgeCalls } from "./judge-calls.ts";
import { scoreJudgements, type StagnationScore } from "./score-judgements.ts";

const folder = join(import.meta.dirname, "corpus");
const files = readdirSync(folder).filter((file) => file.endsWith(".jsonl"));

function streamsOf(file: string): readonly CallStream[] {
  const lines = readFileSync(join(folder, file), "utf8").trimEnd().split("\n");
  return lines.map((line, n) => {
    const stream = readCallStream(line);
    if (!stream.ok) throw new Error(`Reading ${file}:${n + 1}: ${stream.failure}`);
    return stream.value;
  });
}

function scoreOf(streams: readonly CallStream[]): StagnationScore {
  return scoreJudgements(streams.map((stream) => ({ judgement: judgeCalls(stream), expect: stream.expect })));
}

describe("The corpus of streams", () => {
  const all = files.flatMap(streamsOf);

  it("has at least 200 streams of each kind, half of them by an independent writer", () => {
    const count = (streams: readonly CallStream[], verdict: string): number =>
      streams.filter(({ expect: expected }) => expected?.verdict === verdict).length;
    const written = files.filter((file) => file.startsWith("written")).flatMap(streamsOf);
    for (const verdict of ["stuck", "ok"]) {
      expect(count(all, verdict)).toBeGreaterThanOrEqual(200);
      expect(count(written, verdict)).toBeGreaterThanOrEqual(100);
    }
  });

  it("is judged with a precision of 0.98 and a recall of 0.95 at least, and never late", () => {
    const { precision, recall, late } = scoreOf(all);
    expect(precision?.share).toBeGreaterThanOrEqual(0.98);
    expect(recall?.share).toBeGreaterThanOrEqual(0.95);
    expect(late).toEqual([]);
  });

  it("is judged alike when it is judged twice, and when it is cut after the call that proved it", () => {
    for (const stream of all) {
      const judged = judgeCalls(stream);
      expect(judgeCalls(stream)).toEqual(judged);
      if (judged.at === null) continue;
      expect(judgeCalls({ ...stream, calls: stream.calls.slice(0, judged.at) })).toEqual(judged);
      expect(judgeCalls({ ...stream, calls: stream.calls.slice(0, judged.at - 1) }).verdict).toBe("ok");
    }
  });
});
