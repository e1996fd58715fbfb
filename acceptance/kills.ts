import { join } from "node:path";
import { randomFrom } from "@breakwater/engine";
import { leftovers } from "./check-repository.ts";
import { factsOf } from "./check-journal.ts";
import { installTarball, type Ended, type Installed } from "./install.ts";
import { planOfSeed, type SeededPlan } from "./seeded-plan.ts";
import { endOrKill, makeFolder, openStage, removeFolder, type Stage } from "./stage.ts";
import { countedStarts, readStory, type Story } from "./story.ts";
import { closingLine, numberFlag } from "./table.ts";

/*
 * Kills the coordinator of one and the same session again and again, each time at another fact of its
 * journal, and resumes it until it is done. `npm run acceptance:kills -- --count 20 --seed 1`. What comes
 * out has to be what comes out undisturbed. Exits with 1 when a row is not as it has to be.
 */

/** What became of a session that was killed once. */
type Row = {
  /** The fact at which it was to be killed. */
  readonly fact: number;
  /** How many facts the journal held after the kill, and the type of the last one. */
  readonly died: number;
  readonly last: string;
  readonly adopted: number;
  readonly collected: number;
  readonly starts: number;
  readonly resumes: number;
  /** What is not as it has to be. */
  readonly amiss: readonly string[];
  readonly seconds: number;
};

/** What a session comes to that nobody disturbs. */
type Undisturbed = {
  readonly tree: string;
  readonly starts: readonly string[];
  readonly facts: number;
  readonly busy: readonly number[];
};

const MOST_RESUMES = 5;

async function main(seed: number, count: number): Promise<boolean> {
  const folder = makeFolder();
  const program = installTarball(folder);
  const plan = planOfSeed(seed);
  const wanted = await playUndisturbed(join(folder, "0"), plan, program);
  process.stdout.write(
    `seed ${seed} undisturbed: ${wanted.facts} facts, ${wanted.starts.length} starts, tree ${wanted.tree.slice(0, 12)}\n\n`,
  );
  process.stdout.write(`${HEAD}\n`);
  const rows: Row[] = [];
  for (const fact of factsToKillAt(seed, count, wanted)) {
    const below = join(folder, String(rows.length + 1));
    const row = await playKilled(openStage(below, plan, program), wanted, fact);
    process.stdout.write(`${lineOf(row)}\n`);
    rows.push(row);
    if (row.amiss.length === 0) removeFolder(below);
    else process.stdout.write(`     kept in ${below}\n`);
  }
  const passed = rows.map(({ amiss }) => amiss.length === 0);
  if (passed.every((each) => each)) removeFolder(folder);
  return closingLine(passed);
}

/**
 * Different facts, spread over the whole session: one in each of `count` equal stretches. In every second
 * stretch one is taken at which agents run, if there is one: then there is something to adopt or collect.
 */
function factsToKillAt(seed: number, count: number, { facts, busy }: Undisturbed): readonly number[] {
  const random = randomFrom(seed);
  const stretch = (facts - FIRST_KILL) / count;
  return Array.from({ length: count }, (_, at) => {
    const [from, to] = [FIRST_KILL + at * stretch, FIRST_KILL + (at + 1) * stretch];
    const inside = busy.filter((fact) => fact >= from && fact < to);
    const anywhere = Math.floor(from + random.next() * stretch);
    return at % 2 === 1 ? anywhere : (inside[random.below(inside.length)] ?? anywhere);
  });
}

/** The numbers of the facts right after which agents run. */
function busyFacts({ facts }: Story): readonly number[] {
  let running = 0;
  return facts.flatMap((fact, index) => {
    if (fact.type === "attempt.started") running += 1;
    if (fact.type === "attempt.exited") running -= 1;
    return running > 0 ? [index + 1] : [];
  });
}

/** Before a person's agreement is in the journal there is nothing to resume. */
const FIRST_KILL = 3;

async function playUndisturbed(folder: string, plan: SeededPlan, program: Installed): Promise<Undisturbed> {
  const stage = openStage(folder, plan, program);
  const ended = await stage.go().ended;
  const story = await readStory(stage.subject.root);
  const tree = headTree(stage, story);
  const left = leftovers(stage);
  if (ended.code !== 0 || left.length > 0)
    throw new Error(
      `Running undisturbed in ${folder}: exit ${ended.code} ${left.join(", ")} ${ended.stderr.slice(-500)}`,
    );
  const starts = countedStarts(stage.starts).toSorted();
  removeFolder(folder);
  return { tree, starts, facts: story.facts.length, busy: busyFacts(story) };
}

