import type { AttemptId, CommitId, GateId } from "../ids.ts";

/** Why a check is run; together with the gate and the commit it identifies the run. */
export type GatePurpose =
  | { readonly kind: "baseline" }
  /** The task's own check number `index`, on the candidate that would land. */
  | { readonly kind: "verify"; readonly attempt: AttemptId; readonly index: number }
  /** Must be red before the attempt's change, so that a repair is known to repair something. */
  | { readonly kind: "reproduce"; readonly attempt: AttemptId }
  | { readonly kind: "wave"; readonly wave: number }
  /** A step of the search for the merge that turned a gate red. */
  | { readonly kind: "bisect"; readonly wave: number }
  /** The whole set after the last wave; never looked up. `round` counts the repairs before it. */
  | { readonly kind: "final"; readonly round: number }
  /** Before the branch moves; never looked up. */
  | { readonly kind: "close"; readonly attempt: number };

/** One run of one check on one commit. */
export type GateRun = { readonly purpose: GatePurpose; readonly gate: GateId; readonly commit: CommitId };

/** A text that is equal for equal runs, used in command ids and as a map key. */
export function gateRunKey(run: GateRun): string {
  return `${purposeKey(run.purpose)}:${run.gate}:${run.commit.slice(0, 12)}`;
}

function purposeKey(purpose: GatePurpose): string {
  switch (purpose.kind) {
    case "baseline":
      return "baseline";
    case "verify":
      return `verify-${purpose.attempt}-${purpose.index}`;
    case "reproduce":
      return `reproduce-${purpose.attempt}`;
    case "wave":
      return `wave-${purpose.wave}`;
    case "bisect":
      return `bisect-${purpose.wave}`;
    case "final":
      return `final-${purpose.round}`;
    case "close":
      return `close-${purpose.attempt}`;
  }
}
