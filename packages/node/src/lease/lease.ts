import { fstatSync, statSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { fail, ok } from "@breakwater/core";
import type { Failure, Result } from "@breakwater/core";
import { systemCode } from "../journal/journal-failure.ts";
import { leaseLost, leaseUnwritable } from "./lease-failure.ts";
import { claimGeneration, leasePath } from "./lease-folder.ts";
import { encodeBeat, encodeReleased } from "./lease-record.ts";
import type { LeaseBeat, LeaseRecord } from "./lease-record.ts";

export type LeaseParts = {
  readonly folder: string;
  readonly record: LeaseRecord;
  readonly beat: LeaseBeat;
  /** The holder's own file and the offset of the beat in it. */
  readonly handle: FileHandle;
  readonly beatAt: number;
  readonly now: () => number;
  readonly takeover: Takeover;
};

/** What was there before this holder. */
export type Takeover = {
  readonly from: "nobody" | "released" | "dead" | "forced";
  /** The number of the last fact that the former holder had acknowledged; 0 when unknown. */
  readonly acknowledged: number;
  /** Whom the lease was taken from, where that is known. */
  readonly holder?: LeaseRecord;
};

/** How often a holder gives a sign of life; milliseconds. */
const BEAT_EVERY_MS = 5_000;

/**
 * The right to write a session, held open by one process. `acquireLease` makes it. A heartbeat runs until
 * `release`; it keeps no process alive. Rules: docs/adr/0003-lease-takeover.md.
 */
export class Lease {
  readonly #parts: LeaseParts;
  readonly #timer: NodeJS.Timeout;
  #seq: () => number;
  #socket: string | undefined;
  #ended = false;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(parts: LeaseParts) {
    this.#parts = parts;
    this.#seq = () => parts.beat.seq;
    this.#timer = setInterval(() => void this.beat(), BEAT_EVERY_MS).unref();
  }

  get record(): LeaseRecord {
    return this.#parts.record;
  }

  get takeover(): Takeover {
    return this.#parts.takeover;
  }

  /**
   * Why this process may not write any more (BW604), or nothing while it holds the lease. Looks at the
   * file system at each call without waiting, so it can be asked around every write. Never throws.
   */
  check(): Failure | undefined {
    const { folder, record, handle } = this.#parts;
    if (this.#ended) return leaseLost(record.session, record.generation);
    try {
      // First the successor, then our own file: the oldest is removed first, so a successor that is gone
      // already took ours along.
      const next = statSync(leasePath(folder, record.generation + 1), { throwIfNoEntry: false });
      if (next === undefined && fstatSync(handle.fd).nlink > 0) return undefined;
    } catch {
      // Whoever cannot look does not know, and may not write.
    }
    return leaseLost(record.session, record.generation);
  }

  /** From now on each heartbeat says how far the journal is. */
  follow(seq: () => number): void {
    this.#seq = seq;
  }

  /** Tells other processes where they can hand in requests. */
  announce(socket: string): Promise<Result<void>> {
    this.#socket = socket;
    return this.beat();
  }

  /** Gives a sign of life now; a holder that lost the lease gives none (BW604). */
  async beat(): Promise<Result<void>> {
    const lost = this.check();
    if (lost !== undefined) return fail(lost);
    const { handle, beatAt, now, folder } = this.#parts;
    const socket = this.#socket === undefined ? {} : { socket: this.#socket };
    const line = encodeBeat({ at: now(), seq: this.#seq(), ...socket });
    const written = this.#writing.then(() => handle.write(line, 0, line.length, beatAt));
    this.#writing = written.catch(() => {});
    try {
      await written;
      return ok(undefined);
    } catch (cause) {
      return fail(leaseUnwritable(folder, systemCode(cause)));
    }
  }

  /** Gives the lease back; the next one needs to prove nothing. Safe to call twice, and after a loss. */
  async release(): Promise<Result<void>> {
    if (this.#ended) return ok(undefined);
    const lost = this.check();
    this.#ended = true;
    clearInterval(this.#timer);
    const { folder, record, handle } = this.#parts;
    try {
      await this.#writing;
      const next = record.generation + 1;
      if (lost === undefined) await claimGeneration(folder, next, encodeReleased(next, this.#seq()));
      await handle.close();
      return ok(undefined);
    } catch (cause) {
      return fail(leaseUnwritable(folder, systemCode(cause)));
    }
  }
}
