import {
  commitId,
  gateId,
  planHash,
  sessionId,
  taskId,
  treeId,
  type AgentRecord,
  type AttemptLimits,
  type Base,
  type GateSpec,
  type Request,
  type Role,
  type RunSettings,
  type Schedule,
  type ScheduledTask,
  type ScheduledWave,
} from "@breakwater/core";
import { randomFrom, type Random } from "../memory/random.ts";

const limits: AttemptLimits = {
  turns: 15,
  toolCalls: 100,
  wallMs: 600_000,
  idleMs: 120_000,
  graceMs: 30_000,
  outputBytes: 1_000_000,
};

const gates: readonly GateSpec[] = [
  { id: gateId("test"), command: "npm test" },
  { id: gateId("typecheck"), command: "tsc" },
  { id: gateId("lint"), command: "lint" },
];

/** The commit that every simulated session starts from. */
export const simulatedBase: Base = { commit: commitId("base"), tree: treeId("tree-base"), branch: "main" };

/** A random session: its plan, settings and base, all from the seed. */
export function randomStart(seed: number): Extract<Request, { readonly type: "start" }> {
  const random = randomFrom(seed);
  const schedule = randomSchedule(random);
  const settings = settingsFrom(random);
  const agents = [agentFrom(random)];
  const budget = { ...schedule.budget, ...ceilingsFrom(random) };
  return {
    type: "start",
    session: sessionId(`s-${seed}`),
    schedule: { ...schedule, budget },
    base: simulatedBase,
    settings,
    agents,
  };
}

function ceilingsFrom(random: Random): Pick<Schedule["budget"], "task" | "wave"> {
  return {
    ...(random.chance(0.1) ? { task: { usd: 1 + random.below(3) } } : {}),
    ...(random.chance(0.1) ? { wave: { turns: 10 + random.below(60) } } : {}),
  };
}

function agentFrom(random: Random): AgentRecord {
  const holds = random.chance(0.7) ? "yes" : random.chance(0.5) ? "no" : "unknown";
  const resume = { holds, evidence: "measured" } as const;
  return { name: "scripted", guarantees: { resume }, door: { outcome: "built-in", detail: "", ms: 0 } };
}

function settingsFrom(random: Random): RunSettings {
  return {
    unattended: random.chance(0.7),
    acceptRed: random.chance(0.2) ? [gateId("lint")] : [],
    memorySlots: 1 + random.below(6),
    decisionTimeoutMs: 60_000,
  };
}

function randomSchedule(random: Random): Schedule {
  const waveCount = 1 + random.below(4);
  const tasks: ScheduledTask[] = [];
  const waves: ScheduledWave[] = [];
  for (let number = 1; number <= waveCount; number += 1) {
    const role = roleOf(number, waveCount);
    const count = 1 + random.below(4);
    const own = Array.from({ length: count }, (_, index) =>
      randomTask(random, { role, n: tasks.length + index + 1, earlier: tasks }),
    );
    const linked = own.map((task, index) => linkInside(random, task, own.slice(0, index)));
    tasks.push(...linked);
    waves.push(waveOf(random, { number, role, tasks: linked }));
  }
  return {
    hash: planHash("hash"),
    title: "a simulated plan",
    intent: "",
    session: "feature",
    issues: [],
    waves,
    tasks,
    gates: { specs: gates, afterWave: pick(random), beforeFinish: pick(random) },
    budget: randomBudget(random),
    agentsPerWave: 1 + random.below(6),
    maxParallel: 1 + random.below(6),
    ...(random.chance(0.3) ? { reviewer: "scripted" } : {}),
    wall: "off",
    workspaceCopy: [],
    docsTasks: [],
    origins: {},
  };
}

function randomBudget(random: Random): Schedule["budget"] {
  if (random.chance(0.1)) return { minutes: 1 + random.below(60) };
  if (random.chance(0.1)) return { usd: 1 + random.below(5) };
  return random.chance(0.05) ? { tokens: 100_000 * (1 + random.below(10)) } : {};
}

function pick(random: Random): Schedule["gates"]["afterWave"] {
  return gates.filter(() => random.chance(0.7)).map((gate) => gate.id);
}

function roleOf(number: number, waveCount: number): Role {
  if (number === 1 && waveCount > 2) return "discovery";
  return number === waveCount && waveCount > 1 ? "quality" : "impl-core";
}

function waveOf(
  random: Random,
  {
    number,
    role,
    tasks,
  }: { readonly number: number; readonly role: Role; readonly tasks: readonly ScheduledTask[] },
): ScheduledWave {
  return {
    number,
    name: `Wave ${number}`,
    roles: [role],
    isolation: "worktree",
    enforcement: random.chance(0.5) ? "strict" : "warn",
    tasks: tasks.map((task) => task.id),
  };
}

function randomTask(
  random: Random,
  {
    role,
    n,
    earlier,
  }: { readonly role: Role; readonly n: number; readonly earlier: readonly ScheduledTask[] },
): ScheduledTask {
  const id = taskId(`T${n}`);
  const depends = earlier.filter(() => random.chance(0.15)).map((each) => each.id);
  return {
    id,
    title: `task ${n}`,
    role,
    scope: role === "discovery" ? { kind: "read-only" } : { kind: "write", globs: [`src/${id}/**`] },
    shared: [],
    reads: [],
    depends,
    verify: random.chance(0.6) && role !== "discovery" ? [`verify ${id}`] : [],
    doneWhen: [],
    produces: [],
    agent: "scripted",
    limits,
    contractLock: random.chance(0.1),
    redFirst: false,
    onFail: random.chance(0.8) ? "retry" : random.chance(0.5) ? "ask" : "carry",
    noOp: random.chance(0.1),
    brief: "",
    source: { kind: "plan" },
  };
}

/** Adds a dependency, or an order, on an earlier task of the same wave. */
function linkInside(random: Random, task: ScheduledTask, earlier: readonly ScheduledTask[]): ScheduledTask {
  const other = earlier[random.below(Math.max(1, earlier.length))];
  if (other === undefined || !random.chance(0.25)) return task;
  return random.chance(0.5)
    ? { ...task, depends: [...task.depends, other.id] }
    : { ...task, after: [other.id] };
}
