import type { CommandId } from "@breakwater/core";

/** The format version that this code writes. Raise it together with an upcast from the one before. */
export const JOURNAL_VERSION = 1;

/** What the first line of every journal says, in every version. */
export type JournalHeader = {
  readonly v: number;
  readonly kind: "breakwater-journal";
  readonly session: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
};

/** What can be stored: plain JSON with a discriminant. */
export type Storable = { readonly type: string };

/** A fact as the journal holds it; `seq` counts from 1 without gaps and `at` never runs backwards. */
export type JournalRecord<F extends Storable> = {
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly cause?: CommandId;
  readonly fact: F;
};

/** A record as it was parsed, before anything is known about its shape. */
export type RawRecord = { readonly [key: string]: unknown };

/**
 * How records of an older version become those of the next one: `upcasts[1]` turns a record of version 1
 * into one of version 2, and so on up to the present. An upcast must keep `seq`.
 */
export type Upcasts = { readonly [version: number]: (record: RawRecord) => RawRecord };

/** The upcasts of the present version; empty until there is a second one. */
export const UPCASTS: Upcasts = {};

/** How to read the records of one journal. */
export type RecordFormat = {
  /** The version that the journal's header names; a record with its own `v` overrides it. */
  readonly headerVersion: number;
  readonly currentVersion: number;
  readonly upcasts: Upcasts;
};

/**
 * The object that is sealed for a record. A record names its version only where that differs from the
 * header's: in a journal that an older version began.
 */
export function encodeRecord<F extends Storable>(record: JournalRecord<F>, format: RecordFormat): object {
  const { seq, at, cause, fact } = record;
  const version = format.headerVersion === format.currentVersion ? {} : { v: format.currentVersion };
  return cause === undefined ? { ...version, seq, at, fact } : { ...version, seq, at, cause, fact };
}

/** Reads a record, lifting it to the present version; `undefined` when it is not the record `seq`. */
export function decodeRecord<F extends Storable>(
  parsed: unknown,
  seq: number,
  format: RecordFormat,
): JournalRecord<F> | undefined {
  if (!isObject(parsed)) return undefined;
  const raw = liftRecord(parsed, format);
  if (raw === undefined || raw["seq"] !== seq || typeof raw["at"] !== "number") return undefined;
  const { at, cause, fact } = raw;
  if (!isObject(fact) || typeof fact["type"] !== "string") return undefined;
  if (cause === undefined) return { seq, at, fact: fact as unknown as F };
  if (typeof cause !== "string") return undefined;
  return { seq, at, cause: cause as CommandId, fact: fact as unknown as F };
}

/** Reads the first line; `undefined` when it is no journal header at all. The version is not judged. */
export function decodeHeader(parsed: unknown): JournalHeader | undefined {
  if (!isObject(parsed)) return undefined;
  const { v, kind, session, created } = parsed;
  if (kind !== "breakwater-journal" || typeof v !== "number" || !Number.isSafeInteger(v)) return undefined;
  if (typeof session !== "string" || typeof created !== "number") return undefined;
  return { v, kind, session, created };
}

/** Whether every step from `version` to the present one is known. */
export function isKnownVersion(version: number, format: Omit<RecordFormat, "headerVersion">): boolean {
  if (version < 1 || version > format.currentVersion) return false;
  for (let step = version; step < format.currentVersion; step++) {
    if (format.upcasts[step] === undefined) return false;
  }
  return true;
}

function liftRecord(raw: RawRecord, format: RecordFormat): RawRecord | undefined {
  const version = raw["v"] ?? format.headerVersion;
  if (version === format.currentVersion) return raw;
  if (typeof version !== "number" || !isKnownVersion(version, format)) return undefined;
  let lifted: RawRecord | undefined = raw;
  for (let step = version; step < format.currentVersion; step++) {
    lifted = lifted === undefined ? undefined : format.upcasts[step]?.(lifted);
  }
  return lifted;
}

function isObject(value: unknown): value is RawRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
