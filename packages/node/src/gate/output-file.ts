import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { BoundedTail } from "../process/bounded-tail.ts";

/** How much of a run's output is kept from its beginning and from its end. */
const KEPT_HEAD_BYTES = 4 * 1024 * 1024;
const KEPT_END_BYTES = 4 * 1024 * 1024;

/**
 * Keeps the output of a check in a file, in the order of arrival: the beginning as it comes, so that it can be
 * followed, and the end on `close`. What lies between is left out and counted. A full disk ends the copy and
 * not the check; `complete` says so.
 */
export class OutputFile {
  readonly #end = new BoundedTail(KEPT_END_BYTES);
  #file: number | undefined;
  #head = 0;
  #rest = 0;

  /** Creates or empties the file; its folder is created where it is missing. */
  constructor(path: string) {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      this.#file = openSync(path, "w", 0o600);
    } catch {
      this.#file = undefined;
    }
  }

  add(chunk: Buffer): void {
    const room = Math.max(0, KEPT_HEAD_BYTES - this.#head);
    const head = chunk.subarray(0, room);
    this.#head += head.length;
    if (head.length > 0) this.#write(head);
    if (chunk.length <= room) return;
    this.#rest += chunk.length - room;
    this.#end.add(chunk.subarray(room));
  }

  /** Writes the end and closes the file; true where everything that was to be kept is in it. */
  close(): boolean {
    const end = this.#end.read();
    const left = this.#rest - end.length;
    if (left > 0) this.#write(Buffer.from(`\n[${left} bytes left out]\n`));
    if (end.length > 0) this.#write(end);
    if (this.#file === undefined) return false;
    closeSync(this.#file);
    this.#file = undefined;
    return true;
  }

  #write(bytes: Buffer): void {
    if (this.#file === undefined) return;
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
    } catch {
      closeSync(this.#file);
      this.#file = undefined;
    }
  }
}
