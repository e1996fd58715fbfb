import { compileSchedule, type GateSpec, type Schedule } from "@breakwater/core";
import { hashPlan, parsePlanText } from "@breakwater/node";

/** A task of a test; `steps` is the script of its agent, in its brief. */
export type TrialTask = {
  readonly id: string;
  /** Globs as one writes them in a plan, without backticks. */
  readonly scope: readonly string[];
  readonly shared?: readonly string[];
  readonly verify?: string;
  readonly steps?: readonly object[];
  /** Further lines of its list, such as `depends: T1`. */
  readonly more?: readonly string[];
};

/** The step by which an agent of a test says that it is through. */
export const REPORT_DONE = { report: "done", summary: "finished" } as const;

/** Compiles a plan of one wave; throws where the compiler refuses it. */
export function trialSchedule(
  tasks: readonly TrialTask[],
  gates: readonly GateSpec[],
  front: Readonly<Record<string, string | number>> = {},
): Schedule {
  const text = planText(tasks, front);
  const read = parsePlanText(text, { file: "trial.plan.md", format: "markdown" });
  if (read.plan === undefined)
    throw new Error(`Reading the plan of a trial: ${JSON.stringify(read.diagnostics)}`);
  const compiled = compileSchedule(read.plan, {
    hash: hashPlan(read.plan),
    gates: gates.map((value) => ({ value, origin: "config" })),
  });
  if (compiled.schedule === undefined)
    throw new Error(`Compiling the plan of a trial: ${JSON.stringify(compiled.diagnostics)}`);
  return compiled.schedule;
}

function planText(tasks: readonly TrialTask[], front: Readonly<Record<string, string | number>>): string {
  const settings = {
    breakwater: 1,
    title: "Trial",
    session: "feature",
    agents: "{ default: scripted }",
    wall: '"off"',
    enforcement: "strict",
    isolation: "worktree",
    ...front,
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key}: ${value}`);
  const head = ["---", ...lines, "---", "", "A trial.", "", "## Wave 1: Impl-Core"].join("\n");
  return `${head}\n\n${tasks.map(taskText).join("\n\n")}\n`;
}

function taskText({ id, scope, shared, verify, steps, more = [] }: TrialTask): string {
  const list = [
    "role: impl-core",
    `scope: ${quoted(scope)}`,
    ...(shared === undefined ? [] : [`shared: ${quoted(shared)}`]),
    ...(verify === undefined ? [] : [`verify: \`${verify}\``]),
    ...more,
  ];
  const script = steps === undefined ? "" : `\n\n\`\`\`script\n${JSON.stringify(steps)}\n\`\`\``;
  return `### ${id} Write ${id}\n${list.map((line) => `- ${line}`).join("\n")}\n\nWrite it.${script}`;
}

function quoted(globs: readonly string[]): string {
  return globs.map((glob) => `\`${glob}\``).join(", ");
}
