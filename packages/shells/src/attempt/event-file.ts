import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { AgentEvent } from "@breakwater/agents";
import type { LoopEvent } from "./loop-watch.ts";
import type { Redact } from "./redact.ts";

/** What the host itself has to say in the event file. */
export type HostEvent = { readonly kind: "host"; readonly text: string } | LoopEvent;

/**
 * The raw record of an attempt: one JSON line per event with its time, secrets taken out. A line and the
 * whole file are bounded. A file that cannot be written costs the record, never the attempt.
 */
export class EventFile {
  readonly #redact: Redact;
  #file: number | undefined;
  #room = MOST_FILE_BYTES;

  constructor(path: string, redact: Redact) {
    this.#redact = redact;
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      this.#file = openSync(path, "a", 0o600);
    } catch {
      this.#file = undefined;
    }
  }

  add(event: AgentEvent | HostEvent): void {
    if (this.#file === undefined) return;
    const line = JSON.stringify({ at: Date.now(), ...event }, shorten);
    this.#write(`${this.#redact(line)}\n`);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #write(line: string): void {
    this.#room -= Buffer.byteLength(line);
    const full = this.#room < 0;
    try {
      if (this.#file !== undefined) writeSync(this.#file, full ? LAST_LINE : line);
    } catch {
      this.close();
    }
    if (full) this.close();
  }
}

const MOST_FILE_BYTES = 128 * 1024 * 1024;
const MOST_TEXT = 16 * 1024;
const LAST_LINE = `${JSON.stringify({ kind: "host", text: "the record is full; later events are not in it" })}\n`;

function shorten(_key: string, value: unknown): unknown {
  if (typeof value !== "string" || value.length <= MOST_TEXT) return value;
  return `${value.slice(0, MOST_TEXT)}… (${value.length - MOST_TEXT} more characters)`;
}
