import { fail, ok } from "@breakwater/core";
import type { CommandId, Fact, RecordedFact, Result } from "@breakwater/core";
import type { GroupCommit } from "./group-commit.ts";
import { factTooLarge, positionMoved } from "./journal-failure.ts";
import { encodeRecord } from "./journal-record.ts";
import type { RecordFormat } from "./journal-record.ts";
import type { JournalCursor } from "./journal-scan.ts";
import { MAX_LINE_BYTES, sealLine, sealOf } from "./sealed-line.ts";

/** A fact on its way into the journal; without `at` the journal takes the time of its own clock. */
export type JournalEntry = {
  readonly fact: Fact;
  readonly cause?: CommandId;
  /** Milliseconds since the epoch; raised to the time of the fact before it where the clock went back. */
  readonly at?: number;
};

/** A place in the journal that can be recognised again. */
export type JournalPosition = JournalCursor & {
  /** The time of the fact before it; 0 at the beginning. */
  readonly at: number;
  /** The checksum of the line before it. */
  readonly seal: string;
};

export type JournalParts = {
  readonly path: string;
  readonly format: RecordFormat;
  readonly found: readonly RecordedFact[];
  readonly position: JournalPosition;
  readonly commit: GroupCommit;
  readonly now: () => number;
};

/**
 * The journal of a session, held open by its one writer. `openJournal` makes it; the format is
 * docs/spec/journal.md. Nothing here rejects: what went wrong is in the result.
 */
export class Journal {
  readonly #parts: JournalParts;
  #accepted: JournalPosition;
  #durable: JournalPosition;

  constructor(parts: JournalParts) {
    this.#parts = parts;
    this.#accepted = parts.position;
    this.#durable = parts.position;
  }

  /** The place behind the last durable fact. */
  get position(): JournalPosition {
    return this.#durable;
  }

  /** The facts that were there at opening, in order; those after the snapshot when one was used. */
  facts(): readonly RecordedFact[] {
    return this.#parts.found;
  }

  /**
   * Appends facts in the order of the calls and resolves when they would survive a power cut. With
   * `expected`, the number of the last fact that the caller has seen, a caller with an older view is
   * refused (BW504). A failed write ends the journal: every later call fails with the same failure.
   */
  async append(
    entries: readonly JournalEntry[],
    options: { readonly expected?: number } = {},
  ): Promise<Result<readonly RecordedFact[]>> {
    const { commit, path } = this.#parts;
    if (commit.broken !== undefined) return fail(commit.broken);
    const { expected } = options;
    if (expected !== undefined && expected !== this.#accepted.seq)
      return fail(positionMoved(path, expected, `its last fact is ${this.#accepted.seq}`));
    if (entries.length === 0) return ok([]);
    const records = this.#stamp(entries);
    const lines = records.map((record) => sealLine(encodeRecord(record, this.#parts.format)));
    const large = lines.findIndex((line) => line.length > MAX_LINE_BYTES);
    if (large >= 0) return fail(this.#tooLarge(records[large], lines[large]));
    const position = this.#accept(records, lines);
    const written = await commit.commit(lines);
    if (!written.ok) return written;
    this.#durable = position;
    return ok(records);
  }

  /** Waits for appends under way and closes the file; every later append fails. */
  close(): Promise<Result<void>> {
    return this.#parts.commit.close();
  }

  #stamp(entries: readonly JournalEntry[]): RecordedFact[] {
    let { seq, at } = this.#accepted;
    const now = this.#parts.now();
    return entries.map(({ fact, cause, at: wanted }) => {
      seq += 1;
      at = Math.max(at, wanted ?? now);
      return cause === undefined ? { seq, at, fact } : { seq, at, cause, fact };
    });
  }

  #accept(records: readonly RecordedFact[], lines: readonly Buffer[]): JournalPosition {
    const last = records.at(-1);
    const lastLine = lines.at(-1);
    if (last === undefined || lastLine === undefined) return this.#accepted;
    const bytes = lines.reduce((sum, line) => sum + line.length, 0);
    const offset = this.#accepted.offset + bytes;
    this.#accepted = { seq: last.seq, at: last.at, offset, seal: sealOf(lastLine) };
    return this.#accepted;
  }

  #tooLarge(record: RecordedFact | undefined, line: Buffer | undefined): ReturnType<typeof factTooLarge> {
    const sizes = { bytes: line?.length ?? 0, limit: MAX_LINE_BYTES };
    return factTooLarge(this.#parts.path, record?.fact.type ?? "", sizes);
  }
}
