import { outcomeOf } from "../outcome.ts";
import { isEnding } from "./stop.ts";
import type { AttemptState, RunState } from "../state.ts";
import { combine, commandIdOf, nothing, order, type Wish } from "./wish.ts";

/** Gives back the workspaces of concluded attempts whose content is under a ref. */
export function decideDiscards(state: RunState): Wish {
  return combine(...[...state.attempts.values()].map((attempt) => decideDiscard(state, attempt)));
}

function decideDiscard(state: RunState, attempt: AttemptState): Wish {
  const { workspace, result } = attempt;
  if (workspace === undefined || result === undefined || attempt.discarded === true) return nothing;
  if (outcomeOf(state, attempt) === undefined && !isEnding(state)) return nothing;
  const id = commandIdOf("discard-workspace", attempt.id);
  return order({ type: "discard-workspace", id, attempt: attempt.id, workspace, result: result.commit });
}
