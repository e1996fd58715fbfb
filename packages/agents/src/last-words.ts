import { plainLine } from "@breakwater/core";
import type { AgentEnding } from "./contract.ts";

/** How much of a client's complaint is told. */
export const MOST_LAST_WORDS = 300;

/** More than is told, so that a secret which is as long as a key is seen whole before it is taken out. */
const MOST_KEPT_BYTES = 16 * 1024;

/**
 * The end of what a client prints to stderr, for whatever runtime: whoever launches the client feeds `hear`,
 * and `told` gives an ending of it, in which a crash says what the client said. `redact` takes secrets out.
 */
export class LastWords {
  readonly #redact: (text: string) => string;
  #kept: Buffer = Buffer.alloc(0);

  constructor(redact: (text: string) => string) {
    this.#redact = redact;
  }

  hear(chunk: Buffer): void {
    const all = chunk.length >= MOST_KEPT_BYTES ? chunk : Buffer.concat([this.#kept, chunk]);
    this.#kept = Buffer.from(all.subarray(-MOST_KEPT_BYTES));
  }

  told(ending: AgentEnding): AgentEnding {
    if (ending.kind !== "error" || ending.class !== "crash") return ending;
    const words = this.#text();
    if (words === "" || ending.message.includes(words)) return ending;
    return { ...ending, message: `${ending.message}: ${words}` };
  }

  /** On one plain line. Redacted before its signs are taken out and after, as either may hide a secret. */
  #text(): string {
    const lines = this.#redact(this.#kept.toString("utf8"))
      .split(/\r?\n/u)
      .filter((line) => line.trim() !== "" && !STACK_FRAME.test(line));
    return endOf(this.#redact(plainLine(lines.join("\n"), MOST_KEPT_BYTES)));
  }
}

/** Where in its own files a client failed helps nobody, and would take the place of why. */
const STACK_FRAME = /^\s+at \S.*[:)]/u;

function endOf(text: string): string {
  const points = Array.from(text);
  if (points.length <= MOST_LAST_WORDS) return text;
  return `…${points.slice(1 - MOST_LAST_WORDS).join("")}`;
}
