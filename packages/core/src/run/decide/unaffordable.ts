import { explainOpen } from "../disposition.ts";
import type { Fact } from "../fact.ts";
import { standingOf } from "../standing.ts";
import type { RunState, TaskState } from "../state.ts";
import { reasonOf, withReason } from "./end-reason.ts";
import { nothing, record, type Wish } from "./wish.ts";

/** Carries over every task that would need another attempt. */
export function carryUnaffordable(state: RunState, tasks: readonly TaskState[]): Wish {
  const open = tasks.filter((task) => {
    const { kind } = standingOf(state, task);
    return kind === "ready" || kind === "waiting" || kind === "blocked" || kind === "failed";
  });
  if (open.length === 0) return nothing;
  return record(
    ...open.map((task): Fact => ({
      type: "task.carried",
      task: task.task.id,
      reason: withReason(explainOpen(state, task), reasonOf(state)),
    })),
  );
}
