import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { checkDemo } from "./checks.ts";
import { conclude } from "./conclude.ts";
import { courseOf, repairOf, WAVES, type Course } from "./course.ts";
import { openNarrator, type Narrator } from "./narrator.ts";
import { playStory } from "./play.ts";
import { setStage, type Stage } from "./stage.ts";
import { PIECES, scopeOf } from "./story.ts";

const DEFAULT_SEED = 1;

/** Plays the story in a scratch repository; the exit code is 0 only when every claim was borne out. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const keep = input.flag("keep");
  const course = courseOf(input.number("seed") ?? DEFAULT_SEED);
  const stage = setStage(course, process.argv[1] ?? "");
  const stopListening = clearOnSignal(stage);
  try {
    return await play(course, stage, { keep, context, speed: input.option("speed") });
  } finally {
    await stage.clear(keep);
    stopListening();
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** An interrupted demo leaves nothing, whatever was asked for. */
function clearOnSignal(stage: Stage): () => void {
  const leave = (): void => {
    void stage.clear(false).finally(() => process.exit(EXIT.interrupted));
  };
  for (const signal of SIGNALS) process.once(signal, leave);
  return () => {
    for (const signal of SIGNALS) process.off(signal, leave);
  };
}

type Showing = {
  readonly keep: boolean;
  readonly context: CommandContext;
  readonly speed: string | undefined;
};

async function play(course: Course, stage: Stage, { keep, context, speed }: Showing): Promise<ExitCode> {
  const startedAt = performance.now();
  const narrator = openNarrator(context, speed);
  await introduce(course, stage, narrator);
  const observed = await playStory(course, stage, narrator);
  const checks = checkDemo(course, observed);
  const seconds = (performance.now() - startedAt) / 1_000;
  await conclude({ course, stage, observed, checks, seconds, keep }, narrator, context);
  const missing = checks.filter(({ holds }) => !holds);
  for (const { claim, seen } of missing) context.stderr.write(`not borne out: ${claim} (${seen})\n`);
  return missing.length === 0 ? EXIT.done : EXIT.fault;
}

async function introduce(course: Course, stage: Stage, narrator: Narrator): Promise<void> {
  const { denied, strayed, culprit } = course;
  await narrator.heading(`Demo: no key, no network, nothing outside ${stage.folder}`);
  narrator.say("Scripted are the agents: what they write, and their mistakes.");
  narrator.say(
    "Real are git, the engine, all processes, the door, the audit, the gates, the journal and the kill.",
  );
  narrator.say(
    `By the script ${denied} writes out of its scope by a tool, ${strayed} without asking the door, and ${culprit}`,
  );
  narrator.say("breaks a rule that its own test does not see. The engine does not know any of this.");
  await narrator.heading("The plan: three waves, and what each task may write");
  for (const [wave, ids] of Object.values(WAVES).entries())
    for (const piece of PIECES.filter(({ id }) => ids.some((each) => each === id)))
      narrator.say(`wave ${wave + 1}  ${piece.id}  ${piece.title.padEnd(28)} ${scopeOf(piece).join(", ")}`);
  const lint = await stage.run(["plan", "lint", stage.plan]);
  for (const line of `${lint.stdout}${lint.stderr}`.trim().split("\n")) narrator.quote(`lint: ${line}`);
  await narrator.heading("The waves run: breakwater go");
  narrator.say(`If all goes as scripted, the engine will plan ${repairOf(course)} by itself.`);
}
