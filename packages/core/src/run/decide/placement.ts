import type { Role } from "../../plan/plan.ts";
import type { ScheduledWave } from "../../plan/schedule.ts";
import type { PlanFact } from "../fact.ts";
import type { RunState } from "../state.ts";

/** Waves that may be added after the agreed ones to repair what is red; a person may ask for more. */
export const MAX_REPAIR_WAVES = 2;

/** Where further work goes: the next agreed wave, or a new one with the fact that adds it. */
export type Placement = { readonly wave: number; readonly added: readonly PlanFact[] };

/** Finds the wave after the current one; undefined when the repair waves are used up. */
export function placeNext(
  state: RunState,
  { rule, reason, person }: { readonly rule: string; readonly reason: string; readonly person: boolean },
): Placement | undefined {
  const next = state.waves.find((each) => each.status === "planned");
  if (next !== undefined) return { wave: next.wave.number, added: [] };
  const repairs = state.waves.filter((each) => each.repair).length;
  if (repairs >= MAX_REPAIR_WAVES && !person) return undefined;
  const wave = repairWave(state);
  return {
    wave: wave.number,
    added: [{ type: "plan.amended", amendment: { kind: "add-wave", wave }, rule, reason }],
  };
}

function repairWave(state: RunState): ScheduledWave {
  const last = state.waves.at(-1)?.wave;
  const roles: readonly Role[] = ["impl-polish"];
  return {
    number: (last?.number ?? 0) + 1,
    name: "Repair",
    roles,
    isolation: last?.isolation ?? "worktree",
    enforcement: last?.enforcement ?? "strict",
    tasks: [],
  };
}
