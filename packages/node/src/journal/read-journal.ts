import { stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { fail, ok } from "@breakwater/core";
import type { Fact, RecordedFact, Result } from "@breakwater/core";
import { positionMoved, readFailed } from "./journal-failure.ts";
import type { JournalHeader } from "./journal-record.ts";
import { scanJournal } from "./journal-scan.ts";
import type { JournalCursor, Tail } from "./journal-scan.ts";
import { KNOWN_FORMAT, openSource, readBeginning } from "./journal-source.ts";
import type { Beginning, JournalSource, KnownFormat } from "./journal-source.ts";

export type ReadJournalOptions = {
  readonly path: string;
  /** Where an earlier reading ended; the beginning when absent. */
  readonly from?: JournalCursor;
  /** Called in order with the facts of one block of the file; owns the array. Must not throw. */
  readonly onFacts: (facts: RecordedFact[]) => void;
  readonly known?: KnownFormat;
};

export type JournalReading = {
  readonly header: JournalHeader;
  /** Where to go on; a place of this file, no other one. */
  readonly end: JournalCursor;
  /** Bytes behind the last whole line: a write under way, or what a crash left. Nothing is cut. */
  readonly tail?: Tail;
};

/** Reads a journal, also while a writer lives. Changes nothing; memory is bounded by what `onFacts` keeps. */
export async function readJournal(options: ReadJournalOptions): Promise<Result<JournalReading>> {
  const { path, onFacts, known = KNOWN_FORMAT } = options;
  try {
    const source = await openSource(path);
    try {
      const beginning = await readBeginning(source, { path, known });
      if (!beginning.ok) return beginning;
      const { header, format, start } = beginning.value;
      const from = options.from ?? start;
      const scan = await scanJournal<Fact>(source, { path, from, format, onRecords: onFacts });
      return scan.ok ? ok({ header, ...scan.value }) : scan;
    } finally {
      await source.close();
    }
  } catch (cause) {
    return fail(readFailed(path, cause));
  }
}

export type FollowJournalOptions = {
  readonly path: string;
  readonly from?: JournalCursor;
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** Resolves when it is time to look again; every 200 ms when absent. */
  readonly wait?: (signal: AbortSignal) => Promise<void>;
  readonly known?: KnownFormat;
};

/**
 * Gives the facts that are there, then those that come, in order and never an empty array, until the
 * signal or a failure. It goes on over a change of writer and a cut of a torn tail.
 */
export async function* followJournal(
  options: FollowJournalOptions,
): AsyncGenerator<Result<readonly RecordedFact[]>, void> {
  const { signal, wait = waitBriefly } = options;
  const follower = new Follower(options);
  try {
    while (!signal.aborted) {
      const news = await follower.look();
      if (!news.ok || news.value.length > 0) yield news;
      if (!news.ok) return;
      await wait(signal);
    }
  } finally {
    await follower.close();
  }
}

/** Holds the file open between two looks. */
class Follower {
  readonly #options: FollowJournalOptions;
  #source: JournalSource | undefined;
  #beginning: Beginning | undefined;
  #at: JournalCursor | undefined;
  /** A write that is under way or a tail that is being replaced can look like damage once, not twice. */
  #doubt = false;

  constructor(options: FollowJournalOptions) {
    this.#options = options;
    this.#at = options.from;
  }

  async look(): Promise<Result<readonly RecordedFact[]>> {
    const { path } = this.#options;
    try {
      const { ino, size } = await stat(path, { bigint: true });
      const seen = this.#at?.offset ?? 0;
      if (size < seen) return fail(positionMoved(path, this.#at?.seq ?? 0, `it was cut to ${size} bytes`));
      const source = await this.#openFile(ino);
      const beginning = await this.#begin(source);
      if (!beginning.ok) return beginning;
      return await this.#scan(source, beginning.value);
    } catch (cause) {
      return fail(readFailed(path, cause));
    }
  }

  async close(): Promise<void> {
    await this.#source?.close();
    this.#source = undefined;
  }

  async #scan(source: JournalSource, { format, start }: Beginning): Promise<Result<readonly RecordedFact[]>> {
    const { path } = this.#options;
    const facts: RecordedFact[] = [];
    const onRecords = (records: readonly RecordedFact[]): void => {
      for (const record of records) facts.push(record);
    };
    const scan = await scanJournal<Fact>(source, { path, from: this.#at ?? start, format, onRecords });
    if (scan.ok) {
      this.#at = scan.value.end;
      this.#doubt = false;
      return ok(facts);
    }
    if (this.#doubt) return scan;
    this.#doubt = true;
    return ok([]);
  }

  async #begin(source: JournalSource): Promise<Result<Beginning>> {
    if (this.#beginning !== undefined) return ok(this.#beginning);
    const { path, known = KNOWN_FORMAT } = this.#options;
    const beginning = await readBeginning(source, { path, known });
    if (beginning.ok) this.#beginning = beginning.value;
    return beginning;
  }

  /** A successor may have put a copy under the name; it has everything that was acknowledged. */
  async #openFile(inode: bigint): Promise<JournalSource> {
    if (this.#source?.inode === inode) return this.#source;
    await this.close();
    this.#source = await openSource(this.#options.path);
    return this.#source;
  }
}

async function waitBriefly(signal: AbortSignal): Promise<void> {
  try {
    await delay(200, undefined, { signal, ref: true });
  } catch {
    // Aborted; the caller looks at the signal.
  }
}
