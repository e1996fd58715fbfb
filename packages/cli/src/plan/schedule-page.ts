import { cut, disjointScopes, outlookOf, plainLine } from "@breakwater/core";
import type { Budget, GateSpec, Schedule, ScheduledTask, ScheduledWave } from "@breakwater/core";
import type { Approval } from "./approval.ts";

export type SchedulePageOptions = {
  readonly file: string;
  readonly width: number;
  readonly approval?: Approval;
};

/** A schedule as a page for the person who approves it. No line is wider than the screen, but for the hash. */
export function schedulePage(schedule: Schedule, options: SchedulePageOptions): readonly string[] {
  const { file, width, approval } = options;
  const lines = [
    plainLine(schedule.title),
    `${plainLine(file)}  ${schedule.session}, ${counted(schedule.tasks.length, "task")} in ${counted(schedule.waves.length, "wave")}`,
    ...schedule.waves.flatMap((wave) => ["", ...wavePage(wave, schedule)]),
    "",
    ...gateLines(schedule),
    `limits   ${counted(schedule.agentsPerWave, "task")} per wave, ${schedule.maxParallel} agents at one time`,
    `         ${budgetText(schedule.budget)}`,
    `wall     ${schedule.wall}`,
    ...outlookLines(schedule),
    ...(schedule.focus === undefined ? [] : [`focus    ${plainLine(schedule.focus)}`]),
  ];
  const state =
    approval === undefined
      ? `no; breakwater plan approve ${plainLine(file)}`
      : `${plainLine(approval.by)}, ${approval.at}`;
  return [
    ...lines.map((line) => cut(line, Math.max(40, width))),
    `approved ${state}`,
    `hash     ${schedule.hash}`,
  ];
}

/** What follows from the plan: bounds and an advice, no guess of what will be used. */
function outlookLines(schedule: Schedule): readonly string[] {
  const { longestChain, atMostMinutes, atMostTurns, recommended } = outlookOf(schedule);
  return [
    `outlook  at most ${counted(atMostTurns, "turn")}, at most ${atMostMinutes} minutes without repeats`,
    `         longest chain: ${longestChain.join(", then ")}`,
    `agents   ${recommended.agents} recommended: ${recommended.reason}`,
  ];
}

function wavePage(wave: ScheduledWave, schedule: Schedule): readonly string[] {
  const tasks = wave.tasks.flatMap((id) => schedule.tasks.filter((task) => task.id === id));
  const agents = [...new Set(tasks.map((task) => task.agent))].join(", ");
  return [
    `wave ${wave.number}  ${plainLine(wave.name)}  (isolation ${wave.isolation}, enforcement ${wave.enforcement}, agent ${plainLine(agents)})`,
    ...tasks.flatMap(taskLines),
    ...overlapLines(tasks),
  ];
}

function taskLines(task: ScheduledTask): readonly string[] {
  const waits = [...task.depends, ...(task.after ?? [])];
  const added = task.source.kind === "simplify" ? "  (added by the engine)" : "";
  const scope = task.scope.kind === "read-only" ? "read-only" : task.scope.globs.join(", ");
  return [
    `  ${task.id.padEnd(4)} ${plainLine(task.title)}${added}`,
    `       ${task.role}, ${task.limits.turns} turns, ${Math.round(task.limits.wallMs / 60_000)} min${waits.length === 0 ? "" : `, after ${waits.join(", ")}`}`,
    `       scope  ${plainLine(scope)}`,
    ...task.verify.map((command) => `       verify ${plainLine(command)}`),
    ...task.doneWhen.map((criterion) => `       done   ${plainLine(criterion)}`),
  ];
}

/** What the scopes of a wave have in common; tasks that wait for one another may share files. */
function overlapLines(tasks: readonly ScheduledTask[]): readonly string[] {
  const writers = tasks.flatMap((task) =>
    task.scope.kind === "write" ? [{ id: task.id, globs: task.scope.globs }] : [],
  );
  if (writers.length < 2) return [];
  const { collisions } = disjointScopes(writers);
  if (collisions.length === 0)
    return [`  scopes: ${writers.map(({ id }) => id).join(", ")} have no file in common`];
  return collisions.map(
    ({ left, right, overlap }) =>
      `  scopes: ${left} and ${right} may both write ${plainLine(overlap.witness)}, one after the other or as shared`,
  );
}

function gateLines({ gates }: Schedule): readonly string[] {
  if (gates.specs.length === 0) return ["gates    none: what nothing proves ends unverified"];
  const moment = (ids: readonly string[]): string => (ids.length === 0 ? "none" : ids.join(", "));
  return [
    `gates    after each wave: ${moment(gates.afterWave)}; before the finish: ${moment(gates.beforeFinish)}`,
    ...gates.specs.map((spec) => `         ${gateText(spec)}`),
  ];
}

function gateText({ id, command, cwd }: GateSpec): string {
  return `${id}: ${plainLine(command)}${cwd === undefined ? "" : ` (in ${plainLine(cwd)})`}`;
}

function budgetText({ usd, minutes, tokens }: Budget): string {
  const parts = [
    ...(usd === undefined ? [] : [`$${usd}`]),
    ...(minutes === undefined ? [] : [`${minutes} minutes`]),
    ...(tokens === undefined ? [] : [`${tokens} tokens`]),
  ];
  return parts.length === 0 ? "no budget for the session" : `budget of the session: ${parts.join(", ")}`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
