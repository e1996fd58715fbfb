import type { GateId } from "../ids.ts";
import { isWaived, recordOf, verdictOfRecord } from "./gate-record.ts";
import type { GateSpec } from "../plan/plan.ts";
import type { RunState, SessionState, WaveState } from "./state.ts";

/** Which part of its life a session is in; derived, never stored. */
export type Phase =
  | { readonly kind: "none" }
  | { readonly kind: "refused" }
  | { readonly kind: "awaiting-approval" }
  | { readonly kind: "baseline" }
  | { readonly kind: "wave"; readonly wave: WaveState }
  | { readonly kind: "final" }
  | { readonly kind: "settled" }
  | { readonly kind: "closing" }
  | { readonly kind: "closed" };

/** Derives the phase of a session. */
export function phaseOf(state: RunState): Phase {
  const { session, close } = state;
  if (session === undefined) return { kind: "none" };
  if (session.refused !== undefined) return { kind: "refused" };
  if (close.advanced !== undefined || isGivenUp(session, close)) return { kind: "closed" };
  if (session.approved === undefined) return { kind: "awaiting-approval" };
  if (session.settledAt !== undefined) {
    return close.requested !== undefined && close.refused === undefined
      ? { kind: "closing" }
      : { kind: "settled" };
  }
  if (!isBaselineKnown(state)) return { kind: "baseline" };
  const wave = state.waves.find((each) => each.status === "planned" || each.status === "running");
  return wave === undefined ? { kind: "final" } : { kind: "wave", wave };
}

/** An abandoned session is over once nothing of it runs. */
function isGivenUp(session: SessionState, { abandoned }: RunState["close"]): boolean {
  return abandoned !== undefined && (session.approved === undefined || session.settledAt !== undefined);
}

/** The checks that a session needs at all, each once, in the order of the configuration. */
export function sessionGates(state: RunState): readonly GateSpec[] {
  const gates = state.session?.schedule.gates;
  if (gates === undefined) return [];
  const wanted = new Set<GateId>([...gates.afterWave, ...gates.beforeFinish]);
  return gates.specs.filter((spec) => wanted.has(spec.id));
}

/** The specs of the named gates, in the order of the names. */
export function specsOf(state: RunState, ids: readonly GateId[]): readonly GateSpec[] {
  return ids.flatMap((id) => state.session?.schedule.gates.specs.find((spec) => spec.id === id) ?? []);
}

/** True when every gate has a baseline that new failures can be told from, or a person accepted it, or none is due yet. */
function isBaselineKnown(state: RunState): boolean {
  const base = state.session?.base.commit;
  if (base === undefined) return false;
  if (state.session?.schedule.express === true) return true;
  return sessionGates(state).every((spec) => {
    const record = recordOf(state, { purpose: { kind: "baseline" }, gate: spec.id, commit: base });
    if (record === undefined) return false;
    return isWaived(state, spec.id, base) || isUsableBaseline(state, record);
  });
}

/** Green, or red with the names of what fails. */
export function isUsableBaseline(state: RunState, record: RunState["gates"][number]): boolean {
  const verdict = verdictOfRecord(state, record);
  if (verdict.kind === "green") return true;
  return verdict.kind === "red" && (record.report.failing?.length ?? 0) > 0;
}
