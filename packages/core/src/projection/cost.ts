import { counted } from "../count-text.ts";
import type { RunState } from "../run/state.ts";

/**
 * What the session has used. `turns` and `toolCalls` are measured by the engine; tokens and money are what
 * the runtimes reported, and `unknown` counts the started attempts that reported no money.
 */
export type BoardCost = {
  readonly turns: number;
  readonly toolCalls: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly reportedUsd?: number;
  readonly unknown: number;
  readonly limitUsd?: number;
};

/** Adds up the usage of all attempts; what nobody reported stays absent, never 0. */
export function costOf(state: RunState): BoardCost {
  const attempts = [...state.attempts.values()].filter((each) => each.started !== undefined);
  const usages = attempts.flatMap((each) => each.usage ?? []);
  const usd = total(usages.flatMap((each) => each.usd ?? []));
  const inputTokens = total(usages.flatMap((each) => each.inputTokens ?? []));
  const outputTokens = total(usages.flatMap((each) => each.outputTokens ?? []));
  const limitUsd = state.session?.schedule.budget.usd;
  return {
    turns: usages.reduce((sum, each) => sum + each.turns, 0),
    toolCalls: usages.reduce((sum, each) => sum + each.toolCalls, 0),
    unknown: attempts.length - usages.filter((each) => each.usd !== undefined).length,
    ...(usd === undefined ? {} : { reportedUsd: Math.round(usd * 1e6) / 1e6 }),
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
    ...(limitUsd === undefined ? {} : { limitUsd }),
  };
}

/** The cost in words, with the source of each figure: `$0.38 reported, 1 attempt unknown, of $12`. */
export function costText(cost: BoardCost): string {
  const limit = cost.limitUsd === undefined ? "" : ` of $${cost.limitUsd}`;
  const unknown = cost.unknown === 0 ? "" : `${counted(cost.unknown, "attempt")} unknown`;
  if (cost.reportedUsd === undefined) return `unknown${limit}${unknown === "" ? "" : ` (${unknown})`}`;
  return `$${cost.reportedUsd.toFixed(2)} reported${limit}${unknown === "" ? "" : `, ${unknown}`}`;
}

/** The cost in a few characters; `+?` says that part of it is unknown, `-` that all of it is. */
export function costMark(cost: BoardCost): string {
  if (cost.reportedUsd === undefined) return "-";
  return `$${cost.reportedUsd.toFixed(2)}${cost.unknown > 0 ? "+?" : ""}`;
}

function total(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, each) => sum + each, 0);
}
