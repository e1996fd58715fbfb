import type { Command, Decision } from "../command.ts";
import { phaseOf, type Phase } from "../phase.ts";
import type { RunState, WaveState } from "../state.ts";
import { decideBaseline } from "./baseline.ts";
import { decideClose } from "./close.ts";
import { decideDecisions } from "./decision.ts";
import { decideFinal } from "./final.ts";
import { decideIssues } from "./issues.ts";
import { decideLimits } from "./limit.ts";
import { decideDiscards } from "./discard.ts";
import { drainWave } from "./drain.ts";
import { decideStop, isDraining, isEnding } from "./stop.ts";
import { decideWave } from "./wave.ts";
import { combine, nothing, type Wish } from "./wish.ts";

/**
 * Says what is to be done next. A pure function of the state: asked twice it gives the same commands with
 * the same ids, and a command that was issued is never given again. Facts that follow from the state are
 * given alone, so that the shell records them before anything else is done.
 */
export function decide(state: RunState): Decision {
  const wish = wishOf(state);
  const projection = projectionKey(state);
  const timers = wish.timers.filter((timer) => !state.firedTimers.has(timer.id));
  if (wish.record.length > 0) return { record: wish.record, commands: [], timers: [], projection };
  return { record: [], commands: newCommands(state, wish.commands), timers, projection };
}

/** Questions are numbered in the order of asking, so only one is asked at a time. */
function newCommands(state: RunState, wanted: readonly Command[]): readonly Command[] {
  const fresh = wanted.filter(({ id }) => !state.issued.has(id));
  const question = fresh.find((command) => command.type === "ask-person");
  return fresh.filter((command) => command.type !== "ask-person" || command === question);
}

function wishOf(state: RunState): Wish {
  const phase = phaseOf(state);
  const always = combine(decideLimits(state), decideDecisions(state));
  // What holds everything up is on record before anything else follows.
  if (always.record.length > 0 && isUnderWay(phase)) return always;
  switch (phase.kind) {
    case "none":
    case "refused":
      return nothing;
    case "awaiting-approval":
      return state.control.stopped === undefined ? nothing : decideBaseline(state);
    case "closed":
      return combine(decideIssues(state), decideDiscards(state));
    case "baseline":
      return combine(always, decideBaseline(state));
    case "wave":
      return combine(always, waveWish(state, phase.wave), decideDiscards(state));
    case "final":
      return combine(always, isEnding(state) ? decideStop(state) : decideFinal(state), decideDiscards(state));
    case "settled":
      return decideDiscards(state);
    case "closing":
      return combine(decideClose(state), decideDiscards(state));
  }
}

function waveWish(state: RunState, wave: WaveState): Wish {
  if (isEnding(state)) return decideStop(state);
  return isDraining(state) ? drainWave(state, wave) : decideWave(state, wave);
}

function isUnderWay({ kind }: Phase): boolean {
  return kind === "baseline" || kind === "wave" || kind === "final";
}

/** Changes with the wave, the control state and what waits for a person. */
function projectionKey(state: RunState): string {
  const phase = phaseOf(state);
  const running = state.waves.filter((each) => each.status !== "planned").length;
  const finished = state.waves.filter((each) => each.status === "finished").length;
  const control = Object.keys(state.control).join("+");
  return [phase.kind, running, finished, control, state.decisions.size, state.deviations.length].join("/");
}
