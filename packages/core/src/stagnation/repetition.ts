import { MOST_PROOF } from "./bounded-memory.ts";
import { type Detector, leastOf, NO_SIGNALS, type Signal } from "./detector.ts";
import type { StagnationRules } from "./rules.ts";
import { onlyPath, type ToolCall } from "./tool-call.ts";

/** `turn-key-repetition`: the same call with the same result, again and again with nothing between. */
export function watchRepetition(rules: StagnationRules): Detector {
  const least = leastOf("turn-key-repetition", rules);
  let identity: number | undefined;
  let calls: string[] = [];
  let count = 0;
  return (call) => {
    const again = call.known && call.identity === identity;
    if (!again) {
      identity = call.identity;
      calls = [];
      count = 0;
    }
    count += 1;
    calls.push(call.call);
    if (calls.length > MOST_PROOF) calls.shift();
    if (count < least) return NO_SIGNALS;
    return [
      {
        pattern: "turn-key-repetition",
        subject: `${call.identity}`,
        count,
        path: call.path,
        calls: [...calls],
        evidence: () => `${call.name}: the same call with the same result ${count} times in a row`,
      },
    ];
  };
}

/** `alternation`: two to six calls in turn, each time with the same results. */
export function watchAlternation(): Detector {
  const recent: ToolCall[] = [];
  const runs = PERIODS.map(() => 0);
  let running = false;
  return (call) => {
    let signal: Signal | undefined;
    // What is new is in no cycle.
    if (call.known) signal = turnOf(call, recent, runs);
    else if (running) runs.fill(0);
    running = call.known;
    recent.push(call);
    if (recent.length > MOST_PROOF) recent.shift();
    return signal === undefined ? NO_SIGNALS : [signal];
  };
}

/** Lengthens or breaks the runs of all periods; the shortest cycle speaks, since a pair turns in fours as well. */
function turnOf(call: ToolCall, recent: readonly ToolCall[], runs: number[]): Signal | undefined {
  let signal: Signal | undefined;
  for (const [index, period] of PERIODS.entries()) {
    const same = recent[recent.length - period]?.identity === call.identity;
    const run = same ? (runs[index] ?? 0) + 1 : 0;
    runs[index] = run;
    if (run < period || signal !== undefined) continue;
    const cycle = [...recent.slice(recent.length + 1 - period), call];
    if (cycle.some((each) => each.identity !== call.identity)) signal = alternationOf(cycle, run, recent);
  }
  return signal;
}

const PERIODS = [2, 3, 4, 5, 6];

function alternationOf(cycle: readonly ToolCall[], run: number, recent: readonly ToolCall[]): Signal {
  const count = Math.floor(run / cycle.length) + 1;
  const calls = [...recent.slice(1), ...cycle.slice(-1)].map((each) => each.call);
  const written = cycle.filter((each) => each.kind === "write" || each.kind === "delete");
  return {
    pattern: "alternation",
    // The same cycle must be one subject, wherever in it the newest call stands.
    subject: cycle
      .map((each) => `${each.identity}`)
      .toSorted()
      .join(" "),
    count,
    path: onlyPath(written.length === 0 ? cycle : written),
    calls,
    evidence: () =>
      `${cycle.map((each) => each.name).join(", then ")}: the same ${cycle.length} calls with the same results ${count} times over`,
  };
}
