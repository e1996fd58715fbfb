import { taskId } from "../ids.ts";
import type { TaskId } from "../ids.ts";
import type { Plan, PlanTask } from "./plan.ts";
import { isImplementation } from "./role.ts";

/**
 * The task that the engine adds to the first wave with a Quality task: what the implementation changed is
 * made simpler before it is tested. Part of what is agreed, so it follows from the plan alone.
 *
 * `undefined` in a housekeeping session, without Quality, or where nothing is implemented.
 */
export function simplifyTask(plan: Plan): PlanTask | undefined {
  const tasks = plan.waves.flatMap((wave) => wave.tasks);
  if (plan.session === "housekeeping" || !tasks.some((task) => task.role === "quality")) return undefined;
  const globs = new Set<string>();
  for (const task of tasks) {
    if (!isImplementation(task.role) || task.scope.kind === "read-only") continue;
    for (const glob of task.scope.globs) globs.add(glob);
  }
  if (globs.size === 0) return undefined;
  return {
    id: freeId(tasks),
    title: "Simplify what this session changed",
    role: "quality",
    scope: { kind: "write", globs: [...globs] },
    shared: [],
    reads: [],
    depends: [],
    verify: [],
    doneWhen: ["the changed code does the same with less, or nothing could be left out"],
    produces: [],
    contractLock: false,
    redFirst: false,
    onFail: "carry",
    noOp: true,
    brief: simplifyBrief,
  };
}

const simplifyBrief = [
  "Look only at the files that this session changed. Behaviour stays exactly as it is.",
  "",
  "Remove: a `try` that only rethrows, comments that repeat the code, hand-written copies of functions that",
  "the language or this repository has, boolean expressions longer than their meaning, and code nobody calls.",
  "Where nothing can go, change nothing and say so.",
].join("\n");

function freeId(tasks: readonly PlanTask[]): TaskId {
  const taken = new Set(tasks.map((task) => task.id.toLowerCase()));
  for (let n = 1; ; n += 1) {
    const id = `S${n}`;
    if (!taken.has(id.toLowerCase())) return taskId(id);
  }
}
