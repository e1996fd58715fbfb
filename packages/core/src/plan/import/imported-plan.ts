import { taskId } from "../../ids.ts";
import type { TaskId } from "../../ids.ts";
import type {
  DocsTask,
  Enforcement,
  Isolation,
  Plan,
  PlanTask,
  PlanWave,
  Role,
  SessionType,
} from "../plan.ts";
import { classifyRole } from "../sizing/classify-role.ts";

/** A task as another program's file has it. `ref` is what that file calls it; `depends` are such names. */
export type ImportedTask = {
  readonly ref: string;
  readonly title: string;
  readonly brief?: string;
  readonly files?: readonly string[];
  readonly depends?: readonly string[];
  readonly verify?: readonly string[];
  readonly doneWhen?: readonly string[];
  readonly role?: Role;
  readonly reads?: readonly string[];
  readonly contractLock?: boolean;
  readonly issue?: number;
  /** The id of a docs task of the plan that it carries out. */
  readonly docs?: string;
  readonly agent?: string;
  /** The wave that the file says; 0 or absent leaves it to the role. */
  readonly wave?: number;
};

/** What a file of another program amounts to; `notes` say what could not be carried over. */
export type ImportedPlan = {
  readonly title: string;
  readonly intent?: string;
  readonly session?: SessionType;
  readonly tasks: readonly ImportedTask[];
  readonly waveNames?: ReadonlyMap<number, string>;
  readonly execution?: ExecutionConfig;
  readonly docsTasks?: readonly DocsTask[];
  readonly notes: readonly string[];
};

/** The values that a plan document sets for its own session. */
export type ExecutionConfig = {
  readonly waveCount?: number;
  readonly agentsPerWave?: number;
  readonly isolation?: Isolation | "auto";
  readonly enforcement?: Enforcement;
  readonly maxTurns?: number | "auto";
};

/**
 * The plan of an imported file: ids are given anew, roles by rules where the file has none, scopes are the files
 * that were named. A task without files keeps an empty scope, which lint asks for; nothing is guessed.
 */
export function planOfImport(imported: ImportedPlan): {
  readonly plan: Plan;
  readonly notes: readonly string[];
} {
  const ids = new Map(imported.tasks.map(({ ref }, at) => [ref, taskId(`T${at + 1}`)]));
  const awaited = new Set(imported.tasks.flatMap(({ depends = [] }) => depends));
  const notes = [...imported.notes];
  const tasks = imported.tasks.map((task) => {
    const made = planTask(task, { ids, isAwaited: awaited.has(task.ref) });
    if (made.scope.kind === "write" && made.scope.globs.length === 0)
      notes.push(`${made.id} names no file: write its scope`);
    return { task: made, wave: task.wave ?? 0 };
  });
  const numbers = [...new Set(tasks.map(({ wave }) => wave))].toSorted((left, right) => left - right);
  const waves = numbers.map((number): PlanWave => ({
    number,
    name: imported.waveNames?.get(number) ?? "",
    tasks: tasks.filter((each) => each.wave === number).map((each) => each.task),
  }));
  const plan: Plan = {
    breakwater: 1,
    title: oneLine(imported.title) || "Imported plan",
    intent: safeText(imported.intent ?? ""),
    session: imported.session ?? "feature",
    issues: [],
    budget: {},
    agents: {},
    ...imported.execution,
    gates: { commands: [] },
    workspaceCopy: [],
    docsTasks: imported.docsTasks ?? [],
    waves,
  };
  return { plan, notes };
}

function planTask(
  task: ImportedTask,
  { ids, isAwaited }: { readonly ids: ReadonlyMap<string, TaskId>; readonly isAwaited: boolean },
): PlanTask {
  const files = [...new Set((task.files ?? []).map(cleanPath).filter((path) => path !== ""))];
  const text = `${task.title}\n${task.brief ?? ""}`;
  const role = task.role ?? classifyRole({ text: task.title, files, isAwaited }).role;
  const title = oneLine(task.title);
  const depends = (task.depends ?? []).flatMap((ref) => ids.get(ref) ?? []);
  return {
    id: ids.get(task.ref) ?? taskId("T0"),
    title: title.length > 120 ? `${title.slice(0, 117)}...` : title,
    role,
    scope: role === "discovery" ? { kind: "read-only" } : { kind: "write", globs: files },
    shared: [],
    reads: role === "discovery" ? files : (task.reads ?? []),
    depends: [...new Set(depends)],
    verify: (task.verify ?? []).map(oneLine),
    doneWhen: (task.doneWhen ?? []).map(oneLine),
    produces: [],
    ...(task.agent === undefined ? {} : { agent: task.agent }),
    contractLock: task.contractLock ?? false,
    redFirst: false,
    ...(task.issue === undefined ? {} : { issue: task.issue }),
    ...(task.docs === undefined ? {} : { docs: task.docs }),
    onFail: "retry",
    noOp: false,
    brief: safeText(title.length > 120 ? text : (task.brief ?? "")),
  };
}

function cleanPath(path: string): string {
  return path
    .trim()
    .replace(/^[`"']+|[`"',.;:]+$/g, "")
    .replace(/^\.\//, "");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** A heading inside of foreign text would become one of the plan. */
function safeText(text: string): string {
  return text
    .split("\n")
    .map((line) => line.replace(/^(\s{0,3})(#{1,6}\s|---+\s*$)/, "$1\\$2").trimEnd())
    .join("\n")
    .trim();
}

/** Words of a text that are paths of files: in backticks, or with a folder and an ending. */
export function pathsIn(text: string): readonly string[] {
  const quoted = [...text.matchAll(/`([\w@./*[\]{}-]{1,200})`/g)].map((match) => match[1] ?? "");
  const bare = text
    .split(/[\s,()]+/)
    .map((word) => word.replace(/^[`"']+|[`"',.;:]+$/g, ""))
    .filter(
      (word) => /^[\w@.-]+(?:\/[\w@.*{}[\]-]+)+$/.test(word) && (/\.\w+$/.test(word) || word.includes("*")),
    );
  const named = quoted.filter((word) => word.includes("/") || /^[\w-]+\.\w{1,5}$/.test(word));
  return [...new Set([...named, ...bare])].filter((path) => !path.startsWith("/") && !path.includes(".."));
}
