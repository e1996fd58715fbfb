/** What the wave before says about how many agents the next one needs. */
export type ScalingSignal = "regressions" | "failures" | "growth" | "quick";

/** One row of the scaling table. */
export type ScalingRow = {
  readonly direction: "more" | "fewer";
  /** How much of what is counted makes one agent. */
  readonly per: number;
  /** The most agents that this signal moves. */
  readonly most: number;
  /** What was counted, in words. */
  readonly says: string;
};

/** Agents that all end within this time had less to do than was planned for; milliseconds. */
export const QUICK_MS = 3 * 60_000;

/** The one table that says what changes the number of agents of a wave. */
export const SCALING: Readonly<Record<ScalingSignal, ScalingRow>> = {
  regressions: { direction: "more", per: 1, most: 3, says: "repairs of what gates or reviews found" },
  failures: { direction: "more", per: 1, most: 2, says: "tasks that did not get done before" },
  growth: { direction: "more", per: 1, most: 2, says: "tasks or scopes that the plan did not have" },
  quick: { direction: "fewer", per: 4, most: 2, says: "agents that were all done within three minutes" },
};

/** What the table is asked with: how often each signal was seen, and the bounds of the wave. */
export type ScalingQuestion = {
  readonly planned: number;
  /** The most that its tasks and the limits of the session allow at once. */
  readonly cap: number;
  readonly counts: Readonly<Record<ScalingSignal, number>>;
};

/** Another number of agents than planned, with the signals that led to it. */
export type Scaling = { readonly agents: number; readonly rule: string; readonly reason: string };

/** How many agents the next wave gets, at least one and at most `cap`; undefined where as many as planned. */
export function scaleWave({ planned, cap, counts }: ScalingQuestion): Scaling | undefined {
  const seen = SIGNALS.filter((signal) => counts[signal] > 0);
  const change = seen.reduce((sum, signal) => sum + changeBy(signal, counts[signal]), 0);
  const agents = Math.max(1, Math.min(cap, planned + change));
  if (agents === planned) return undefined;
  const because = seen.map((signal) => `${SCALING[signal].says}: ${counts[signal]}`).join(", ");
  return { agents, rule: `scaling:${seen.join("+")}`, reason: `${because} (at most ${cap} at once)` };
}

const SIGNALS: readonly ScalingSignal[] = ["regressions", "failures", "growth", "quick"];

function changeBy(signal: ScalingSignal, count: number): number {
  const { direction, per, most } = SCALING[signal];
  const size = Math.min(most, Math.ceil(count / per));
  return direction === "more" ? size : -size;
}
