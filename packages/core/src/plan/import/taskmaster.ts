import { fail, ok } from "../../failure.ts";
import type { Result } from "../../failure.ts";
import { pathsIn } from "./imported-plan.ts";
import type { ImportedPlan, ImportedTask } from "./imported-plan.ts";

/**
 * Reads the value of a Taskmaster `tasks.json`, tagged or not. Subtasks become tasks of their own that wait for
 * one another and for what their task waits for; finished ones are left out. The failure is one sentence.
 */
export function readTaskmaster(value: unknown): Result<ImportedPlan, string> {
  const list = taskList(value);
  if (list === undefined) return fail("it has no list of tasks");
  const notes: string[] = [];
  const tasks: ImportedTask[] = [];
  const lastOf = new Map<string, string>();
  for (const entry of list) {
    const ref = textOf(entry, "id");
    if (/^(?:done|completed|cancelled|deferred)$/.test(textOf(entry, "status"))) {
      notes.push(`task ${ref} is ${textOf(entry, "status")} and was left out`);
      continue;
    }
    const before = listOf(entry, "dependencies").map(String);
    const subtasks = objects(listOf(entry, "subtasks")).filter((each) => textOf(each, "status") !== "done");
    if (subtasks.length === 0) tasks.push(taskOf(entry, ref, before));
    let last = before;
    for (const subtask of subtasks) {
      const name = `${ref}.${textOf(subtask, "id")}`;
      tasks.push(taskOf(subtask, name, last));
      last = [name];
    }
    if (subtasks.length > 0) lastOf.set(ref, last[0] ?? ref);
  }
  // Who waits for a task that was taken apart waits for its last part.
  const joined = tasks.map((task) => ({
    ...task,
    depends: (task.depends ?? []).map((ref) => lastOf.get(ref) ?? ref),
  }));
  return ok({ title: "Imported tasks", tasks: joined, notes });
}

type Entry = ReadonlyMap<string, unknown>;

function taskList(value: unknown): readonly Entry[] | undefined {
  if (Array.isArray(value)) return objects(value);
  const root = objects([value])[0];
  if (root === undefined) return undefined;
  const own = root.get("tasks");
  if (Array.isArray(own)) return objects(own);
  const tagged = objects([...root.values()])
    .find((tag) => Array.isArray(tag.get("tasks")))
    ?.get("tasks");
  return Array.isArray(tagged) ? objects(tagged) : undefined;
}

function taskOf(entry: Entry, ref: string, depends: readonly string[]): ImportedTask {
  const strategy = textOf(entry, "testStrategy");
  const brief = [textOf(entry, "description"), textOf(entry, "details")]
    .filter((each) => each !== "")
    .join("\n\n");
  return {
    ref,
    title: textOf(entry, "title") || `Task ${ref}`,
    brief,
    files: pathsIn(brief),
    doneWhen: strategy === "" ? [] : [strategy],
    depends,
  };
}

function objects(values: readonly unknown[]): readonly Entry[] {
  return values.flatMap((value) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? [new Map<string, unknown>(Object.entries(value))]
      : [],
  );
}

function listOf(entry: Entry, key: string): readonly unknown[] {
  const value = entry.get(key);
  return Array.isArray(value) ? value : [];
}

function textOf(entry: Entry, key: string): string {
  const value = entry.get(key);
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
