import { fail, ok } from "@breakwater/core";
import type { Fact, RecordedFact, Result } from "@breakwater/core";
import { readFailed } from "./journal-failure.ts";
import type { JournalHeader } from "./journal-record.ts";
import { scanJournal } from "./journal-scan.ts";
import type { JournalCursor, Tail } from "./journal-scan.ts";
import { KNOWN_FORMAT, openSource, readBeginning } from "./journal-source.ts";
import type { KnownFormat } from "./journal-source.ts";

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
export function readJournal(options: ReadJournalOptions): Result<JournalReading> {
  const { path, onFacts, known = KNOWN_FORMAT } = options;
  try {
    const source = openSource(path);
    try {
      const beginning = readBeginning(source, { path, known });
      if (!beginning.ok) return beginning;
      const { header, format, start } = beginning.value;
      const from = options.from ?? start;
      const scan = scanJournal<Fact>(source, { path, from, format, onRecords: onFacts });
      return scan.ok ? ok({ header, ...scan.value }) : scan;
    } finally {
      source.close();
    }
  } catch (cause) {
    return fail(readFailed(path, cause));
  }
}
