import { isSealed, sealLine } from "../journal/sealed-line.ts";

/** Who holds a lease, as written once at acquisition. */
export type LeaseRecord = {
  readonly session: string;
  /** Counts the holders from 1; a higher one fences every lower one. */
  readonly generation: number;
  /** A secret of this holder: who can read the lease file may talk to its inbox. */
  readonly token: string;
  readonly pid: number;
  readonly bootId: string;
  readonly startTime: string;
  /** Names the pid namespace, in which alone `pid` means anything; empty where there is none. */
  readonly pidSpace: string;
  readonly host: string;
  /** Milliseconds since the epoch. */
  readonly acquired: number;
};

/** What changes while a lease is held; rewritten in place at each heartbeat. */
export type LeaseBeat = {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The number of the last fact that the holder acknowledged. */
  readonly seq: number;
  /** The Unix socket of the holder's inbox. */
  readonly socket?: string;
};

/** A lease file as it was read. Without `beat` the second line was being written. */
export type LeaseFile =
  | { readonly kind: "held"; readonly record: LeaseRecord; readonly beat?: LeaseBeat }
  | { readonly kind: "released"; readonly generation: number; readonly seq: number };

/** The second line has a fixed width, so that it can be overwritten in place. */
export const BEAT_BYTES = 512;

const VERSION = 1;
const NEWLINE = 0x0a;

/** The whole file of a holder, and where its beat begins. */
export function encodeHeld(
  record: LeaseRecord,
  beat: LeaseBeat,
): { readonly content: Buffer; readonly beatAt: number } {
  const first = sealLine({ v: VERSION, kind: "breakwater-lease", ...record });
  return { content: Buffer.concat([first, encodeBeat(beat)]), beatAt: first.length };
}

/** The beat, padded to its width; throws when it does not fit, which no socket path can cause. */
export function encodeBeat(beat: LeaseBeat): Buffer {
  const line = sealLine(beat);
  if (line.length > BEAT_BYTES) throw new Error(`Writing a heartbeat: ${line.length} bytes do not fit`);
  return Buffer.concat([line, Buffer.alloc(BEAT_BYTES - line.length - 1, " "), Buffer.from("\n")]);
}

/** The file that follows a holder which went away in order. */
export function encodeReleased(generation: number, seq: number): Buffer {
  return sealLine({ v: VERSION, kind: "breakwater-lease-released", generation, seq });
}

/** Reads a lease file; a text says why it cannot be trusted. */
export function decodeLease(content: Buffer): LeaseFile | string {
  const end = content.indexOf(NEWLINE);
  if (end < 0 || !isSealed(content, 0, end)) return "its checksum does not match its content";
  const fields = parseObject(content.toString("utf8", 0, end));
  if (fields === undefined) return "it is not JSON";
  if (fields["v"] !== VERSION) return `it has the unknown version ${String(fields["v"])}`;
  if (fields["kind"] === "breakwater-lease-released") {
    const { generation, seq } = fields;
    if (!isCount(generation) || !isCount(seq)) return "a field is missing";
    return { kind: "released", generation, seq };
  }
  const record = decodeRecord(fields);
  if (record === undefined) return "a field is missing";
  const beat = decodeBeat(content.subarray(end + 1));
  return beat === undefined ? { kind: "held", record } : { kind: "held", record, beat };
}

function decodeRecord(fields: Fields): LeaseRecord | undefined {
  const { session, generation, token, pid, bootId, startTime, pidSpace, host, acquired } = fields;
  if (fields["kind"] !== "breakwater-lease") return undefined;
  if (!isCount(generation) || !isCount(pid) || !isCount(acquired)) return undefined;
  if (!isText(session) || !isText(token) || !isText(bootId) || !isText(startTime)) return undefined;
  if (!isText(pidSpace) || !isText(host)) return undefined;
  return { session, generation, token, pid, bootId, startTime, pidSpace, host, acquired };
}

function decodeBeat(content: Buffer): LeaseBeat | undefined {
  const end = content.indexOf(NEWLINE);
  if (end < 0 || !isSealed(content, 0, end)) return undefined;
  const { at, seq, socket } = parseObject(content.toString("utf8", 0, end)) ?? {};
  if (!isCount(at) || !isCount(seq)) return undefined;
  return isText(socket) ? { at, seq, socket } : { at, seq };
}

type Fields = { readonly [key: string]: unknown };

function parseObject(text: string): Fields | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
