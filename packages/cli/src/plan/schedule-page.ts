import { counted, folded, outlookOf, plainLine, roleTitles } from "@breakwater/core";
import type {
  Budget,
  Ceiling,
  Forecast,
  GateSpec,
  Outlook,
  Schedule,
  ScheduledTask,
  ScheduledWave,
  ScopeConflict,
} from "@breakwater/core";
import type { Approval } from "./approval.ts";
import { forecastText } from "./forecast-text.ts";

export type SchedulePageOptions = {
  readonly file: string;
  readonly width: number;
  readonly approval?: Approval;
  /** The tracked files of the base. */
  readonly files?: readonly string[];
  readonly forecast?: Forecast;
};

/** A schedule as a page for the person who approves it. No line is wider than the screen, but for the hash. */
export function schedulePage(schedule: Schedule, options: SchedulePageOptions): readonly string[] {
  const { file, width, approval, forecast, files = [] } = options;
  const outlook = outlookOf(schedule, files);
  const lines = [
    plainLine(schedule.title),
    `${plainLine(file)}  ${schedule.session}, ${counted(schedule.tasks.length, "task")} in ${counted(schedule.waves.length, "wave")}`,
    ...schedule.waves.flatMap((wave) => ["", ...wavePage(wave, schedule, outlook)]),
    "",
    ...gateLines(schedule),
    `limits   ${counted(schedule.agentsPerWave, "task")} per wave, ${counted(schedule.maxParallel, "agent")} at one time`,
    ...budgetLines(schedule.budget).map((line) => `         ${line}`),
    `wall     ${schedule.wall}`,
    ...outlookLines(outlook),
    ...(forecast === undefined ? [] : [`forecast ${forecastText(forecast)}`]),
    ...(schedule.focus === undefined ? [] : [`focus    ${plainLine(schedule.focus)}`]),
  ];
  const state =
    approval === undefined
      ? `no; breakwater plan approve ${plainLine(file)}`
      : `${plainLine(approval.by)}, ${approval.at}`;
  return [
    ...lines.flatMap((line) => folded(line, Math.max(40, width), hangOf(line))),
    `approved ${state}`,
    `hash     ${schedule.hash}`,
  ];
}

/** What a line goes on under: the text after its label, or a little deeper than it began. */
function hangOf(line: string): number {
  const label = /^ *(?:limits|wall|gates|outlook|size|agents|forecast|focus|scope|verify|done) +/u.exec(line);
  return label?.[0].length ?? line.length - line.trimStart().length + 2;
}

/** What follows from the plan: bounds and an advice, no guess of what will be used. */
function outlookLines(outlook: Outlook): readonly string[] {
  const { longestChain, atMostMinutes, atMostTurns, recommended, size } = outlook;
  const roles = size.roles.map(({ role, least, most }) => `${roleTitles[role]} ${rangeText(least, most)}`);
  return [
    `outlook  at most ${counted(atMostTurns, "turn")}, at most ${counted(atMostMinutes, "minute")} without repeats`,
    `         longest chain: ${longestChain.join(", then ")}`,
    `size     ${size.tier}: ${counted(size.files, "file")} in ${counted(size.folders.length, "source folder")}, ${counted(size.issues, "issue")} (score ${size.score} of 6)`,
    `         agents of a role by this size: ${roles.join(", ")}`,
    `agents   ${recommended.agents} recommended: ${recommended.reason}`,
  ];
}

function rangeText(least: number, most: number): string {
  return least === most ? `${most}` : `${least} to ${most}`;
}

function wavePage(wave: ScheduledWave, schedule: Schedule, { conflicts }: Outlook): readonly string[] {
  const tasks = wave.tasks.flatMap((id) => schedule.tasks.filter((task) => task.id === id));
  const agents = [...new Set(tasks.map((task) => task.agent))].join(", ");
  const { isolationBecause: because, collision } = wave;
  return [
    `wave ${wave.number}  ${plainLine(wave.name)}  (isolation ${wave.isolation}, enforcement ${wave.enforcement}, agent ${plainLine(agents)})`,
    ...(because === undefined ? [] : [`  isolation ${wave.isolation}: ${because}`]),
    ...(collision === undefined ? [] : [`  collision risk ${collision.risk}: ${collision.because}`]),
    ...tasks.flatMap(taskLines),
    ...overlapLines(
      tasks,
      conflicts.filter((each) => each.wave === wave.number),
    ),
  ];
}

