import { isoTime } from "../projection/time.ts";
import type { Observation } from "./observation.ts";

/** One line of `learnings.jsonl`. Keys that other programs added stay with it. */
export type LearningRecord = {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly insight: string;
  readonly evidence: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly source_session: string;
  readonly created_at: string;
  readonly expires_at: string;
  /** The last session whose end was reckoned into it, so that none is reckoned twice. */
  readonly last_session?: string;
};

/** `decay` is what an unconfirmed learning loses, `expiryDays` a life for all types, `newId` gives UUIDs. */
export type LearningContext = {
  readonly session: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly decay: number;
  readonly expiryDays?: number;
  readonly newId: () => string;
};

/** A line of the file as a learning; undefined where it lacks what one needs. Old names of types are read. */
export function learningFrom(value: unknown): LearningRecord | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const text = (key: string): string | undefined => {
    const found = fields[key];
    return typeof found === "string" && found !== "" ? found : undefined;
  };
  const [id, type, subject, insight] = [text("id"), text("type"), text("subject"), text("insight")];
  const [created, expires] = [text("created_at"), text("expires_at")];
  const { confidence } = fields;
  if (id === undefined || type === undefined || subject === undefined || insight === undefined)
    return undefined;
  if (created === undefined || expires === undefined || !UTC.test(expires)) return undefined;
  if (typeof confidence !== "number" || !(confidence >= 0 && confidence <= 1)) return undefined;
  const last = text("last_session");
  return {
    ...fields,
    id,
    type: TYPE_NOW.get(type) ?? type,
    subject,
    insight,
    evidence: text("evidence") ?? "",
    confidence,
    source_session: text("source_session") ?? "",
    created_at: created,
    expires_at: expires,
    ...(last === undefined ? {} : { last_session: last }),
  };
}

/**
 * The learnings after a session: what it showed again is confirmed (+0.15) and lives on, what it showed first
 * begins at 0.5, everything else fades by `decay`; what is expired or faded away goes, and of two with the
 * same type and subject the more certain one stays. A session that was reckoned in changes nothing again.
 */
export function mergeLearnings(
  known: readonly LearningRecord[],
  observations: readonly Observation[],
  context: LearningContext,
): readonly LearningRecord[] {
  const { session, now, decay } = context;
  if (known.some((each) => each.last_session === session)) return known;
  const seen = new Map(observations.map((each) => [keyOf(each), each]));
  const kept = known.map((each) => {
    const confirmed = seen.has(keyOf(each));
    const confidence = confirmed ? each.confidence + CONFIRMED : each.confidence - decay;
    const expires = confirmed ? { expires_at: expiry(each.type, context) } : {};
    return { ...each, confidence: bounded(confidence), ...expires, last_session: session };
  });
  const there = new Set(kept.map(keyOf));
  const fresh = [...seen.values()].filter((each) => !there.has(keyOf(each)));
  const all = [...kept, ...fresh.map((each) => newLearning(each, context))];
  return strongest(all.filter((each) => each.confidence > 0 && each.expires_at > isoTime(now)));
}

/**
 * The learnings that an agent is told of: surer than 0.3 and not expired, the surest first, of two as sure the
 * newer one. The caller takes as many as it has room for.
 */
export function activeLearnings(all: readonly LearningRecord[], now: number): readonly LearningRecord[] {
  return all
    .filter((each) => each.confidence > TOLD_ABOVE && each.expires_at > isoTime(now))
    .toSorted((a, b) => b.confidence - a.confidence || (a.created_at < b.created_at ? 1 : -1));
}

const TOLD_ABOVE = 0.3;

/** Times of this form sort as texts; a time of another form is left to those who wrote it. */
const UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/u;
const CONFIRMED = 0.15;
const AT_FIRST = 0.5;
const DAY_MS = 86_400_000;
const USUAL_DAYS = 60;

const TYPE_NOW: ReadonlyMap<string, string> = new Map([
  ["gotcha", "anti-pattern"],
  ["pattern", "proven-pattern"],
]);

/** How long a learning holds, in days; 60 where its type has no row. */
const LIFE: ReadonlyMap<string, number> = new Map([
  ["mode-selector-accuracy", 30],
  ...["fragile-file", "effective-sizing", "recurring-issue", "fragile-pattern"].map(
    (type) => [type, 45] as const,
  ),
  ...[
    "workflow-pattern",
    "proven-pattern",
    "anti-pattern",
    "autopilot-effectiveness",
    "autonomy-verdict",
    "convention",
    "architecture-pattern",
    "design-pattern",
  ].map((type) => [type, 90] as const),
]);

function newLearning(observation: Observation, context: LearningContext): LearningRecord {
  const { session, now, newId } = context;
  return {
    id: newId(),
    ...observation,
    confidence: AT_FIRST,
    source_session: session,
    created_at: isoTime(now),
    expires_at: expiry(observation.type, context),
    last_session: session,
  };
}

function expiry(type: string, { now, expiryDays }: LearningContext): string {
  return isoTime(now + (expiryDays ?? LIFE.get(type) ?? USUAL_DAYS) * DAY_MS);
}

function strongest(all: readonly LearningRecord[]): readonly LearningRecord[] {
  const best = new Map<string, LearningRecord>();
  for (const each of all) {
    const rival = best.get(keyOf(each));
    if (rival === undefined || each.confidence > rival.confidence) best.set(keyOf(each), each);
  }
  return [...best.values()];
}

const keyOf = ({ type, subject }: { readonly type: string; readonly subject: string }): string =>
  `${type}\n${subject}`;

const bounded = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
