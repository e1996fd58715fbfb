import { randomFrom, type Random } from "@breakwater/engine";
import {
  entryEdit,
  FEATURES,
  MEETINGS,
  MODULES,
  ROUND_TRIP,
  testOf,
  type Change,
  type Edit,
  type Fault,
} from "./change.ts";

/** A task of the plan, and what its scripted agent does besides its work. */
export type SeededTask = {
  readonly id: string;
  readonly wave: number;
  readonly change: Change;
  /** All paths that it may write. */
  readonly scope: readonly string[];
  readonly shared?: string;
  readonly verify: string;
  /** Breaks the suite, unseen by its own test. */
  readonly fault?: Fault;
  /** Tries to write this path with a tool, which the door has to deny. */
  readonly strayTool?: string;
  /** Appends to this path by shell in its first attempt, which the audit has to hold. */
  readonly strayShell?: string;
  /** Milliseconds before its work. */
  readonly pause: number;
};

/** Everything that a seed decides. */
export type SeededPlan = {
  readonly seed: number;
  /** In the order of the plan, which is the order of landing inside a wave. */
  readonly tasks: readonly SeededTask[];
  /** The pair that meets, in the order of landing: the second one conflicts. */
  readonly pair: readonly [string, string];
  readonly meeting: string;
  readonly culprit: SeededTask;
  readonly strayTool: SeededTask;
  readonly strayShell: SeededTask;
  /** Where the coordinator dies, as a share of the session: 0 is its beginning, 1 its end. */
  readonly death: number;
};

const WAVES = ["Impl-Core", "Impl-Polish", "Quality"] as const;
const ROLES = ["impl-core", "impl-polish", "quality"] as const;
const STRAY_PATHS = [
  "LICENSE.md",
  "lib/smuggled.js",
  "CHANGELOG.md",
  "test/parse.js",
  "package.json",
] as const;

/** Derives a whole session from a number; the same number always gives the same. */
export function planOfSeed(seed: number): SeededPlan {
  const random = randomFrom(seed);
  const [first, second, third] = shuffled(random, MODULES);
  const [broken, sound] = shuffled(random, FEATURES);
  const meeting = pick(random, MEETINGS);
  if (!first || !second || !third || !broken || !sound)
    throw new Error("Deriving a plan: there are too few changes");
  const pairWave = 1 + random.below(2);
  const entries: readonly Draft[] = [
    ...[first, second].map((module) => {
      const change = { ...module, edits: [entryEdit(module, meeting)] };
      return { change, wave: pairWave, shared: meeting.path };
    }),
    { change: third, wave: 3 - pairWave },
    { change: broken, wave: 1 + random.below(2), fault: broken.fault },
    { change: sound, wave: 1 + random.below(2) },
  ];
  const drafts = [
    ...shuffled(random, entries).toSorted((a, b) => a.wave - b.wave),
    { change: ROUND_TRIP, wave: 3 },
  ];
  const [tool, shell] = shuffled(
    random,
    drafts.filter(({ fault, shared }) => !fault && !shared),
  );
  const tasks = drafts.map((draft, index) =>
    taskOf(draft, {
      id: `T${index + 1}`,
      pause: 100 + random.below(500),
      ...(draft === tool ? { strayTool: pick(random, STRAY_PATHS) } : {}),
      ...(draft === shell ? { strayShell: pick(random, STRAY_PATHS) } : {}),
    }),
  );
  return { seed, tasks, ...partsOf(tasks, meeting.path), death: 0.1 + random.next() * 0.75 };
}

type Draft = {
  readonly change: Change;
  readonly wave: number;
  readonly shared?: string;
  readonly fault?: Fault;
};

function taskOf(
  { change, wave, shared, fault }: Draft,
  rest: Pick<SeededTask, "id" | "pause" | "strayTool" | "strayShell">,
): SeededTask {
  const scope = [...new Set([...change.edits.map(({ path }) => path), ...Object.keys(change.files)])];
  return {
    ...rest,
    wave,
    change,
    scope,
    verify: testOf(change.name),
    ...(shared === undefined ? {} : { shared }),
    ...(fault === undefined ? {} : { fault }),
  };
}

function partsOf(
  tasks: readonly SeededTask[],
  meeting: string,
): Pick<SeededPlan, "pair" | "meeting" | "culprit" | "strayTool" | "strayShell"> {
  const [one, other] = tasks.filter(({ shared }) => shared !== undefined);
  const culprit = tasks.find(({ fault }) => fault !== undefined);
  const strayTool = tasks.find(({ strayTool }) => strayTool !== undefined);
  const strayShell = tasks.find(({ strayShell }) => strayShell !== undefined);
  if (!one || !other || !culprit || !strayTool || !strayShell)
    throw new Error("Deriving a plan: a part is missing");
  return { pair: [one.id, other.id], meeting, culprit, strayTool, strayShell };
}

function shuffled<T>(random: Random, items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, key: random.next() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[random.below(items.length)];
  if (item === undefined) throw new Error("Picking from nothing");
  return item;
}

/** The plan as a person would write it. */
export function planText(plan: SeededPlan): string {
  const head = [
    "---",
    "breakwater: 1",
    `title: Additions to qs, seed ${plan.seed}`,
    "session: feature",
    "budget: { minutes: 20 }",
    "agents: { default: scripted, max-parallel: 3 }",
    // A wall would stop the stray program before the audit could; acceptance/escape.ts is about walls.
    "wall: off",
    "enforcement: strict",
    "isolation: worktree",
    "---",
    "",
    "Small additions to a query string parser; its own suite has to stay green.",
  ];
  const waves = WAVES.map((name, index) => {
    const tasks = plan.tasks.filter(({ wave }) => wave === index + 1);
    return [`## Wave ${index + 1}: ${name}`, ...tasks.map(taskText)].join("\n\n");
  });
  return `${[head.join("\n"), ...waves].join("\n\n")}\n`;
}

function taskText({ id, wave, change, scope, shared, verify }: SeededTask): string {
  const lines = [
    `### ${id} ${change.title}`,
    `- role: ${ROLES[wave - 1] ?? "quality"}`,
    `- scope: ${scope.map((path) => `\`${path}\``).join(", ")}`,
    ...(shared === undefined ? [] : [`- shared: \`${shared}\``]),
    `- verify: \`${verify}\``,
    `- done when: \`${verify}\` passes`,
    "",
    `${change.title}. Change ${scope.join(" and ")} and nothing else.`,
  ];
  return lines.join("\n");
}

/** The content of every file that the session changes, from that of the base; in the order of landing. */
export function expectedFiles(plan: SeededPlan, base: (path: string) => string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const read = (path: string): string => files.get(path) ?? base(path);
  for (const { change } of plan.tasks) {
    for (const edit of change.edits) files.set(edit.path, applyEdit(read(edit.path), edit));
    for (const [path, content] of Object.entries(change.files)) files.set(path, content);
  }
  return files;
}

function applyEdit(text: string, { path, find, replace }: Edit): string {
  if (text.split(find).length !== 2)
    throw new Error(`Editing ${path}: the text to replace is not there once: ${find}`);
  return text.replace(find, () => replace);
}
