import type { UsageDelta } from "../contract.ts";
import { isJsonObject, type JsonObject, numberOf, present } from "../json-shape.ts";

/**
 * Turns what the client tells about consumption into differences. A message tells its input when it begins,
 * once however many lines it is printed on; a result tells the sums of its turn and the cost of the whole
 * conversation, which on a resumed one holds what was paid before.
 */
export class UsageMeter {
  readonly #tell: (delta: UsageDelta) => void;
  #toldInput = 0;
  #toldOutput = 0;
  #input = 0;
  #output = 0;
  /** Cost that is known to be told or paid before; unknown on a resumed conversation of unknown cost. */
  #usd: number | undefined;

  constructor(tell: (delta: UsageDelta) => void, resumed: { readonly usd?: number } | undefined) {
    this.#tell = tell;
    this.#usd = resumed === undefined ? 0 : resumed.usd;
  }

  /** The usage of a message that begins; its output is not known yet. */
  message(usage: JsonObject): void {
    const input = inputOf(usage);
    if (input === undefined || input === 0) return;
    this.#toldInput += input;
    this.#tell({ inputTokens: input });
  }

  /** A result: what its turn consumed that was not told message by message, and what all of it cost. */
  total(result: JsonObject): void {
    const usage = isJsonObject(result.usage) ? result.usage : {};
    this.#input += inputOf(usage) ?? 0;
    this.#output += numberOf(usage.output_tokens) ?? 0;
    const inputTokens = Math.max(0, this.#input - this.#toldInput);
    const outputTokens = Math.max(0, this.#output - this.#toldOutput);
    this.#toldInput += inputTokens;
    this.#toldOutput += outputTokens;
    const usd = this.#cost(numberOf(result.total_cost_usd));
    const delta = present({
      inputTokens: inputTokens === 0 ? undefined : inputTokens,
      outputTokens: outputTokens === 0 ? undefined : outputTokens,
      usd,
    });
    if (Object.keys(delta).length > 0) this.#tell(delta);
  }

  #cost(total: number | undefined): number | undefined {
    if (total === undefined) return undefined;
    const before = this.#usd;
    this.#usd = total;
    return before === undefined || total <= before ? undefined : total - before;
  }
}

function inputOf(usage: JsonObject): number | undefined {
  const parts = [usage.input_tokens, usage.cache_creation_input_tokens, usage.cache_read_input_tokens].map(
    numberOf,
  );
  return parts.every((part) => part === undefined)
    ? undefined
    : parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
}
