import { MOST_PROOF, withNewest } from "./bounded-memory.ts";
import type { Detector, Signal } from "./detector.ts";
import { onlyPath, type ToolCall } from "./tool-call.ts";

/** `turn-key-repetition`: the same call with the same result, again and again with nothing between. */
export function watchRepetition(): Detector {
  let last: string | undefined;
  let count = 0;
  let calls: readonly string[] = [];
  return (call) => {
    const again = call.identity !== undefined && call.identity === last;
    last = call.identity;
    count = again ? count + 1 : 1;
    calls = withNewest(again ? calls : [], call.call, MOST_PROOF);
    if (!again) return [];
    return [
      {
        pattern: "turn-key-repetition",
        subject: call.identity ?? "",
        count,
        path: call.path,
        calls,
        evidence: `${call.name}: the same call with the same result ${count} times in a row`,
      },
    ];
  };
}

/** `alternation`: two to six calls in turn, each time with the same results. */
export function watchAlternation(): Detector {
  let recent: readonly ToolCall[] = [];
  const runs = new Map<number, number>(PERIODS.map((period) => [period, 0]));
  return (call) => {
    const signals: Signal[] = [];
    for (const period of PERIODS) {
      const before = recent.at(-period);
      const same = call.identity !== undefined && before?.identity === call.identity;
      const run = same ? (runs.get(period) ?? 0) + 1 : 0;
      runs.set(period, run);
      const cycle = [...recent.slice(recent.length + 1 - period), call];
      const mixed = cycle.some((each) => each.identity !== call.identity);
      // What turns in pairs turns in fours as well; the shortest cycle says it.
      if (run >= period && mixed && signals.length === 0) signals.push(alternationOf(cycle, run, recent));
    }
    recent = withNewest(recent, call, MOST_PROOF);
    return signals;
  };
}

const PERIODS = [2, 3, 4, 5, 6];

function alternationOf(cycle: readonly ToolCall[], run: number, recent: readonly ToolCall[]): Signal {
  const count = Math.floor(run / cycle.length) + 1;
  const names = cycle.map((each) => each.name).join(", then ");
  // The same cycle must be one subject, wherever in it the newest call stands.
  const subject = cycle
    .map((each) => each.identity ?? "")
    .toSorted()
    .join(" ");
  const written = cycle.filter((each) => each.kind === "write" || each.kind === "delete");
  return {
    pattern: "alternation",
    subject,
    count,
    path: onlyPath(written.length === 0 ? cycle : written),
    calls: [...recent.slice(1), ...cycle.slice(-1)].map((each) => each.call),
    evidence: `${names}: the same ${cycle.length} calls with the same results ${count} times over`,
  };
}
