import { taskId } from "../ids.ts";
import type { SourceSpan } from "../failure.ts";
import { MOST_MINUTES } from "./attempt-limit.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { PlanTask, Role, TaskScope } from "./plan.ts";
import { canonicalKey, isTaskKey, taskIdPattern, taskKeys } from "./plan-key.ts";
import type { TaskKey } from "./plan-key.ts";
import { nearMatch } from "../near-match.ts";
import type { Reader } from "./read-value.ts";
import {
  readChoice,
  readEntries,
  readFlag,
  readItems,
  readText,
  readWhole,
  short,
  unknownKey,
} from "./read-value.ts";
import { roleFromText, roles } from "./role.ts";
import type { WrittenEntry, WrittenTask, WrittenWave } from "./written-plan.ts";

/** Understands one task; what does not fit is reported and replaced by the key's default. */
export function readTask(task: WrittenTask, wave: Pick<WrittenWave, "name">, found: Diagnostic[]): PlanTask {
  const reader: Reader = { found, code: "BW117" };
  if (!taskIdPattern.test(task.id)) found.push(badId(task));
  const entries = entriesByKey(task, found);
  const get = (key: TaskKey): WrittenEntry | undefined => entries.get(key);
  return {
    id: taskId(task.id),
    title: task.title,
    role: roleOf(task, get("role"), wave, found),
    scope: scopeOf(reader, get("scope")),
    ...lists(reader, get),
    ...words(reader, get),
    ...settings(reader, get),
    contractLock: flag(reader, get("contract-lock")),
    redFirst: flag(reader, get("red-first")),
    noOp: flag(reader, get("no-op")),
    onFail: choice(reader, get("on-fail"), ["retry", "ask", "carry"]) ?? "retry",
    brief: task.brief,
  };
}

type Get = (key: TaskKey) => WrittenEntry | undefined;

function entriesByKey(task: WrittenTask, found: Diagnostic[]): ReadonlyMap<TaskKey, WrittenEntry> {
  const entries = new Map<TaskKey, WrittenEntry>();
  for (const entry of task.entries) {
    const key = canonicalKey(entry.key);
    if (!isTaskKey(key)) found.push(unknownKey("BW112", entry, Object.keys(taskKeys)));
    else if (entries.has(key)) found.push(givenTwice(entry, task.id, entries.get(key)?.keySpan));
    else entries.set(key, entry);
  }
  return entries;
}

/** A key that stands twice in the same place; the first one is used. */
export function givenTwice(entry: WrittenEntry, owner: string, first: SourceSpan | undefined): Diagnostic {
  return {
    code: "BW118",
    severity: "error",
    message: `${owner} has the key "${short(entry.key)}" twice`,
    where: entry.keySpan,
    label: "the second",
    ...(first === undefined ? {} : { related: [{ span: first, label: "the first" }] }),
    fix: "keep one of them",
  };
}

function badId(task: WrittenTask): Diagnostic {
  return {
    code: "BW110",
    severity: "error",
    message: "task heading needs an id, like `### T7 Wire the middleware`",
    where: task.heading,
    why: "dependencies, refs and reports name a task by its id: letters and digits, at most 32, a letter first",
    fix: "put an id before the title",
  };
}

function roleOf(
  task: WrittenTask,
  entry: WrittenEntry | undefined,
  wave: Pick<WrittenWave, "name">,
  found: Diagnostic[],
): Role {
  const fromWave = roleFromText(wave.name);
  if (entry === undefined) {
    if (fromWave === undefined) found.push(noRole(task));
    return fromWave ?? "impl-core";
  }
  const written = entry.value.kind === "scalar" ? String(entry.value.value) : "";
  const role = roleFromText(written);
  if (role !== undefined) return role;
  const meant = nearMatch(written, roles);
  found.push({
    code: "BW116",
    severity: "error",
    message: `"${short(written)}" is no role${meant === undefined ? "" : ` - did you mean "${meant}"?`}`,
    where: entry.value.span,
    fix: `use one of ${roles.join(", ")}`,
    ...(meant === undefined ? {} : { edit: { span: entry.value.span, newText: meant } }),
  });
  return fromWave ?? "impl-core";
}

