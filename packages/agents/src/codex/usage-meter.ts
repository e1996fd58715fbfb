import type { UsageDelta } from "../contract.ts";
import { isJsonObject, type JsonObject, numberOf } from "../json-shape.ts";

/**
 * Turns the sums that Codex reports into differences. A resumed conversation begins with the sum of its
 * earlier runs, which its first report tells apart by naming the last request alone as well.
 */
export class UsageMeter {
  #input = 0;
  #output = 0;
  #resumed: boolean;

  constructor(resumed: boolean) {
    this.#resumed = resumed;
  }

  /** Hears the sums before this run has asked its model: they are those of earlier runs. */
  begin(usage: unknown): void {
    const total = isJsonObject(usage) && isJsonObject(usage.total) ? usage.total : undefined;
    if (total === undefined) return;
    this.#input = countOf(total, "inputTokens");
    this.#output = countOf(total, "outputTokens");
    this.#resumed = false;
  }

  /** What was used since the last report; `undefined` where the report says nothing new. */
  delta(usage: unknown): UsageDelta | undefined {
    const total = isJsonObject(usage) && isJsonObject(usage.total) ? usage.total : undefined;
    if (total === undefined) return undefined;
    const last = isJsonObject(usage) && isJsonObject(usage.last) ? usage.last : {};
    if (this.#resumed) {
      this.#input = countOf(total, "inputTokens") - countOf(last, "inputTokens");
      this.#output = countOf(total, "outputTokens") - countOf(last, "outputTokens");
      this.#resumed = false;
    }
    const inputTokens = countOf(total, "inputTokens") - this.#input;
    const outputTokens = countOf(total, "outputTokens") - this.#output;
    this.#input += inputTokens;
    this.#output += outputTokens;
    return inputTokens <= 0 && outputTokens <= 0
      ? undefined
      : { inputTokens: Math.max(0, inputTokens), outputTokens: Math.max(0, outputTokens) };
  }
}

function countOf(usage: JsonObject, key: "inputTokens" | "outputTokens"): number {
  return numberOf(usage[key]) ?? 0;
}
