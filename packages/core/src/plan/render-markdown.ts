import type { JsonObject, JsonValue } from "./plan-json.ts";
import { docsTaskToJson, gateToJson } from "./plan-json.ts";
import type { Plan, PlanTask, PlanWave } from "./plan.ts";
import type { TaskKey } from "./plan-key.ts";
import { taskKeys } from "./plan-key.ts";
import { splitValue, unwrapCode, wrapCode } from "./split-value.ts";

/** Stands between the settings of a task and a brief that begins with a list. */
export const briefMark = "<!-- brief -->";

/**
 * The Markdown form of a plan (`docs/spec/plan.md`). Reading it back gives an equal plan, but for texts that
 * Markdown cannot hold (a heading in a brief, a line break in a criterion); `convertPlan` finds those.
 */
export function renderPlanMarkdown(plan: Plan): string {
  return [
    "---",
    ...frontMatter(plan),
    "---",
    "",
    `# ${oneLine(plan.title)}`,
    ...(plan.intent === "" ? [] : ["", plan.intent]),
    ...plan.waves.flatMap(waveLines),
    "",
  ].join("\n");
}

function waveLines(wave: PlanWave): readonly string[] {
  const name = wave.name === "" ? "" : `: ${wave.name}`;
  const heading = wave.number === 0 ? "## Tasks" : `## Wave ${wave.number}${name}`;
  return ["", heading, ...wave.tasks.flatMap(taskLines)];
}

function taskLines(task: PlanTask): readonly string[] {
  const listFirst =
    /^\s{0,3}(?:[-+*]|\d{1,9}[.)])(?:\s|$)/.test(task.brief) || task.brief.startsWith(briefMark);
  return [
    "",
    `### ${task.id} ${oneLine(task.title)}`.trimEnd(),
    ...settingLines(task),
    ...(task.brief === "" ? [] : ["", ...(listFirst ? [briefMark, ""] : []), task.brief]),
  ];
}

function settingLines(task: PlanTask): readonly string[] {
  const scope = task.scope.kind === "read-only" ? ["read-only"] : task.scope.globs.map(wrapCode);
  const values: Readonly<Record<TaskKey, readonly string[]>> = {
    role: [task.role],
    scope,
    shared: task.shared.map(wrapCode),
    reads: task.reads.map(wrapCode),
    depends: task.depends,
    verify: task.verify.map(wrapCode),
    "done-when": task.doneWhen.map(proseItem),
    produces: task.produces.map(proseItem),
    agent: optional(task.agent),
    model: optional(task.model),
    turns: optional(task.turns),
    minutes: optional(task.minutes),
    isolation: optional(task.isolation),
    "collision-risk": optional(task.collisionRisk),
    "contract-lock": flag(task.contractLock),
    "red-first": flag(task.redFirst),
    reproduce: task.reproduce === undefined ? [] : [wrapCode(task.reproduce)],
    docs: optional(task.docs),
    issue: optional(task.issue),
    priority: optional(task.priority),
    "on-fail": task.onFail === "retry" ? [] : [task.onFail],
    "no-op": flag(task.noOp),
  };
  return Object.entries(values).flatMap(([key, items]) => {
    if (key === "scope" && task.scope.kind === "write" && items.length === 0) return ["- scope:"];
    return settingOf(key, items);
  });
}

function settingOf(key: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  const shown = key === "done-when" ? "done when" : key;
  const shape = Object.entries(taskKeys).find(([known]) => known === key)?.[1] ?? "single";
  const line = items.join(", ");
  // Several sentences, or one that would be split, stand below each other.
  const inline = shape !== "prose" || splitValue(line, shape).length === items.length;
  if (inline && (shape !== "prose" || items.length === 1 || key === "verify")) return [`- ${shown}: ${line}`];
  return [`- ${shown}:`, ...items.map((item) => `  - ${item}`)];
}

