import type { Role } from "../plan/plan.ts";
import type { RunState } from "../run/state.ts";
import type { TaskId } from "../ids.ts";

const TYPES: Readonly<Record<Role, string>> = {
  discovery: "docs",
  "impl-core": "feat",
  "impl-polish": "feat",
  docs: "docs",
  quality: "test",
  finalization: "chore",
};

/** The type of a task's commit by Conventional Commits, from its role; repairs are fixes. */
export function commitTypeOf(state: RunState, id: TaskId): string {
  const task = state.tasks.get(id)?.task;
  if (task?.source.kind === "fix") return "fix";
  if (task === undefined || state.session?.schedule.session === "housekeeping") return "chore";
  return TYPES[task.role];
}
