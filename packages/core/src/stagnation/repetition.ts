import { MOST_PROOF, withNewest } from "./bounded-memory.ts";
import { type Detector, NO_SIGNALS, type Signal } from "./detector.ts";
import { onlyPath, type ToolCall } from "./tool-call.ts";

/** `turn-key-repetition`: the same call with the same result, again and again with nothing between. */
export function watchRepetition(): Detector {
  let last: ToolCall | undefined;
  let count = 0;
  let calls: readonly string[] = [];
  return (call) => {
    const again = call.identity !== undefined && call.identity === last?.identity;
    calls = again
      ? withNewest(count === 1 && last !== undefined ? [last.call] : calls, call.call, MOST_PROOF)
      : [];
    count = again ? count + 1 : 1;
    last = call;
    if (!again) return NO_SIGNALS;
    return [
      {
        pattern: "turn-key-repetition",
        subject: `${call.identity}`,
        count,
        path: call.path,
        calls,
        evidence: () => `${call.name}: the same call with the same result ${count} times in a row`,
      },
    ];
  };
}

/** `alternation`: two to six calls in turn, each time with the same results. */
export function watchAlternation(): Detector {
  const recent: ToolCall[] = [];
  const runs = PERIODS.map(() => 0);
  return (call) => {
    let signal: Signal | undefined;
    for (const [index, period] of PERIODS.entries()) {
      const before = recent[recent.length - period];
      const same = call.identity !== undefined && before?.identity === call.identity;
      const run = same ? (runs[index] ?? 0) + 1 : 0;
      runs[index] = run;
      // What turns in pairs turns in fours as well; the shortest cycle says it.
      if (run < period || signal !== undefined) continue;
      const cycle = [...recent.slice(recent.length + 1 - period), call];
      if (cycle.some((each) => each.identity !== call.identity)) signal = alternationOf(cycle, run, recent);
    }
    recent.push(call);
    if (recent.length > MOST_PROOF) recent.shift();
    return signal === undefined ? NO_SIGNALS : [signal];
  };
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
