import type { DocsTask, GateSpec, Plan, PlanTask, PlanWave } from "./plan.ts";

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export type JsonObject = { readonly [key: string]: JsonValue };

/**
 * The JSON form of a plan, as `*.plan.json` holds it (`docs/spec/plan.md`).
 *
 * Empty lists and values equal to their default are left out, so that a key which a later version adds does
 * not change the hash of a plan that does not use it. Parsing the result gives an equal plan.
 */
export function planToJson(plan: Plan): JsonObject {
  return present({
    breakwater: plan.breakwater,
    title: plan.title,
    intent: text(plan.intent),
    session: plan.session,
    base: plan.base,
    issues: list(plan.issues),
    budget: object({ ...plan.budget }),
    agents: object({
      default: plan.agents.default,
      reviewer: plan.agents.reviewer,
      "reviewer-model": plan.agents.reviewerModel,
      "max-parallel": plan.agents.maxParallel,
      turns: plan.agents.turns,
      minutes: plan.agents.minutes,
      model: plan.agents.model,
    }),
    "wave-count": plan.waveCount,
    "agents-per-wave": plan.agentsPerWave,
    isolation: plan.isolation,
    enforcement: plan.enforcement,
    "max-turns": plan.maxTurns,
    schedule: plan.schedule,
    wall: plan.wall,
    gates: gatesToJson(plan.gates),
    "workspace-setup": plan.workspaceSetup,
    "workspace-copy": list(plan.workspaceCopy),
    "docs-tasks": list(plan.docsTasks.map(docsTaskToJson)),
    focus: plan.focus,
    waves: plan.waves.map(waveToJson),
  });
}

/** The JSON form of one task; `brief` comes last, because it is the longest. */
export function taskToJson(task: PlanTask): JsonObject {
  return present({
    id: task.id,
    title: task.title,
    role: task.role,
    scope: task.scope.kind === "read-only" ? "read-only" : { write: task.scope.globs },
    shared: list(task.shared),
    reads: list(task.reads),
    depends: list(task.depends),
    verify: list(task.verify),
    "done-when": list(task.doneWhen),
    produces: list(task.produces),
    agent: task.agent,
    model: task.model,
    turns: task.turns,
    minutes: task.minutes,
    isolation: task.isolation,
    "collision-risk": task.collisionRisk,
    "contract-lock": flag(task.contractLock),
    "red-first": flag(task.redFirst),
    reproduce: task.reproduce,
    docs: task.docs,
    issue: task.issue,
    priority: task.priority,
    "on-fail": task.onFail === "retry" ? undefined : task.onFail,
    "no-op": flag(task.noOp),
    brief: text(task.brief),
  });
}

function waveToJson(wave: PlanWave): JsonObject {
  return { n: wave.number, name: wave.name, tasks: wave.tasks.map(taskToJson) };
}

function gatesToJson(gates: Plan["gates"]): JsonObject | undefined {
  return object({
    "after-wave": gates.afterWave,
    "before-finish": gates.beforeFinish,
    commands: list(gates.commands.map(gateToJson)),
  });
}

/** The JSON form of one gate command. */
export function gateToJson(gate: GateSpec): JsonObject {
  return present({
    id: gate.id,
    command: gate.command,
    cwd: gate.cwd,
    reporter: gate.reporter,
    report: gate.report,
    timeout: gate.timeoutSeconds,
    net: gate.net,
  });
}

/** The JSON form of one documentation duty. */
export function docsTaskToJson(task: DocsTask): JsonObject {
  return {
    id: task.id,
    audience: task.audience,
    "target-pattern": task.targetPattern,
    rationale: task.rationale,
    wave: task.wave,
  };
}

type Sparse = { readonly [key: string]: JsonValue | undefined };

function present(members: Sparse): JsonObject {
  const kept: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(members)) {
    if (value !== undefined) kept[key] = value;
  }
  return kept;
}

function object(members: Sparse): JsonObject | undefined {
  const kept = present(members);
  return Object.keys(kept).length === 0 ? undefined : kept;
}

function list(items: readonly JsonValue[]): readonly JsonValue[] | undefined {
  return items.length === 0 ? undefined : items;
}

function text(value: string): string | undefined {
  return value === "" ? undefined : value;
}

function flag(value: boolean): true | undefined {
  return value ? true : undefined;
}
