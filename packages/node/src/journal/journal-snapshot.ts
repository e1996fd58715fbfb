import { open } from "node:fs/promises";
import { fail, ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import { publishFile } from "./durable-file.ts";
import { snapshotIgnored, systemCode, writeFailed } from "./journal-failure.ts";
import type { JournalPosition } from "./journal.ts";
import { isSealed, sealLine } from "./sealed-line.ts";

/** The format version of snapshot files; another one is ignored, never converted. */
const SNAPSHOT_VERSION = 1;
const MAX_SNAPSHOT_BYTES = 256 * 1024 * 1024;
const NEWLINE = 0x0a;

/** Which snapshot is meant. `shape` names how the state is folded and changes with that code. */
export type SnapshotName = { readonly path: string; readonly session: string; readonly shape: string };

/** A folded state and the place in the journal up to which it was folded. `state` is plain JSON. */
export type Snapshot = { readonly position: JournalPosition; readonly state: unknown };

/**
 * Replaces the snapshot file as a whole. A snapshot is derived: losing it costs time and nothing else, so
 * a failure here (BW503) may be shown and forgotten.
 */
export async function writeSnapshot(name: SnapshotName, snapshot: Snapshot): Promise<Result<void>> {
  const { path, session, shape } = name;
  const head = {
    v: SNAPSHOT_VERSION,
    kind: "breakwater-snapshot",
    session,
    shape,
    position: snapshot.position,
  };
  try {
    const content = Buffer.concat([sealLine(head), sealLine({ state: snapshot.state })]);
    await publishFile(path, content, "replace");
    return ok(undefined);
  } catch (cause) {
    return fail(writeFailed(path, cause));
  }
}

/**
 * Reads a snapshot; `undefined` when there is none, BW510 with the reason when it cannot be used. Whether
 * the journal still has the place it names is for the caller to check.
 */
export async function readSnapshot(name: SnapshotName): Promise<Result<Snapshot | undefined>> {
  try {
    const content = await readBounded(name.path);
    const snapshot = content === undefined ? "it is too large" : decodeSnapshot(content, name);
    return typeof snapshot === "string" ? fail(snapshotIgnored(name.path, snapshot)) : ok(snapshot);
  } catch (cause) {
    const code = systemCode(cause);
    return code === "ENOENT"
      ? ok(undefined)
      : fail(snapshotIgnored(name.path, `it cannot be read (${code})`));
  }
}

async function readBounded(path: string): Promise<Buffer | undefined> {
  const handle = await open(path, "r");
  try {
    const { size } = await handle.stat();
    return size > MAX_SNAPSHOT_BYTES ? undefined : await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** The snapshot, or why there is none. */
function decodeSnapshot(content: Buffer, name: SnapshotName): Snapshot | string {
  const first = content.indexOf(NEWLINE);
  const whole = first > 0 && content.at(-1) === NEWLINE;
  if (!whole || !isSealed(content, 0, first) || !isSealed(content, first + 1, content.length - 1))
    return "its checksum does not match its content";
  const head = asObject(JSON.parse(content.toString("utf8", 0, first)));
  if (head["kind"] !== "breakwater-snapshot" || head["v"] !== SNAPSHOT_VERSION)
    return "it has another format version";
  if (head["session"] !== name.session) return "it belongs to another session";
  if (head["shape"] !== name.shape) return "it was made by another version of the program";
  const { seq, offset, at, seal } = asObject(head["position"]);
  if (!isCount(seq) || !isCount(offset) || !isCount(at) || typeof seal !== "string")
    return "it names no place in the journal";
  const body = asObject(JSON.parse(content.toString("utf8", first + 1)));
  return { position: { seq, offset, at, seal }, state: body["state"] };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function asObject(value: unknown): { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
