import { plainLine, type RunState } from "@breakwater/core";
import type { CommandContext } from "../../command-context.ts";
import { jsonLine } from "../../output/json-line.ts";
import { paint } from "../../output/paint.ts";
import { doneCheck, type Check } from "./checks.ts";
import type { Course } from "./course.ts";
import type { Narrator } from "./narrator.ts";
import type { Observed } from "./observed.ts";
import type { Stage } from "./stage.ts";

/** What the end of the story is told from. */
export type Ending = {
  readonly course: Course;
  readonly stage: Stage;
  readonly observed: Observed;
  readonly checks: readonly Check[];
  readonly seconds: number;
  readonly keep: boolean;
};

/** Tells what came out: evidence, deviations, the branch, the checks, and where to go from here. */
export async function conclude(ending: Ending, narrator: Narrator, context: CommandContext): Promise<void> {
  if (context.output === "json") return writeJson(ending, context);
  const { observed, stage, checks } = ending;
  await narrator.heading("What came out");
  for (const line of evidenceLines(observed.state)) narrator.say(line);
  for (const line of judgedLines(observed.state)) narrator.say(line);
  const { deviations } = observed.state;
  narrator.say(deviations.length === 0 ? "deviations: none" : "deviations from the plan:");
  for (const { wave, text, rule } of deviations) narrator.say(`  wave ${wave}: ${plainLine(text)} (${rule})`);
  await narrator.heading("git log --graph, after close");
  for (const line of stage.git("log", "--graph", "--format=%h %an  %s", "main").split("\n"))
    narrator.say(plainLine(line));
  await narrator.heading("What was claimed, and what bears it out");
  for (const check of checks) if (!check.claim.endsWith(" is done")) narrator.say(checkLine(check, context));
  const missing = checks.filter(({ holds }) => !holds);
  const verdict =
    missing.length === 0
      ? `all ${checks.length} claims hold`
      : `not borne out: ${missing.map(({ claim }) => claim).join("; ")}`;
  const { course, seconds } = ending;
  await narrator.heading(
    `Seed ${course.seed}, ${seconds.toFixed(1)} s: ${verdict}. Final tree ${observed.tree.slice(0, 12)}`,
  );
  for (const line of nextLines(ending)) narrator.say(line);
}

function evidenceLines(state: RunState): readonly string[] {
  return [...state.tasks.values()].map(({ task }) => {
    const { holds, seen } = doneCheck(task.id, state);
    const title = plainLine(task.title).slice(0, TITLE_WIDTH).padEnd(TITLE_WIDTH);
    return `${holds ? "done" : "OPEN"}  ${task.id.padEnd(4)}  ${title}  ${plainLine(seen)}`;
  });
}

const TITLE_WIDTH = 28;

function judgedLines({ attempts, decisions }: RunState): readonly string[] {
  const all = [...attempts.values()];
  const denied = all.reduce((sum, each) => sum + each.denials.filter(({ allowed }) => !allowed).length, 0);
  const held = all.reduce((sum, each) => sum + (each.audit?.held.length ?? 0), 0);
  return [
    `writes out of scope: ${denied} denied at the door, ${held} held at the audit`,
    ...[...decisions.values()].map(
      ({ id, answer }) =>
        `decision ${id}: ${answer === undefined ? "open" : `${answer.option}, ${answer.expired ? "by default" : `by ${answer.by}`}`}`,
    ),
  ];
}

function checkLine({ claim, holds, seen }: Check, { colour, ascii }: CommandContext): string {
  const mark = ascii ? (holds ? "+" : "x") : holds ? "✓" : "✗";
  return `${paint(mark, colour.stdout, holds ? "green" : "red")} ${claim}  (${plainLine(seen)})`;
}

function nextLines({ keep, stage, course }: Ending): readonly string[] {
  return [
    ...(keep
      ? [
          `kept       ${stage.folder}`,
          `look       cd ${stage.root} && git log --stat`,
          `           breakwater why ${course.culprit}`,
        ]
      : ["look       breakwater demo --keep leaves the repository and says where"]),
    `others     breakwater demo --seed ${course.seed + 1}, --speed slow`,
    "yours      breakwater init",
  ];
}

function writeJson(
  { course, stage, observed, checks, seconds, keep }: Ending,
  context: CommandContext,
): void {
  for (const check of checks) context.stdout.write(jsonLine("demo.checked", check));
  const { seed } = course;
  const ok = checks.every(({ holds }) => holds);
  const missing = checks.filter(({ holds }) => !holds).map(({ claim }) => claim);
  const kept = keep ? { folder: stage.folder } : {};
  context.stdout.write(jsonLine("demo.result", { seed, ok, missing, tree: observed.tree, seconds, ...kept }));
}
