import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Edit } from "./change.ts";
import type { SeededPlan, SeededTask } from "./seeded-plan.ts";

/** More attempts than any task of these plans may have. */
const MOST_ATTEMPTS = 5;

/** Writes the scripts of all agents of a plan into a folder; each start leaves a line in the file `starts`. */
export function writeScripts(plan: SeededPlan, folder: string, starts: string): void {
  mkdirSync(folder, { recursive: true });
  const write = (task: string, steps: (attempt: number) => readonly object[]): void => {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const name = `${task}.${attempt}`;
      const count = { sneak: `echo ${name} >> '${starts}'` };
      writeFileSync(join(folder, `${name}.json`), JSON.stringify([count, ...steps(attempt)]));
    }
  };
  for (const task of plan.tasks) write(task.id, (attempt) => stepsOf(task, attempt));
  write(`${plan.culprit.id}F1`, () => repairOf(plan.culprit));
  // The task that the engine adds before Quality finds nothing to simplify.
  write("S1", () => [{ report: "no-op", summary: "nothing can be left out" }]);
}

function stepsOf(task: SeededTask, attempt: number): readonly object[] {
  const { change, fault, strayTool, strayShell, pause } = task;
  return [
    { say: `I begin with ${change.name}.` },
    { sleep: pause },
    ...change.edits.flatMap(editSteps),
    ...(fault === undefined ? [] : editSteps(fault.edit)),
    ...Object.entries(change.files).map(([path, content]) => ({ write: path, content })),
    ...(strayTool === undefined ? [] : [{ write: strayTool, content: "written out of scope\n" }]),
    ...(strayShell === undefined || attempt > 1 ? [] : [{ sneak: `echo out of scope >> ${strayShell}` }]),
    { report: "done", summary: `${change.name} is in` },
  ];
}

function editSteps({ path, find, replace }: Edit): readonly object[] {
  return [{ read: path }, { edit: path, find, replace }];
}

/** Takes the fault back and leaves the rest of the culprit's work. */
function repairOf({ fault, pause }: SeededTask): readonly object[] {
  if (fault === undefined) throw new Error("Writing a repair: the task has no fault");
  const { path, find, replace } = fault.edit;
  return [
    { sleep: pause },
    { edit: path, find: replace, replace: find },
    { report: "done", summary: `${fault.what}: taken back` },
  ];
}
