import { taskId } from "../ids.ts";
import type { TaskId } from "../ids.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { hasErrors, inSourceOrder } from "./diagnostic.ts";
import type { Plan, PlanTask, PlanWave } from "./plan.ts";
import { canonicalKey } from "./plan-key.ts";
import type { KeySpans, PlanSource, TaskSpans } from "./plan-source.ts";
import { startOfFile } from "./plan-source.ts";
import { readFrontMatter } from "./read-front-matter.ts";
import { readTask } from "./read-task.ts";
import type { WrittenEntry, WrittenPlan, WrittenTask, WrittenValue } from "./written-plan.ts";

/** More tasks than this is no session that a person agreed to. */
export const maxTasks = 500;

/**
 * What reading a plan gave.
 *
 * `plan` is there only where nothing refuses it. `draft` is the same plan with defaults in place of refused
 * values: lint it, show it, never run it.
 */
export type PlanReading = {
  readonly plan?: Plan;
  readonly draft?: Plan;
  readonly source: PlanSource;
  readonly diagnostics: readonly Diagnostic[];
};

/**
 * Understands a written plan (`docs/spec/plan.md`): known keys, types, closed words, ids.
 *
 * Everything that needs more than one look at the file (scopes, waves, dependencies, gates) is judged by
 * `compileSchedule`. `before` are findings of whoever took the file apart.
 */
export function readPlan(written: WrittenPlan, before: readonly Diagnostic[] = []): PlanReading {
  const found: Diagnostic[] = [...before];
  const source = sourceOf(written);
  const settings = readFrontMatter(written, found);
  const tasks = written.waves.flatMap((wave) => wave.tasks);
  reportDuplicates(tasks.slice(0, maxTasks), found);
  if (tasks.length === 0) found.push(noTask(written));
  if (tasks.length > maxTasks) found.push(tooManyTasks(written, tasks));
  const waves = written.waves.map((wave): PlanWave => {
    const read = wave.tasks.slice(0, maxTasks).map((task): PlanTask => readTask(task, wave, found));
    return { number: wave.number, name: wave.name, tasks: read };
  });
  const draft: Plan = { ...settings, intent: written.intent, waves };
  const diagnostics = inSourceOrder(found);
  return { ...(hasErrors(diagnostics) ? {} : { plan: draft }), draft, source, diagnostics };
}

function reportDuplicates(tasks: readonly WrittenTask[], found: Diagnostic[]): void {
  const first = new Map<string, WrittenTask>();
  for (const task of tasks) {
    const earlier = first.get(task.id.toLowerCase());
    if (earlier === undefined) {
      first.set(task.id.toLowerCase(), task);
      continue;
    }
    found.push({
      code: "BW113",
      severity: "error",
      message: `two tasks are named ${task.id}, at line ${earlier.heading.line} and line ${task.heading.line}`,
      where: task.heading,
      label: "the second",
      related: [{ span: earlier.heading, label: "the first" }],
      why: "an id names one task for ever, in refs and reports; letter case does not tell ids apart",
      fix: "give the newer task an id that the plan does not use",
    });
  }
}

function noTask(written: WrittenPlan): Diagnostic {
  return {
    code: "BW121",
    severity: "error",
    message: "the plan has no task",
    where: startOfFile(written.file),
    fix: "add a wave and a task, such as `## Wave 1: Impl-Core` and below it `### T1 Title`",
  };
}

function tooManyTasks(written: WrittenPlan, tasks: readonly WrittenTask[]): Diagnostic {
  return {
    code: "BW120",
    severity: "error",
    message: `the plan has ${tasks.length} tasks; ${maxTasks} are allowed`,
    where: tasks[maxTasks]?.heading ?? startOfFile(written.file),
    fix: "split it into several sessions",
  };
}

function sourceOf(written: WrittenPlan): PlanSource {
  const keys = new Map<string, KeySpans>();
  recordKeys(written.entries, "", keys);
  const tasks = new Map<TaskId, TaskSpans>();
  for (const task of written.waves.flatMap((wave) => wave.tasks)) {
    if (tasks.has(taskId(task.id))) continue;
    const taskKeys = new Map<string, KeySpans>();
    recordKeys(task.entries, "", taskKeys);
    tasks.set(taskId(task.id), { heading: task.heading, keys: taskKeys });
  }
  const waves = new Map(written.waves.map((wave) => [wave.number, wave.span]));
  return { file: written.file, keys, waves, tasks };
}

function recordKeys(entries: readonly WrittenEntry[], prefix: string, into: Map<string, KeySpans>): void {
  for (const { key, keySpan, value } of entries) {
    const name = prefix + canonicalKey(key);
    if (into.has(name)) continue;
    into.set(name, { key: keySpan, value: value.span, items: itemSpans(value) });
    if (value.kind === "map" && prefix === "") recordKeys(value.entries, `${name}.`, into);
  }
}

function itemSpans(value: WrittenValue): readonly WrittenValue["span"][] {
  switch (value.kind) {
    case "scalar":
      return [value.span];
    case "list":
      return value.items.map((item) => item.span);
    case "map": {
      // A scope of the form `{ write: [...] }` has the items of its list.
      const write = value.entries.find((entry) => entry.key === "write");
      return write === undefined ? [] : itemSpans(write.value);
    }
  }
}