function taskLines(task: ScheduledTask): readonly string[] {
  const waits = [...task.depends, ...(task.after ?? [])];
  const added = task.source.kind === "simplify" ? "  (added by the engine)" : "";
  const first = task.contractLock ? "  (contract first)" : "";
  const scope = task.scope.kind === "read-only" ? "read-only" : task.scope.globs.join(", ");
  return [
    `  ${task.id.padEnd(4)} ${plainLine(task.title)}${added}${first}`,
    `       ${task.role}, ${counted(task.limits.turns, "turn")}, ${Math.round(task.limits.wallMs / 60_000)} min${waits.length === 0 ? "" : `, after ${waits.join(", ")}`}`,
    ...profileLines(task),
    `       scope  ${plainLine(scope)}`,
    ...task.verify.map((command) => `       verify ${plainLine(command)}`),
    ...task.doneWhen.map((criterion) => `       done   ${plainLine(criterion)}`),
  ];
}

function profileLines({ profile, model }: ScheduledTask): readonly string[] {
  if (profile === undefined) return [];
  const why =
    profile.because === "mapping"
      ? `agent-mapping for ${profile.kind} work`
      : `its words fit ${profile.kind} work`;
  const runs = model === undefined ? "" : `, model ${plainLine(model)}`;
  return [`       profile ${plainLine(profile.name)}: ${why}${runs}`];
}

/** What the scopes of a wave have in common; tasks that wait for one another may share files. */
function overlapLines(
  tasks: readonly ScheduledTask[],
  conflicts: readonly ScopeConflict[],
): readonly string[] {
  const writers = tasks.filter(({ scope }) => scope.kind === "write");
  if (writers.length < 2) return [];
  if (conflicts.length === 0)
    return [`  scopes: ${writers.map(({ id }) => id).join(", ")} have no file in common`];
  return conflicts.map(({ left, right, paths, shared, order }) => {
    const [path = "", ...more] = paths;
    const rest = more.length === 0 ? "" : ` and ${more.length} more`;
    const how = [
      ...(order === "one-after-the-other" ? ["one after the other"] : []),
      ...(shared ? ["declared shared"] : []),
    ];
    return `  scopes: ${left} and ${right} may both write ${plainLine(path)}${rest}, ${how.join(", ")}`;
  });
}

function gateLines({ gates, express }: Schedule): readonly string[] {
  if (gates.specs.length === 0) return ["gates    none: what nothing proves ends unverified"];
  const moment = (ids: readonly string[]): string => (ids.length === 0 ? "none" : ids.join(", "));
  return [
    `gates    after each wave: ${moment(gates.afterWave)}; before the finish: ${moment(gates.beforeFinish)}`,
    ...gates.specs.map((spec) => `         ${gateText(spec)}`),
    ...(express === true
      ? ["express  checked once, after the last task; the base only where that is red"]
      : []),
  ];
}

function gateText({ id, command, cwd }: GateSpec): string {
  return `${id}: ${plainLine(command)}${cwd === undefined ? "" : ` (in ${plainLine(cwd)})`}`;
}

function budgetLines({ minutes, task, wave, ...session }: Budget): readonly string[] {
  const own = [...ceilingParts(session), ...(minutes === undefined ? [] : [counted(minutes, "minute")])];
  return [
    own.length === 0 ? "no budget for the session" : `budget of the session: ${own.join(", ")}`,
    ...(wave === undefined ? [] : [`budget of each wave: ${ceilingParts(wave).join(", ")}`]),
    ...(task === undefined ? [] : [`budget of each task: ${ceilingParts(task).join(", ")}`]),
  ];
}

function ceilingParts({ usd, tokens, turns }: Ceiling): readonly string[] {
  return [
    ...(usd === undefined ? [] : [`$${usd}`]),
    ...(tokens === undefined ? [] : [counted(tokens, "token")]),
    ...(turns === undefined ? [] : [counted(turns, "turn")]),
  ];
}
