import {
  acts,
  claudeStep,
  codexStep,
  ends,
  fault,
  geminiStep,
  holds,
  runs,
  scriptMark,
  writes,
  type ActTurn,
  type ModelScript,
  type ModelStep,
} from "@breakwater/testkit";
import {
  entryEdit,
  FEATURES,
  MEETINGS,
  MODULES,
  ROUND_TRIP,
  testOf,
  type Change,
  type Edit,
} from "./change.ts";

/** A task that a real client works on, and what its model is made to do. */
export type ClientTask = {
  readonly id: string;
  readonly wave: number;
  readonly agent: "claude" | "codex" | "acp:gemini";
  readonly change: Change;
  readonly edits: readonly Edit[];
  /** Strays to `STRAY` by a tool and to `SMUGGLED` by a redirect. */
  readonly strays?: boolean;
  /** Waits before it goes on, until the test releases the name. */
  readonly waits?: boolean;
  /** How often its provider refuses before it answers. */
  readonly refusals?: number;
  /** Works without end in its first attempt, beyond this number of turns. */
  readonly turns?: number;
  /** What happens to its first attempt after its first turn: its client is killed, or its endpoint goes dead. */
  readonly breaks?: "killed" | "dead";
  /** How its attempts end, in order. */
  readonly endings: readonly string[];
};

/** After how long the wall clock ends an attempt whose endpoint is dead: long enough for what follows it. */
const DEAD_MINUTES = 1;

/** Out of every scope of the plan. */
export const STRAY = "LICENSE.md";
export const SMUGGLED = "CHANGELOG.md";

const [count, pairs, origin] = MODULES;
const [blank, fragment, anchorless] = FEATURES;
const [index, formats] = MEETINGS;

/** Three waves, with two different clients in each of the first two, and a third client in the last. */
export function clientTasks(): readonly ClientTask[] {
  if (!count || !pairs || !origin || !blank || !fragment || !anchorless || !index || !formats)
    throw new Error("Making the plan of real clients: there are too few changes");
  return [
    {
      id: "T1",
      wave: 1,
      agent: "claude",
      change: count,
      edits: [entryEdit(count, index)],
      strays: true,
      waits: true,
      endings: ["completed"],
    },
    {
      id: "T2",
      wave: 1,
      agent: "codex",
      change: pairs,
      edits: [entryEdit(pairs, formats)],
      strays: true,
      waits: true,
      endings: ["completed"],
    },
    {
      id: "T3",
      wave: 1,
      agent: "codex",
      change: fragment,
      edits: fragment.edits,
      turns: 8,
      endings: ["limit turns", "completed"],
    },
    {
      id: "T4",
      wave: 2,
      agent: "claude",
      change: origin,
      edits: [],
      refusals: 1,
      endings: ["completed"],
    },
    {
      id: "T5",
      wave: 2,
      agent: "codex",
      change: blank,
      edits: blank.edits,
      refusals: 1,
      breaks: "killed",
      endings: ["error crash", "completed"],
    },
    {
      id: "T6",
      wave: 2,
      agent: "claude",
      // In one folder only: a task in several that runs out of time is split by folder and begins anew.
      change: ROUND_TRIP,
      edits: [],
      breaks: "dead",
      endings: ["limit wall", "completed"],
    },
    {
      id: "T7",
      wave: 3,
      agent: "acp:gemini",
      change: anchorless,
      edits: anchorless.edits,
      strays: true,
      endings: ["completed"],
    },
  ];
}

/** All paths that a task may write. */
export function scopeOf({ change, edits }: ClientTask): readonly string[] {
  return [...new Set([...edits.map(({ path }) => path), ...Object.keys(change.files)])];
}

const STEPS = { claude: claudeStep, codex: codexStep, "acp:gemini": geminiStep } as const;

/** The script of a task's model: what it does in its first conversation, and in each further one. */
export function modelOf(task: ClientTask): ModelScript {
  const step = STEPS[task.agent];
  const again = workOf(task).map(step);
  // What was interrupted is gone on with in the same conversation.
  const more = task.endings.length > 1 ? again : [];
  const steps = [...refusalsOf(task), ...firstOf(task, step), ...more];
  // Claude Code sometimes asks once more after its report; it gets the same report again.
  const over = task.agent === "claude" ? steps.at(-1) : undefined;
  return ({ conversation, turn }) => (conversation === 0 ? steps : again)[turn] ?? over;
}

