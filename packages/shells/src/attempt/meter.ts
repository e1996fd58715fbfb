import type { AgentEvent } from "@breakwater/agents";
import { type AttemptLimits, type AttemptUsage, type LimitKind, plainLine } from "@breakwater/core";

/** Counts what an attempt consumes, from its events alone, and says which limit is passed. No clock. */
export class AttemptMeter {
  #turns = 0;
  #toolCalls = 0;
  #denials = 0;
  #outputBytes = 0;
  #inputTokens: number | undefined;
  #outputTokens: number | undefined;
  #usd: number | undefined;
  #now = "starting";
  #session: string | undefined;

  count(event: AgentEvent): void {
    switch (event.kind) {
      case "turn":
        this.#turns += 1;
        return;
      case "tool-intent":
        this.#toolCalls += 1;
        this.#now = plainLine(
          `${event.intent.tool} ${event.intent.paths[0] ?? event.intent.command ?? ""}`,
          200,
        );
        return;
      case "denied":
        this.#denials += 1;
        return;
      case "usage":
        this.#inputTokens = sum(this.#inputTokens, event.delta.inputTokens);
        this.#outputTokens = sum(this.#outputTokens, event.delta.outputTokens);
        this.#usd = sum(this.#usd, event.delta.usd);
        return;
      case "said":
        this.#now = plainLine(event.text, 200);
        return;
      case "session":
        this.#session = event.id;
        return;
      case "tool-result":
      case "question":
      case "raw":
        return;
    }
  }

  countOutput(bytes: number): void {
    this.#outputBytes += bytes;
  }

  /** The runtime's own id of the conversation, once it is known. */
  get session(): string | undefined {
    return this.#session;
  }

  /** What the agent does at the moment, on one plain line. */
  get now(): string {
    return this.#now;
  }

  get usage(): AttemptUsage {
    return {
      turns: this.#turns,
      toolCalls: this.#toolCalls,
      denials: this.#denials,
      ...(this.#inputTokens === undefined ? {} : { inputTokens: this.#inputTokens }),
      ...(this.#outputTokens === undefined ? {} : { outputTokens: this.#outputTokens }),
      ...(this.#usd === undefined ? {} : { usd: this.#usd }),
    };
  }

  /** The first limit that is passed, hardest first. Time is not its business. */
  passed(limits: AttemptLimits): LimitKind | undefined {
    const tokens = (this.#inputTokens ?? 0) + (this.#outputTokens ?? 0);
    if (this.#outputBytes > limits.outputBytes) return "output";
    if (limits.usd !== undefined && (this.#usd ?? 0) > limits.usd) return "usd";
    if (limits.tokens !== undefined && tokens > limits.tokens) return "tokens";
    if (this.#toolCalls > limits.toolCalls) return "tool-calls";
    return this.#turns > limits.turns ? "turns" : undefined;
  }
}

function sum(total: number | undefined, more: number | undefined): number | undefined {
  return more === undefined ? total : (total ?? 0) + more;
}
