import type { SessionId } from "../ids.ts";
import { isoTime } from "../projection/time.ts";
import type { RecordedFact } from "../run/fact.ts";
import type { StagnationClass, StagnationDetection } from "./detection.ts";
import type { StagnationPattern } from "./rules.ts";

/** One line of the session's event log; its keys and their order are read by other programs. */
export type StagnationRecord = {
  readonly event: "stagnation_detected";
  /** ISO 8601 in UTC. */
  readonly timestamp: string;
  readonly session: string;
  readonly wave: number;
  readonly agent: string;
  readonly pattern: StagnationPattern;
  /** Only with `error-echo`. */
  readonly error_class?: StagnationClass;
  readonly file: string | null;
  /** At least 3. */
  readonly occurrences: number;
};

/** Whose detection it is, and when it was made in milliseconds since 1970. */
export type StagnationContext = {
  readonly at: number;
  readonly session: string;
  readonly wave: number;
  readonly agent: string;
};

/**
 * The records of a session, in the order of its facts: one for each loop, so a nudge and the stop that follows
 * it are one. The same facts give the same records, to the byte.
 */
export function stagnationRecords(
  facts: Iterable<RecordedFact>,
  session: SessionId,
): readonly StagnationRecord[] {
  const waves = new Map<string, number>();
  const told = new Set<string>();
  const records: StagnationRecord[] = [];
  for (const { fact, at } of facts) {
    if (fact.type === "attempt.opened") waves.set(fact.attempt, fact.wave);
    if (fact.type !== "attempt.stagnated") continue;
    const { attempt, detection } = fact;
    const loop = [attempt, detection.pattern, detection.class, detection.file ?? ""].join("\n");
    const wave = waves.get(attempt) ?? 0;
    const record = stagnationRecord(detection, { at, session, wave, agent: attempt });
    if (record === undefined || told.has(loop)) continue;
    told.add(loop);
    records.push(record);
  }
  return records;
}

/**
 * The record of a detection; undefined for what is none: fewer than three occurrences, and silence, which is a
 * time and no occurrence. `at` must be a time that a date can hold.
 */
export function stagnationRecord(
  { pattern, class: errorClass, file, occurrences }: StagnationDetection,
  { at, session, wave, agent }: StagnationContext,
): StagnationRecord | undefined {
  if (pattern === "silence" || occurrences < LEAST_OCCURRENCES) return undefined;
  return {
    event: "stagnation_detected",
    timestamp: isoTime(at),
    session,
    wave,
    agent,
    pattern,
    ...(pattern === "error-echo" ? { error_class: errorClass } : {}),
    file,
    occurrences,
  };
}

const LEAST_OCCURRENCES = 3;
