import { statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fail, ok } from "@breakwater/core";
import type { Fact, RecordedFact, Result } from "@breakwater/core";
import { positionMoved, readFailed } from "./journal-failure.ts";
import { scanJournal } from "./journal-scan.ts";
import type { JournalCursor } from "./journal-scan.ts";
import { KNOWN_FORMAT, openSource, readBeginning } from "./journal-source.ts";
import type { Beginning, JournalSource, KnownFormat } from "./journal-source.ts";

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
      const news = follower.look();
      if (!news.ok || news.value.length > 0) yield news;
      if (!news.ok) return;
      await wait(signal);
    }
  } finally {
    follower.close();
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

  look(): Result<readonly RecordedFact[]> {
    const { path } = this.#options;
    try {
      const { ino, size } = statSync(path, { bigint: true });
      const seen = this.#at?.offset ?? 0;
      if (size < seen) return fail(positionMoved(path, this.#at?.seq ?? 0, `it was cut to ${size} bytes`));
      const source = this.#openFile(ino);
      const beginning = this.#begin(source);
      if (!beginning.ok) return beginning;
      return this.#scan(source, beginning.value);
    } catch (cause) {
      return fail(readFailed(path, cause));
    }
  }

  close(): void {
    this.#source?.close();
    this.#source = undefined;
  }

  #scan(source: JournalSource, { format, start }: Beginning): Result<readonly RecordedFact[]> {
    const { path } = this.#options;
    const facts: RecordedFact[] = [];
    const onRecords = (records: readonly RecordedFact[]): void => {
      for (const record of records) facts.push(record);
    };
    const scan = scanJournal<Fact>(source, { path, from: this.#at ?? start, format, onRecords });
    if (scan.ok) {
      this.#at = scan.value.end;
      this.#doubt = false;
      return ok(facts);
    }
    if (this.#doubt) return scan;
    this.#doubt = true;
    return ok([]);
  }

  #begin(source: JournalSource): Result<Beginning> {
    if (this.#beginning !== undefined) return ok(this.#beginning);
    const { path, known = KNOWN_FORMAT } = this.#options;
    const beginning = readBeginning(source, { path, known });
    if (beginning.ok) this.#beginning = beginning.value;
    return beginning;
  }

  /** A successor may have put a copy under the name; it has everything that was acknowledged. */
  #openFile(inode: bigint): JournalSource {
    if (this.#source?.inode === inode) return this.#source;
    this.close();
    this.#source = openSource(this.#options.path);
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
