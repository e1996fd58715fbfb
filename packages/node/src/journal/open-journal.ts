import { constants } from "node:fs";
import { copyFile, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { fail, ok } from "@breakwater/core";
import type { Failure, Result } from "@breakwater/core";
import { publishFile, syncFolder } from "./durable-file.ts";
import { GroupCommit } from "./group-commit.ts";
import type { Guard } from "./group-commit.ts";
import { factsMissing, positionMoved, readFailed, systemCode, writeFailed } from "./journal-failure.ts";
import { openJournalFile } from "./journal-file.ts";
import type { JournalFile } from "./journal-file.ts";
import type { JournalHeader } from "./journal-record.ts";
import { loadJournal } from "./journal-load.ts";
import type { Loaded } from "./journal-load.ts";
import { KNOWN_FORMAT } from "./journal-source.ts";
import type { KnownFormat } from "./journal-source.ts";
import { Journal } from "./journal.ts";
import { sealLine } from "./sealed-line.ts";

export type OpenJournalOptions = {
  readonly path: string;
  readonly session: string;
  /** Milliseconds since the epoch; the clock of the machine when absent. */
  readonly now?: () => number;
  /** Asked before each write and after each sync, such as `() => lease.check()`. */
  readonly guard?: Guard;
  /**
   * The former writer was not proven dead: the file is copied under its name, so that whatever the other
   * still writes goes to a file without a name (docs/adr/0003-lease-takeover.md).
   */
  readonly replace?: boolean;
  /** The number of a fact that the former holder of the lease had acknowledged; fewer are refused. */
  readonly acknowledged?: number;
  readonly snapshot?: { readonly path: string; readonly shape: string };
  readonly known?: KnownFormat;
  readonly openFile?: (path: string) => Promise<JournalFile>;
};

/** What a crash left behind the last whole line; it was moved to `keptAt` before it was cut off. */
export type CutTail = {
  readonly line: number;
  readonly offset: number;
  readonly bytes: number;
  readonly keptAt: string;
};

export type OpenedJournal = {
  readonly journal: Journal;
  /** Whether there was none before. */
  readonly created: boolean;
  /** The folded state of the snapshot; then `journal.facts()` are those after it. */
  readonly snapshot?: { readonly seq: number; readonly state: unknown };
  /** To be reported: why the snapshot was not used. */
  readonly ignored?: Failure;
  /** To be reported: what was cut off. */
  readonly tail?: CutTail;
};

/**
 * Opens the journal of a session for writing, or makes it with its folder. Every line is checked; a torn
 * tail is kept aside, cut off and reported; any other damage is refused and nothing is changed. The caller
 * holds the lease. See docs/spec/journal.md. Never throws for what the machine does.
 */
export async function openJournal(options: OpenJournalOptions): Promise<Result<OpenedJournal>> {
  try {
    const refusal = options.guard?.();
    if (refusal !== undefined) return fail(refusal);
    const created = await createWhereMissing(options);
    if (options.replace === true && !created) await replaceByCopy(options.path);
    const loaded = await loadJournal({ ...options, known: options.known ?? KNOWN_FORMAT });
    if (!loaded.ok) return loaded;
    const { acknowledged = 0 } = options;
    if (loaded.value.position.seq < acknowledged)
      return fail(factsMissing(options.path, acknowledged, loaded.value.position.seq));
    return await openForWriting(options, loaded.value, created);
  } catch (cause) {
    return fail(isWriteError(cause) ? writeFailed(options.path, cause) : readFailed(options.path, cause));
  }
}

async function openForWriting(
  options: OpenJournalOptions,
  loaded: Loaded,
  created: boolean,
): Promise<Result<OpenedJournal>> {
  const { path, guard = () => undefined, now = Date.now } = options;
  const tail = loaded.tail === undefined ? undefined : await keepTail(path, loaded.tail);
  const file = await (options.openFile ?? openJournalFile)(path);
  try {
    if (tail !== undefined) await file.cut(tail.offset);
    // Whole lines may stem from a writer that died between its write and its sync.
    else await file.sync();
    const { bytes } = file.look();
    if (bytes !== loaded.position.offset) {
      await file.close();
      return fail(positionMoved(path, loaded.position.seq, "somebody else appended to it meanwhile"));
    }
  } catch (cause) {
    await file.close();
    throw cause;
  }
  const commit = new GroupCommit({ path, file, guard, offset: loaded.position.offset });
  const journal = new Journal({ ...loaded, path, commit, now, found: loaded.facts });
  return ok({
    journal,
    created,
    ...whereGiven({ snapshot: loaded.snapshot, ignored: loaded.ignored, tail }),
  });
}

type Reports = Pick<OpenedJournal, "snapshot" | "ignored" | "tail">;

function whereGiven(given: { readonly [Key in keyof Reports]: Reports[Key] | undefined }): Reports {
  return {
    ...(given.snapshot === undefined ? {} : { snapshot: given.snapshot }),
    ...(given.ignored === undefined ? {} : { ignored: given.ignored }),
    ...(given.tail === undefined ? {} : { tail: given.tail }),
  };
}

/** The file appears with its header or not at all; returns whether it was this call that made it. */
async function createWhereMissing({ path, session, known, now }: OpenJournalOptions): Promise<boolean> {
  const folder = dirname(path);
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined) await syncFolder(dirname(made));
  if (await exists(path)) return false;
  const v = (known ?? KNOWN_FORMAT).currentVersion;
  const header: JournalHeader = { v, kind: "breakwater-journal", session, created: (now ?? Date.now)() };
  try {
    await publishFile(path, sealLine(header), "create");
    return true;
  } catch (cause) {
    if (systemCode(cause) === "EEXIST") return false;
    throw cause;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return false;
    throw cause;
  }
}

async function replaceByCopy(path: string): Promise<void> {
  const copy = `${path}.takeover.tmp`;
  await rm(copy, { force: true });
  await copyFile(path, copy, constants.COPYFILE_FICLONE);
  const handle = await open(copy, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(copy, path);
  await syncFolder(dirname(path));
}

async function keepTail(
  path: string,
  tail: { readonly line: number; readonly offset: number },
): Promise<CutTail> {
  const handle = await open(path, "r");
  try {
    const { size } = await handle.stat();
    const content = Buffer.alloc(size - tail.offset);
    await handle.read(content, 0, content.length, tail.offset);
    const keptAt = `${path}.torn-${tail.offset}`;
    await publishFile(keptAt, content, "replace");
    return { ...tail, bytes: content.length, keptAt };
  } finally {
    await handle.close();
  }
}

const WRITE_ERRORS = new Set(["ENOSPC", "EDQUOT", "EROFS", "EIO", "EFBIG"]);

function isWriteError(cause: unknown): boolean {
  return WRITE_ERRORS.has(systemCode(cause));
}