function refusalsOf({ refusals = 0 }: ClientTask): readonly ModelStep[] {
  return Array.from({ length: refusals }, () => fault(429, "slow down", { retryAfterSeconds: 0 }));
}

/** How many requests a task comes to where none is made twice. */
export function requestsOf(task: ClientTask): number {
  const first = firstOf(task, STEPS[task.agent]).length;
  return (task.refusals ?? 0) + first + (task.endings.length - 1) * workOf(task).length;
}

/** How many of them are never answered, so that nobody is told what they cost. */
export function unansweredOf({ refusals = 0, breaks }: ClientTask): number {
  return refusals + (breaks === undefined ? 0 : 1);
}

/** The steps of the first attempt. */
function firstOf(task: ClientTask, step: (turn: ActTurn) => ModelStep): readonly ModelStep[] {
  const [first, ...rest] = workOf(task);
  if (first === undefined) return [];
  if (task.turns !== undefined) return walkOf(task.turns).map(step);
  if (task.breaks === "dead") return [step(first), { kind: "dead" }];
  if (task.breaks === "killed") return [step(first), step(holds(task.id, ends("never heard")))];
  const last = rest.at(-1) ?? ends();
  const strays =
    task.strays === true ? [acts(writes(STRAY, "mine\n")), acts(runs(`echo smuggled >> ${SMUGGLED}`))] : [];
  const waiting = task.waits === true ? holds(task.id, first) : first;
  return [waiting, ...rest.slice(0, -1), ...strays, last].map(step);
}

/** Only looks, for more turns than are allowed, and takes its last word from the message to come to an end. */
function walkOf(turns: number): readonly ActTurn[] {
  const walk = Array.from({ length: turns + 3 }, (_, at) =>
    acts(runs(`echo turn ${at}; head -${at + 1} lib/index.js`)),
  );
  return [...walk, { turn: "end", text: "STATUS: partial — looked around | REMAINING: the work" }];
}

/** Reads, writes, edits, runs its own test, and says that it is done. */
function workOf({ change, edits }: ClientTask): readonly ActTurn[] {
  return [
    acts({ act: "read", path: edits[0]?.path ?? "lib/index.js" }),
    ...Object.entries(change.files).map(([path, content]) => acts(writes(path, content))),
    ...edits.map(({ path, find, replace }) => acts({ act: "edit", path, find, replace })),
    acts(runs(testOf(change.name))),
    ends(change.title),
  ];
}

const WAVES = ["Impl-Core", "Impl-Polish", "Quality"] as const;
const ROLES = ["impl-core", "impl-polish", "quality"] as const;

/** The plan as a person would write it; the mark in a brief names the script of its model. */
export function clientPlanText(tasks: readonly ClientTask[]): string {
  const head = [
    "---",
    "breakwater: 1",
    "title: Additions to qs by real clients",
    "session: feature",
    "budget: { minutes: 20 }",
    "agents: { default: claude, max-parallel: 3 }",
    "wall: required",
    "enforcement: strict",
    "isolation: worktree",
    "---",
    "",
    "Small additions to a query string parser; its own suite has to stay green.",
  ];
  const waves = WAVES.map((name, at) =>
    [`## Wave ${at + 1}: ${name}`, ...tasks.filter(({ wave }) => wave === at + 1).map(taskText)].join("\n\n"),
  );
  return `${[head.join("\n"), ...waves].join("\n\n")}\n`;
}

function taskText(task: ClientTask): string {
  const { id, wave, agent, change, turns, breaks } = task;
  const verify = testOf(change.name);
  const scope = scopeOf(task);
  return [
    `### ${id} ${change.title}`,
    `- role: ${ROLES[wave - 1] ?? "quality"}`,
    `- scope: ${scope.map((path) => `\`${path}\``).join(", ")}`,
    `- agent: ${agent}`,
    ...(turns === undefined ? [] : [`- turns: ${turns}`]),
    ...(breaks === "dead" ? [`- minutes: ${DEAD_MINUTES}`] : []),
    `- verify: \`${verify}\``,
    `- done when: \`${verify}\` passes`,
    "",
    `${change.title}. Change ${scope.join(" and ")} and nothing else. ${scriptMark(id)}`,
  ].join("\n");
}
