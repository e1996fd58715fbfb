import { fail, ok } from "@breakwater/core";
import type { Failure, Result } from "@breakwater/core";
import { journalClosed, positionMoved, writeFailed } from "./journal-failure.ts";
import { appendAll } from "./journal-file.ts";
import type { JournalFile } from "./journal-file.ts";

/** Says why this process may not write any more, or nothing while it may; must not throw. */
export type Guard = () => Failure | undefined;

export type GroupCommitOptions = {
  readonly path: string;
  readonly file: JournalFile;
  /** Where the file ends now; the commit owns everything behind it. */
  readonly offset: number;
  readonly guard: Guard;
};

type Waiting = {
  readonly lines: readonly Buffer[];
  readonly bytes: number;
  readonly settle: (result: Result<void>) => void;
};

/** No single write is larger, so that one slow disk does not hold an unbounded buffer. */
const BATCH_BYTES = 8 * 1024 * 1024;

/**
 * Makes lines durable, many callers at a time: while one write and sync is under way, everything that
 * arrives waits and then shares the next one. Nobody waits for company.
 *
 * The guard is asked before each write and again after each sync: a successor copies the file only after
 * it has the lease, so a write that was synced while the lease was still ours is in the copy
 * (docs/adr/0003-lease-takeover.md). After the first failure every call fails with it. Never rejects.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #offset: number;
  #broken: Failure | undefined;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#offset = options.offset;
  }

  /** The offset behind the last durable line. */
  get offset(): number {
    return this.#offset;
  }

  /** Why nothing can be written any more, if so. */
  get broken(): Failure | undefined {
    return this.#broken;
  }

  /** Resolves when all of the lines would survive a power cut; keeps the order of the calls. */
  commit(lines: readonly Buffer[]): Promise<Result<void>> {
    if (this.#broken !== undefined) return Promise.resolve(fail(this.#broken));
    const bytes = lines.reduce((sum, line) => sum + line.length, 0);
    return new Promise((settle) => {
      this.#waiting.push({ lines, bytes, settle });
      this.#running ??= this.#run();
    });
  }

  /** Waits for what was handed in, then closes the file; every later commit fails. */
  async close(): Promise<Result<void>> {
    await this.#running;
    const already = this.#broken;
    this.#broken = already ?? journalClosed(this.#options.path);
    try {
      await this.#options.file.close();
    } catch (cause) {
      return fail(writeFailed(this.#options.path, cause));
    }
    return already === undefined ? ok(undefined) : fail(already);
  }

  async #run(): Promise<void> {
    // Callers that append in the same turn of the event loop share the first write, too.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = takeBatch(this.#waiting);
      this.#waiting = this.#waiting.slice(batch.length);
      const failure = this.#broken ?? (await this.#writeBatch(batch));
      this.#broken = failure;
      const result = failure === undefined ? ok(undefined) : fail(failure);
      for (const each of batch) each.settle(result);
    }
    this.#running = undefined;
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<Failure | undefined> {
    const { file, path, guard } = this.#options;
    try {
      const refusal = guard() ?? this.#misplaced();
      if (refusal !== undefined) return refusal;
      await appendAll(file, [Buffer.concat(batch.flatMap((each) => each.lines))]);
      await file.sync();
    } catch (cause) {
      await this.#takeBack();
      return writeFailed(path, cause);
    }
    this.#offset += batch.reduce((sum, each) => sum + each.bytes, 0);
    return guard();
  }

  #misplaced(): Failure | undefined {
    const { file, path } = this.#options;
    const found = file.look();
    if (!found.linked) return positionMoved(path, this.#offset, "the file was replaced or removed");
    if (found.bytes === this.#offset) return undefined;
    return positionMoved(path, this.#offset, `it ends at byte ${found.bytes}`);
  }

  /** A write that failed may have left whole lines that nobody was told of. */
  async #takeBack(): Promise<void> {
    const { file, guard } = this.#options;
    try {
      if (guard() === undefined && file.look().linked) await file.cut(this.#offset);
    } catch {
      // The disk refuses even that; the next writer cuts what is torn.
    }
  }
}

function takeBatch(waiting: readonly Waiting[]): readonly Waiting[] {
  let bytes = 0;
  const tooMuch = waiting.findIndex((each, index) => {
    bytes += each.bytes;
    return index > 0 && bytes > BATCH_BYTES;
  });
  return tooMuch < 0 ? [...waiting] : waiting.slice(0, tooMuch);
}
