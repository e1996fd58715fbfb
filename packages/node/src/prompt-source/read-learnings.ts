import { join } from "node:path";
import { activeLearnings, learningFrom, type Learning } from "@breakwater/core";
import { readBounded } from "./read-bounded.ts";

const MOST_RECORD_BYTES = 4 * 1024 * 1024;

/**
 * What earlier sessions of a project learnt, the surest first and at most `most`; none where there is no record
 * or it is too large. `now` is in milliseconds since 1970. A line that is no learning is left out.
 */
export function readLearnings(
  controlDir: string,
  { most, now }: { readonly most: number; readonly now: number },
): readonly Learning[] {
  const text = readBounded(join(controlDir, "metrics", "learnings.jsonl"), MOST_RECORD_BYTES) ?? "";
  const known = text.split("\n").flatMap((line) => learningFrom(parse(line)) ?? []);
  return activeLearnings(known, now)
    .slice(0, most)
    .map(({ subject, insight }) => ({ subject: subject.slice(0, 300), insight: insight.slice(0, 1_000) }));
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
