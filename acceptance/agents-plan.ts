import {
  acts,
  claudeStep,
  codexStep,
  ends,
  fault,
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
  readonly agent: "claude" | "codex";
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
};

/** Out of every scope of the plan. */
export const STRAY = "LICENSE.md";
export const SMUGGLED = "CHANGELOG.md";

const [count, pairs, origin] = MODULES;
const [blank, fragment] = FEATURES;
const [index, formats] = MEETINGS;

/** Three waves, with two different clients in each of the first two. What meets its limit in one is done in the next. */
export function clientTasks(): readonly ClientTask[] {
  if (!count || !pairs || !origin || !blank || !fragment || !index || !formats)
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
    },
    {
      id: "T2",
      wave: 1,
      agent: "codex",
      change: pairs,
      edits: [entryEdit(pairs, formats)],
      strays: true,
      waits: true,
    },
    { id: "T3", wave: 2, agent: "claude", change: origin, edits: [], refusals: 1 },
    { id: "T4", wave: 2, agent: "codex", change: blank, edits: blank.edits, refusals: 1 },
    { id: "T5", wave: 1, agent: "codex", change: fragment, edits: fragment.edits, turns: 8 },
    { id: "T6", wave: 3, agent: "claude", change: ROUND_TRIP, edits: [] },
  ];
}

/** All paths that a task may write. */
export function scopeOf({ change, edits }: ClientTask): readonly string[] {
  return [...new Set([...edits.map(({ path }) => path), ...Object.keys(change.files)])];
}

/** The script of a task's model: what it does in its first conversation, and in each further one. */
export function modelOf(task: ClientTask): ModelScript {
  const step = task.agent === "claude" ? claudeStep : codexStep;
  const whole = turnsOf(task).map(step);
  const again = workOf(task).map(step);
  const refused: readonly ModelStep[] = Array.from({ length: task.refusals ?? 0 }, () =>
    fault(429, "slow down", { retryAfterSeconds: 0 }),
  );
  return ({ conversation, turn }) => {
    // What met its limit is gone on with in the same conversation.
    const more = task.turns === undefined ? [] : again;
    const steps = conversation === 0 ? [...refused, ...whole, ...more] : again;
    // Claude Code sometimes asks once more after its report; it gets the same report again.
    return steps[turn] ?? (task.agent === "claude" ? steps.at(-1) : undefined);
  };
}

/** How many requests a task comes to in so many attempts, where none is made twice. */
export function requestsOf(task: ClientTask, attempts: number): number {
  return (task.refusals ?? 0) + turnsOf(task).length + (attempts - 1) * workOf(task).length;
}

function turnsOf(task: ClientTask): readonly ActTurn[] {
  if (task.turns !== undefined) {
    const walk = Array.from({ length: task.turns + 3 }, (_, at) =>
      acts(runs(`echo turn ${at}; head -${at + 1} lib/index.js`)),
    );
    return [...walk, { turn: "end", text: "STATUS: partial — looked around | REMAINING: the work" }];
  }
  const [first, ...rest] = workOf(task);
  if (first === undefined) return rest;
  const last = rest.at(-1) ?? ends();
  const strays =
    task.strays === true ? [acts(writes(STRAY, "mine\n")), acts(runs(`echo smuggled >> ${SMUGGLED}`))] : [];
  const waiting: ActTurn = task.waits === true ? { turn: "hold", name: task.id, then: first } : first;
  return [waiting, ...rest.slice(0, -1), ...strays, last];
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
  const { id, wave, agent, change, turns } = task;
  const verify = testOf(change.name);
  const scope = scopeOf(task);
  return [
    `### ${id} ${change.title}`,
    `- role: ${ROLES[wave - 1] ?? "quality"}`,
    `- scope: ${scope.map((path) => `\`${path}\``).join(", ")}`,
    `- agent: ${agent}`,
    ...(turns === undefined ? [] : [`- turns: ${turns}`]),
    `- verify: \`${verify}\``,
    `- done when: \`${verify}\` passes`,
    "",
    `${change.title}. Change ${scope.join(" and ")} and nothing else. ${scriptMark(id)}`,
  ].join("\n");
}
