import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Result } from "@breakwater/core";
import type { JournalEntry } from "./journal.ts";
import { openJournalFile } from "./journal-file.ts";
import type { JournalFile } from "./journal-file.ts";
import { openJournal } from "./open-journal.ts";
import type { OpenedJournal, OpenJournalOptions } from "./open-journal.ts";

/** For tests: the path of a journal that does not exist yet, in a folder of its own. */
export function freshJournalPath(): string {
  return join(mkdtempSync(join(tmpdir(), "journal-")), "sessions", "s1", "journal.ndjson");
}

/** For tests: the value of a result that must be one. */
export function valueOf<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(`Expected a value, got ${JSON.stringify(result.failure)}`);
  return result.value;
}

/** For tests: a fact that is told apart by a text. */
export function entry(timer: string, at?: number): JournalEntry {
  const fact = { type: "timer.fired", timer } as const;
  return at === undefined ? { fact } : { fact, at };
}

/** For tests: opens the journal of session `s1` at time 1000. */
export async function openAt(path: string, more: Partial<OpenJournalOptions> = {}): Promise<OpenedJournal> {
  const opened = valueOf(await openJournal({ path, session: "s1", now: () => 1000, ...more }));
  held.push(opened);
  return opened;
}

const held: OpenedJournal[] = [];

/** For tests: closes what `openAt` opened. */
export async function closeJournals(): Promise<void> {
  for (const { journal } of held.splice(0)) await journal.close();
}

/** For tests: appends each text as a fact in a writer of its own. */
export async function writeFacts(path: string, timers: readonly string[]): Promise<void> {
  const { journal } = await openAt(path);
  valueOf(await journal.append(timers.map((timer) => entry(timer))));
  valueOf(await journal.close());
}

/** What the disk is to do instead of what it would. */
export type Disk = {
  appends: number;
  syncs: number;
  failAppend?: string;
  failSync?: string;
  takeBytes?: number;
};

/** For tests: the real file behind a disk that counts, and fails on demand. */
export function diskOf(disk: Disk): (path: string) => Promise<JournalFile> {
  return async (path) => {
    const file = await openJournalFile(path);
    return {
      ...file,
      append: async (chunks) => {
        disk.appends += 1;
        if (disk.takeBytes !== undefined) {
          const part = Buffer.concat(chunks).subarray(0, disk.takeBytes);
          delete disk.takeBytes;
          return file.append([part]);
        }
        if (disk.failAppend !== undefined) throw systemError(disk.failAppend);
        return file.append(chunks);
      },
      sync: async () => {
        disk.syncs += 1;
        if (disk.failSync !== undefined) throw systemError(disk.failSync);
        await file.sync();
      },
    };
  };
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
