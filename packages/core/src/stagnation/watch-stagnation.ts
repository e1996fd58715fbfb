import type { StagnationDetection } from "./detection.ts";
import { type Detector, NO_SIGNALS, type Signal } from "./detector.ts";
import { watchEditCycles } from "./edit-cycle.ts";
import { watchErrorEcho } from "./error-echo.ts";
import { plainName } from "./host-tool.ts";
import { openLadder } from "./ladder.ts";
import { watchPaging } from "./pagination.ts";
import { watchQuiet } from "./quiet.ts";
import { readCalls } from "./read-calls.ts";
import { watchAlternation, watchRepetition } from "./repetition.ts";
import { STAGNATION_RULES, type StagnationRules } from "./rules.ts";
import { watchFailures, watchProgress } from "./standstill.ts";
import type { StreamEvent } from "./stream-event.ts";
import type { ToolCall } from "./tool-call.ts";

/** Watches one agent. */
export type StagnationWatch = {
  /**
   * Hears the next event, and when it happened in milliseconds where that is known. Gives what it proves, at
   * most one detection, each level of a pattern once. Never throws.
   */
  readonly hear: (event: StreamEvent, at?: number) => StagnationDetection | undefined;
};

export type WatchOptions = {
  /** Absolute path below which paths are named relative to it. */
  readonly workspace?: string;
  readonly rules?: StagnationRules;
};

/**
 * Opens a watch for one agent (`docs/spec/stagnation.md`). The same events give the same detections; time
 * passes only as it is handed in. An event costs what its text does, bounded, and memory does not grow.
 */
export function watchStagnation({ workspace, rules = STAGNATION_RULES }: WatchOptions = {}): StagnationWatch {
  const calls = readCalls(rules, workspace);
  const detectors = openDetectors(rules);
  const quiet = watchQuiet();
  const climb = openLadder(rules);
  let finished = 0;
  return {
    hear: (event, at) => {
      const call = calls.take(event);
      const between = event.kind === "time" ? quiet.wait(at, calls.busy()) : quiet.hear(event, at);
      if (call === undefined) return between === undefined ? undefined : climb([between], finished);
      finished = call.n;
      const signals = signalsOf(call, detectors, rules);
      return signals.length === 0 ? undefined : climb(signals, finished);
    },
  };
}

function openDetectors(rules: StagnationRules): readonly Detector[] {
  return [
    watchErrorEcho(rules),
    watchPaging(rules),
    watchRepetition(rules),
    watchAlternation(),
    watchEditCycles(rules),
    watchFailures(rules),
    watchProgress(rules),
  ];
}

function signalsOf(
  call: ToolCall,
  detectors: readonly Detector[],
  rules: StagnationRules,
): readonly Signal[] {
  let signals: Signal[] | undefined;
  for (const detector of detectors) {
    const told = detector(call);
    if (told !== NO_SIGNALS) (signals ??= []).push(...told);
  }
  if (signals === undefined) return NO_SIGNALS;
  const exempt = rules.exempt[plainName(call.tool)] ?? [];
  const seen = signals.filter(({ pattern }) => !exempt.includes(pattern));
  if (call.patient) return seen.map((signal) => ({ ...signal, patience: rules.patience.factor }));
  return call.grace ? seen.map((signal) => ({ ...signal, grace: rules.patience.grace })) : seen;
}