async function playKilled(stage: Stage, wanted: Undisturbed, fact: number): Promise<Row> {
  const begun = Date.now();
  const { root } = stage.subject;
  const killed = await endOrKill(stage, stage.go(), fact);
  const dead = await readStory(root);
  const ends: Ended[] = [];
  while (!(await isSettled(root)) && ends.length < MOST_RESUMES) ends.push(await stage.resume().ended);
  const story = await readStory(root);
  const since = story.facts.slice(dead.facts.length);
  const starts = countedStarts(stage.starts);
  const adopted = since.filter((each) => each.type === "attempt.adopted").length;
  return {
    fact,
    died: dead.facts.length,
    last: dead.facts.at(-1)?.type ?? "none",
    adopted,
    collected: collectedAfter(dead, story),
    starts: starts.length,
    resumes: ends.length,
    amiss: [
      ...(killed.signal === "SIGKILL" ? [] : [`it was not killed but ended with ${killed.code}`]),
      ...ends.flatMap(({ code, stderr }) =>
        code === 0 ? [] : [`resume: exit ${code} ${stderr.slice(-300)}`],
      ),
      ...amissIn(stage, story, { wanted, starts }),
      ...ranAgain(dead, story),
    ],
    seconds: (Date.now() - begun) / 1_000,
  };
}

function amissIn(
  stage: Stage,
  story: Story,
  { wanted, starts }: { readonly wanted: Undisturbed; readonly starts: readonly string[] },
): readonly string[] {
  const tree = headTree(stage, story);
  return [
    ...(tree === wanted.tree ? [] : [`tree ${tree}`]),
    ...(starts.toSorted().join() === wanted.starts.join() ? [] : [`starts ${starts.join(" ")}`]),
    ...leftovers(stage).map((each) => `left over: ${each}`),
  ];
}

/** The tree that git has at the head of the integration. */
function headTree({ subject }: Stage, { session }: Story): string {
  return subject.git("rev-parse", `refs/breakwater/${session}/integration^{tree}`).trim();
}

async function isSettled(root: string): Promise<boolean> {
  return factsOf(await readStory(root), "session.settled").length > 0;
}

/** How many attempts ran when the coordinator died and had ended by themselves when they were looked for. */
function collectedAfter(dead: Story, story: Story): number {
  const over = new Set<string>(
    [...factsOf(dead, "attempt.exited"), ...factsOf(story, "attempt.adopted")].map(({ attempt }) => attempt),
  );
  return factsOf(dead, "attempt.started").filter(({ attempt }) => !over.has(attempt)).length;
}

/** Attempts that had ended when the coordinator died and began again afterwards. */
function ranAgain(dead: Story, story: Story): readonly string[] {
  const ended = new Set<string>(factsOf(dead, "attempt.exited").map(({ attempt }) => attempt));
  return story.facts
    .slice(dead.facts.length)
    .flatMap((fact) =>
      fact.type === "attempt.started" && ended.has(fact.attempt) ? [`${fact.attempt} ran again`] : [],
    );
}

const HEAD =
  "     fact  died at  last fact               adopted  collected  tree   starts  resumes  seconds";

function lineOf(row: Row): string {
  const { fact, died, last, adopted, collected, starts, resumes, amiss, seconds } = row;
  const equal = amiss.some((each) => each.startsWith("tree ")) ? "OTHER" : "equal";
  const cells = [
    amiss.length === 0 ? "ok  " : "FAIL",
    String(fact).padStart(4),
    String(died).padStart(8),
    ` ${last.padEnd(22)}`,
    String(adopted).padStart(7),
    String(collected).padStart(10),
    ` ${equal}`,
    String(starts).padStart(7),
    String(resumes).padStart(8),
    seconds.toFixed(1).padStart(8),
  ];
  return [cells.join(" "), ...amiss.map((each) => `       ${each}`)].join("\n");
}

process.exitCode = (await main(numberFlag("--seed", 1), numberFlag("--count", 20))) ? 0 : 1;