function noRole(task: WrittenTask): Diagnostic {
  return {
    code: "BW116",
    severity: "error",
    message: `${task.id} has no role`,
    where: task.heading,
    fix: `add \`- role: impl-core\`, or another of ${roles.join(", ")}; in a wave named after a role it may be left out`,
  };
}

function scopeOf(reader: Reader, entry: WrittenEntry | undefined): TaskScope {
  if (entry === undefined) return { kind: "read-only" };
  if (entry.value.kind !== "map") return scopeOfItems(readItems(reader, entry).map((item) => item.text));
  let globs: readonly string[] = [];
  for (const inner of readEntries(reader, entry)) {
    if (inner.key === "write") globs = readItems(reader, inner).map((item) => item.text);
    else if (inner.key !== "read") reader.found.push(unknownKey("BW112", inner, ["write", "read"]));
  }
  return { kind: "write", globs };
}

function scopeOfItems(items: readonly string[]): TaskScope {
  const first = items[0]?.trim().toLowerCase().replace(/\s+/g, "-");
  return items.length === 1 && first === "read-only"
    ? { kind: "read-only" }
    : { kind: "write", globs: items };
}

/** `reads`, or the `read` side of a scope written as a map. */
function readsOf(reader: Reader, get: Get): readonly string[] {
  const reads = get("reads");
  if (reads !== undefined) return texts(reader, reads);
  const scope = get("scope");
  if (scope?.value.kind !== "map") return [];
  return texts(
    reader,
    scope.value.entries.find((entry) => entry.key === "read"),
  );
}

function lists(reader: Reader, get: Get) {
  return {
    shared: texts(reader, get("shared")),
    reads: readsOf(reader, get),
    depends: texts(reader, get("depends"))
      .filter((text) => text.toLowerCase() !== "none")
      .map(taskId),
    verify: texts(reader, get("verify")),
    doneWhen: texts(reader, get("done-when")),
    produces: texts(reader, get("produces")),
  };
}

function words(reader: Reader, get: Get) {
  const agent = text(reader, get("agent"));
  const model = text(reader, get("model"));
  const reproduce = text(reader, get("reproduce"));
  const docs = text(reader, get("docs"));
  const priority = text(reader, get("priority"));
  return {
    ...(agent === undefined ? {} : { agent }),
    ...(model === undefined ? {} : { model }),
    ...(reproduce === undefined ? {} : { reproduce }),
    ...(docs === undefined ? {} : { docs }),
    ...(priority === undefined ? {} : { priority }),
  };
}

function settings(reader: Reader, get: Get) {
  const turns = whole(reader, get("turns"), 1000);
  const minutes = whole(reader, get("minutes"), MOST_MINUTES);
  const issue = whole(reader, get("issue"), 999_999_999);
  const isolation = choice(reader, get("isolation"), ["auto", "worktree", "none"]);
  const collisionRisk = choice(reader, get("collision-risk"), ["low", "medium", "high"]);
  return {
    ...(turns === undefined ? {} : { turns }),
    ...(minutes === undefined ? {} : { minutes }),
    ...(issue === undefined ? {} : { issue }),
    ...(isolation === undefined ? {} : { isolation }),
    ...(collisionRisk === undefined ? {} : { collisionRisk }),
  };
}

function texts(reader: Reader, entry: WrittenEntry | undefined): readonly string[] {
  return entry === undefined ? [] : readItems(reader, entry).map((item) => item.text);
}

function text(reader: Reader, entry: WrittenEntry | undefined): string | undefined {
  return entry === undefined ? undefined : readText(reader, entry);
}

function whole(reader: Reader, entry: WrittenEntry | undefined, max: number): number | undefined {
  if (entry === undefined) return undefined;
  // An issue is often written `#42`.
  const { value } = entry;
  if (value.kind === "scalar" && typeof value.value === "string" && value.value.startsWith("#")) {
    return readWhole(reader, { ...entry, value: { ...value, value: value.value.slice(1) } }, { min: 1, max });
  }
  return readWhole(reader, entry, { min: 1, max });
}

function flag(reader: Reader, entry: WrittenEntry | undefined): boolean {
  return entry !== undefined && readFlag(reader, entry) === true;
}

function choice<Word extends string>(
  reader: Reader,
  entry: WrittenEntry | undefined,
  allowed: readonly Word[],
): Word | undefined {
  return entry === undefined ? undefined : readChoice(reader, entry, allowed);
}
