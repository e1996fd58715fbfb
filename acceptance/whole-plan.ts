import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MODULES, testOf, type Module } from "./change.ts";

/** One of the sessions that follow each other: what lands, what is carried, and where close is killed. */
export type WholeSession = {
  readonly number: 1 | 2;
  readonly goal: string;
  readonly plan: string;
  /** Land; the second one names the issue 12 in the first session. */
  readonly modules: readonly Module[];
  /** What the agent that fails is asked for; the same work in other words the second time. */
  readonly carried: string;
  /** Close is killed as soon as its journal holds such a fact, once for each. */
  readonly deaths: readonly string[];
};

const [count, pairs, origin] = MODULES;
if (count === undefined || pairs === undefined || origin === undefined)
  throw new Error("Deriving the sessions: there are too few modules");

export const SESSIONS: readonly WholeSession[] = [
  {
    number: 1,
    goal: "Count and pair parameters",
    plan: "plans/one.plan.md",
    modules: [count, pairs],
    carried: "List the keys of a query",
    deaths: ["close.requested"],
  },
  {
    number: 2,
    goal: "Cut off addresses",
    plan: "plans/two.plan.md",
    modules: [origin],
    carried: "Name all keys that a query has",
    deaths: ["carryover.filed", "branch.advanced"],
  },
];

/** The task that fails: the last one of each session. */
export const CARRIED = "T9";

/** Writes the scripts of planner and agents of a session; each start of an agent leaves a line in `starts`. */
export function writeSessionScripts(session: WholeSession, folder: string, starts: string): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, steps: readonly object[]): void =>
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(steps));
  write("P1", [
    { write: "draft.plan.md", content: planLines(session) },
    { report: "done", summary: "drafted" },
  ]);
  session.modules.forEach(({ name, files }, at) =>
    write(`T${at + 1}`, [
      { sneak: `echo ${session.number}:T${at + 1} >> '${starts}'` },
      { sleep: 300 },
      ...Object.entries(files).map(([path, content]) => ({ write: path, content })),
      { report: "done", summary: `${name} is in` },
    ]),
  );
  write(CARRIED, [
    { sneak: `echo ${session.number}:${CARRIED} >> '${starts}'` },
    { report: "failed", summary: "the keys of nested parameters are not defined" },
  ]);
}

function planLines({ number, modules, carried }: WholeSession): readonly string[] {
  return [
    "---",
    "breakwater: 1",
    "title: Queries",
    "session: feature",
    "agents: { default: scripted, max-parallel: 3 }",
    "wall: off",
    ...(number === 1 ? ["issues: [11]"] : []),
    "---",
    "",
    "Small additions to a query string parser; its own suite has to stay green.",
    "",
    "## Wave 1: Impl-Core",
    ...modules.flatMap((module, at) => taskLines(module, at, number)),
    "",
    `### ${CARRIED} ${carried}`,
    "- role: impl-core",
    "- scope: `lib/keys.js`, `test/keys.js`",
    `- verify: \`${testOf("keys")}\``,
    `- done when: \`${testOf("keys")}\` passes`,
    "- on-fail: carry",
    "- priority: high",
    "",
    `${carried}. Change lib/keys.js and test/keys.js and nothing else.`,
  ];
}

function taskLines({ name, title, files }: Module, at: number, session: number): readonly string[] {
  const scope = Object.keys(files);
  return [
    "",
    `### T${at + 1} ${title}`,
    "- role: impl-core",
    `- scope: ${scope.map((path) => `\`${path}\``).join(", ")}`,
    `- verify: \`${testOf(name)}\``,
    `- done when: \`${testOf(name)}\` passes`,
    ...(session === 1 && at === 1 ? ["- issue: 12"] : []),
    "",
    `${title}. Change ${scope.join(" and ")} and nothing else.`,
  ];
}
