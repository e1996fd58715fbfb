import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  fail,
  learningFrom,
  mergeLearnings,
  observationsOf,
  ok,
  sessionRecord,
  sessionRecordFaults,
  subagentRecords,
  withCurrentNames,
  type Failure,
  type Result,
  type RunState,
} from "@breakwater/core";
import { publishFile } from "../journal/durable-file.ts";
import { appendRecords, readRecords } from "./record-file.ts";

/** How learnings age: what an unconfirmed one loses at each close, and a life for all types. */
export type LearningRule = { readonly decay: number; readonly expiryDays?: number };

/**
 * Writes what a closed session leaves in `metrics`: its agents, its learnings and, last, its own record.
 * Repeated after a crash at any point it completes what is missing and doubles nothing; the session record
 * says that all of it is there. BW779 where the disk refuses or a record is not sound.
 */
export async function writeSessionRecords(
  metrics: string,
  state: RunState,
  rule: LearningRule = { decay: 0.05 },
): Promise<Result<void>> {
  const record = sessionRecord(state, state.now);
  if (record === undefined) return ok(undefined);
  const faults = sessionRecordFaults({ ...record });
  if (faults.length > 0) return fail(unwritten(metrics, faults.join("; ")));
  try {
    const known = await recordedEnd(metrics, record.session_id);
    if (known !== undefined && (known !== "unknown" || record.end === "unknown")) return ok(undefined);
    await addAgents(join(metrics, "subagents.jsonl"), state);
    await addLearnings(join(metrics, "learnings.jsonl"), state, rule);
    await appendRecords(join(metrics, "sessions.jsonl"), [JSON.stringify(record)]);
    return ok(undefined);
  } catch (cause) {
    return fail(unwritten(metrics, cause instanceof Error ? cause.message : String(cause)));
  }
}

/** Whether the records of a closed session are written; a line of an earlier writer counts too. */
export async function hasSessionRecord(metrics: string, session: string): Promise<boolean> {
  const known = await recordedEnd(metrics, session);
  return known !== undefined && known !== "unknown";
}

/**
 * Writes a record of a session that nobody closed, with `end: "unknown"` and without learnings, where there is
 * none of it yet. Closing it later adds the real one: of two records of a session the last counts.
 */
export async function writeLeftSession(metrics: string, state: RunState): Promise<Result<boolean>> {
  const record = sessionRecord(state, state.now);
  if (record === undefined || state.session?.refused !== undefined) return ok(false);
  const faults = sessionRecordFaults({ ...record });
  if (faults.length > 0) return fail(unwritten(metrics, faults.join("; ")));
  try {
    if ((await recordedEnd(metrics, record.session_id)) !== undefined) return ok(false);
    await addAgents(join(metrics, "subagents.jsonl"), state);
    await appendRecords(join(metrics, "sessions.jsonl"), [JSON.stringify(record)]);
    return ok(true);
  } catch (cause) {
    return fail(unwritten(metrics, cause instanceof Error ? cause.message : String(cause)));
  }
}

/** How the newest record of a session says that it ended; undefined where there is none. */
async function recordedEnd(metrics: string, session: string): Promise<string | undefined> {
  const lines = await readRecords(join(metrics, "sessions.jsonl"));
  const last = lines.findLast(
    ({ fields }) => fields !== undefined && withCurrentNames(fields)["session_id"] === session,
  );
  if (last?.fields === undefined) return undefined;
  const { end } = last.fields;
  return typeof end === "string" ? end : "closed";
}

async function addAgents(file: string, state: RunState): Promise<void> {
  const known = new Set((await readRecords(file)).map(({ text }) => text));
  const lines = subagentRecords(state).map((each) => JSON.stringify(each));
  await appendRecords(
    file,
    lines.filter((line) => !known.has(line)),
  );
}

/** Lines that are no learnings stay as they are, before the others. */
async function addLearnings(file: string, state: RunState, rule: LearningRule): Promise<void> {
  const { session } = state;
  if (session === undefined) return;
  const lines = (await readRecords(file)).map(({ text, fields }) => ({
    text,
    learning: learningFrom(fields),
  }));
  const known = lines.flatMap(({ learning }) => learning ?? []);
  const context = { session: session.id, now: state.now, newId: randomUUID, ...rule };
  const merged = mergeLearnings(known, observationsOf(state), context);
  if (merged === known || (merged.length === 0 && known.length === 0)) return;
  const foreign = lines.flatMap(({ text, learning }) => (learning === undefined ? [text] : []));
  const texts = [...foreign, ...merged.map((each) => JSON.stringify(each))];
  await mkdir(join(file, ".."), { recursive: true });
  await publishFile(file, texts.map((text) => `${text}\n`).join(""), "replace");
}

function unwritten(metrics: string, what: string): Failure {
  return {
    code: "BW779",
    message: `the records of the session could not be written to ${metrics}: ${what}`,
    why: "The session itself is not touched by that: the journal holds everything that the records would tell.",
    fix: "Free the disk or its permissions, then repeat: breakwater close",
  };
}
