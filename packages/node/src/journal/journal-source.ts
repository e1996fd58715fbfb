import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { fail, ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import { damagedLine, notThisJournal, unknownVersion } from "./journal-failure.ts";
import { decodeHeader, isKnownVersion, JOURNAL_VERSION, UPCASTS } from "./journal-record.ts";
import type { JournalHeader, RecordFormat } from "./journal-record.ts";
import type { ByteSource, JournalCursor } from "./journal-scan.ts";
import { isSealed, SEAL_END_BYTES, sealOf } from "./sealed-line.ts";

/** What this program reads and writes; another one stands in where upcasts are tested. */
export type KnownFormat = Omit<RecordFormat, "headerVersion">;

export const KNOWN_FORMAT: KnownFormat = { currentVersion: JOURNAL_VERSION, upcasts: UPCASTS };

/** A journal that is open for reading. */
export type JournalSource = ByteSource & {
  /** Identifies the file behind the name; a successor may have put a copy in its place. */
  readonly inode: bigint;
  readonly close: () => void;
};

/**
 * Opens a file for reading; throws the system's error. Reads block, a block of the file at a time: for a looking
 * command the way through the thread pool, and loading `node:fs/promises`, take longer than all of its own work.
 */
export function openSource(path: string): JournalSource {
  const file = openSync(path, "r");
  const { ino } = fstatSync(file, { bigint: true });
  return {
    inode: ino,
    read: (target, start, { length, position }) => readSync(file, target, start, length, position),
    close: () => closeSync(file),
  };
}

/** The first line of a journal, judged, and the place behind it. */
export type Beginning = {
  readonly header: JournalHeader;
  readonly format: RecordFormat;
  readonly start: JournalCursor;
};

const MAX_HEADER_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/** Reads and judges the header. Reads may throw the system's error. */
export function readBeginning(
  source: ByteSource,
  { path, session, known }: { readonly path: string; readonly session?: string; readonly known: KnownFormat },
): Result<Beginning> {
  const buffer = Buffer.alloc(MAX_HEADER_BYTES);
  const count = source.read(buffer, 0, { length: buffer.length, position: 0 });
  if (count === 0) return fail(notThisJournal(path, "it is empty"));
  const end = buffer.subarray(0, count).indexOf(NEWLINE);
  const header = end < 0 ? undefined : decodeHeader(parseLine(buffer, end));
  if (header === undefined) return fail(judgeFirstLine(path, buffer.subarray(0, count)));
  if (!isSealed(buffer, 0, end)) return fail(damagedLine(path, 1, "its checksum does not match its content"));
  if (!isKnownVersion(header.v, known)) return fail(unknownVersion(path, header.v, known.currentVersion));
  if (session !== undefined && header.session !== session)
    return fail(notThisJournal(path, `it belongs to session ${header.session}, not ${session}`));
  const format = { ...known, headerVersion: header.v };
  return ok({ header, format, start: { seq: 0, offset: end + 1 } });
}

/** The checksum that the line before an offset carries; any text when no line ends there. */
export function readSealBefore(source: ByteSource, offset: number): string {
  const end = Buffer.alloc(SEAL_END_BYTES);
  const position = Math.max(0, offset - SEAL_END_BYTES);
  const count = source.read(end, 0, { length: SEAL_END_BYTES, position });
  return count === SEAL_END_BYTES && end.at(-1) === NEWLINE ? sealOf(end) : "";
}

/** One flipped bit must not make a journal look like a foreign file. */
function judgeFirstLine(path: string, content: Buffer): ReturnType<typeof damagedLine> {
  const looksLikeOurs = content.includes("breakwater-journal") || content.includes(',"crc":"');
  if (looksLikeOurs) return damagedLine(path, 1, "it is not the header of a journal");
  return notThisJournal(path, "its first line is not the header of a journal");
}

function parseLine(buffer: Buffer, end: number): unknown {
  try {
    return JSON.parse(buffer.toString("utf8", 0, end));
  } catch {
    return undefined;
  }
}