/** Prose as it is where that reads back as the same text, else as code. */
function proseItem(text: string): string {
  const plain =
    /^[A-Za-z0-9(][^\n]*$/.test(text) && !/^\d{1,9}[.)](?:\s|$)/.test(text) && text === text.trim();
  return plain && unwrapCode(text) === text ? text : wrapCode(text);
}

function optional(value: string | number | undefined): readonly string[] {
  if (value === undefined) return [];
  const text = String(value);
  return [/^[\w./@:+-][\w./@:+ -]*$/.test(text) && text === text.trim() ? text : wrapCode(text)];
}

/** In the order in which a person writes it. */
function budgetToJson({ usd, minutes, tokens, turns, task, wave }: Plan["budget"]): JsonObject | undefined {
  return map({ usd, minutes, tokens, turns, task: map({ ...task }), wave: map({ ...wave }) });
}

function flag(value: boolean): readonly string[] {
  return value ? ["true"] : [];
}

function frontMatter(plan: Plan): readonly string[] {
  const { budget, agents, gates } = plan;
  return Object.entries({
    breakwater: 1,
    title: plan.title,
    session: plan.session,
    base: plan.base,
    issues: nonEmpty(plan.issues),
    budget: budgetToJson(budget),
    agents: map({
      default: agents.default,
      reviewer: agents.reviewer,
      "reviewer-model": agents.reviewerModel,
      "max-parallel": agents.maxParallel,
      turns: agents.turns,
      minutes: agents.minutes,
      model: agents.model,
    }),
    waves: plan.waveCount,
    "agents-per-wave": plan.agentsPerWave,
    isolation: plan.isolation,
    enforcement: plan.enforcement,
    "max-turns": plan.maxTurns,
    schedule: plan.schedule,
    wall: plan.wall,
    gates: map({
      "after-wave": gates.afterWave,
      "before-finish": gates.beforeFinish,
      commands: nonEmpty(gates.commands.map(gateToJson)),
    }),
    "workspace-setup": plan.workspaceSetup,
    "workspace-copy": nonEmpty(plan.workspaceCopy),
    "docs-tasks": nonEmpty(plan.docsTasks.map(docsTaskToJson)),
    focus: plan.focus,
  }).flatMap(([key, value]) => (value === undefined ? [] : yamlLines(key, value)));
}

function map(members: { readonly [key: string]: JsonValue | undefined }): JsonObject | undefined {
  const kept: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(members)) if (value !== undefined) kept[key] = value;
  return Object.keys(kept).length === 0 ? undefined : kept;
}

function nonEmpty(items: readonly JsonValue[]): readonly JsonValue[] | undefined {
  return items.length === 0 ? undefined : items;
}

/** Short maps and lists stand on one line; those with maps inside are spread out. */
function yamlLines(key: string, value: JsonValue): readonly string[] {
  if (!isDeep(value)) return [`${key}: ${flow(value)}`];
  if (isList(value)) return [`${key}:`, ...value.map((item) => `  - ${flow(item)}`)];
  if (typeof value !== "object" || value === null) return [`${key}: ${flow(value)}`];
  const inner = Object.entries(value).flatMap(([name, member]) => yamlLines(name, member));
  return [`${key}:`, ...inner.map((line) => `  ${line}`)];
}

function isDeep(value: JsonValue): boolean {
  if (typeof value !== "object" || value === null) return false;
  const members = isList(value) ? value : Object.values(value);
  return members.some((member) => typeof member === "object" && member !== null);
}

function flow(value: JsonValue): string {
  if (isList(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, member]) => `${key}: ${flow(member)}`)
      .join(", ")} }`;
  }
  return typeof value === "string" ? yamlText(value) : String(value);
}

/** Words that YAML would read as something else, and everything unusual, stand in double quotes. */
function yamlText(text: string): string {
  const plain = /^[A-Za-z][\w ./@()+'-]*$/.test(text) && text === text.trim();
  const reserved = /^(?:true|false|yes|no|on|off|null|y|n)$/i.test(text);
  return plain && !reserved ? text : JSON.stringify(text);
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
