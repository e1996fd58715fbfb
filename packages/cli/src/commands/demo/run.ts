import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { plainLine, replay, type RecordedFact } from "@breakwater/core";
import { followJournal } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { jsonLine } from "../../output/json-line.ts";
import { listSessions, readSession, type StoredSession } from "../../session/session-store.ts";
import { checkDemo, type Check, type Observed } from "./check.ts";
import { setStage, type Stage, type Started } from "./stage.ts";
import { courseOf, type Course } from "./story.ts";

const DEFAULT_SEED = 1;
/** How long a question waits for nobody; seconds. */
const PATIENCE_SECONDS = 3;

/** Plays the story in a scratch repository; the exit code is 0 only when every claim was borne out. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const course = courseOf(input.number("seed") ?? DEFAULT_SEED);
  const stage = setStage(course, process.argv[1] ?? "");
  const demo = new Demo(course, stage, context);
  const leave = (): void => {
    demo.stop();
    stage.remove();
    process.exit(EXIT.interrupted);
  };
  process.once("SIGINT", leave);
  try {
    return await demo.play(input.flag("keep"));
  } finally {
    process.off("SIGINT", leave);
    if (!input.flag("keep")) stage.remove();
  }
}

class Demo {
  readonly #course: Course;
  readonly #stage: Stage;
  readonly #context: CommandContext;
  #running: Started | undefined;

  constructor(course: Course, stage: Stage, context: CommandContext) {
    this.#course = course;
    this.#stage = stage;
    this.#context = context;
  }

  async play(keep: boolean): Promise<ExitCode> {
    this.#open();
    await this.#untilKilled();
    this.#say("The coordinator is gone. Its agents work on. A new one takes over: breakwater resume");
    await this.#finish(["resume", "--scripts", this.#stage.scripts]);
    const branchBeforeClose = this.#stage.git("rev-parse", "main");
    this.#say("The branch has not moved so far. Now: breakwater close");
    await this.#finish(["close"]);
    const checks = await this.#check(branchBeforeClose);
    this.#conclude(checks, keep);
    return checks.every((check) => check.holds) ? EXIT.done : EXIT.fault;
  }

  /** For an interrupt: nothing of the demo outlives it. */
  stop(): void {
    this.#running?.kill();
  }

  #open(): void {
    const { denied, strayed, culprit, seed } = this.#course;
    this.#say(`Demo, seed ${seed}: no key, no network, nothing outside ${this.#stage.folder}.`);
    this.#say("The agents are scripted. Engine, git, processes, gates, audit and the kill are real.");
    this.#say(
      `In the scripts: ${denied} writes out of scope by a tool, ${strayed} by a shell, ${culprit} breaks a test, T6 gives up.`,
    );
    this.#say("The plan has three waves: T1 T2 T3, then T4 T5, then T6. Now: breakwater go");
  }

  /** Runs the session until agents of the second wave are at work, and kills its coordinator there. */
  async #untilKilled(): Promise<void> {
    const stage = this.#stage;
    const answers = ["--unattended", "--decision-timeout", String(PATIENCE_SECONDS)];
    const child = this.#start(["go", stage.plan, "--yes", ...answers, "--scripts", stage.scripts]);
    const over = new AbortController();
    void child.ended.finally(() => over.abort());
    if (await this.#secondWaveWorks(over.signal)) {
      this.#say("Now we kill the coordinator (SIGKILL), while agents are at work.");
      child.kill();
    }
    const { code, signal } = await child.ended;
    this.#say(
      signal === "SIGKILL"
        ? "kill -9: the coordinator died"
        : `the session ended before the kill, with exit ${code}`,
    );
  }

  /** Follows the journal until both tasks of the second wave run; false when the session ends before. */
  async #secondWaveWorks(signal: AbortSignal): Promise<boolean> {
    const journal = await this.#journal(signal);
    if (journal === undefined) return false;
    const working = new Set<string>();
    for await (const news of followJournal({ path: journal, signal })) {
      if (!news.ok) return false;
      for (const { fact } of news.value) if (fact.type === "attempt.started") working.add(fact.attempt);
      if (working.has("T4.1") && working.has("T5.1")) return true;
    }
    return false;
  }

  async #journal(signal: AbortSignal): Promise<string | undefined> {
    const checkout = { controlDir: join(this.#stage.root, ".orchestrator") };
    while (!signal.aborted) {
      const [place] = await listSessions(checkout);
      if (place !== undefined && existsSync(place.journal)) return place.journal;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return undefined;
  }

  async #finish(args: readonly string[]): Promise<void> {
    await this.#start(args).ended;
  }

  #start(args: readonly string[]): Started {
    const json = this.#context.output === "json";
    const started = this.#stage.start([...args, "--output", json ? "json" : "plain"], (line) => {
      if (json) this.#context.stdout.write(`${line}\n`);
      else this.#context.stdout.write(`   ${plainLine(line)}\n`);
    });
    this.#running = started;
    return started;
  }

  async #check(branchBeforeClose: string): Promise<readonly Check[]> {
    const session = await this.#session();
    const facts: readonly RecordedFact[] = session?.facts ?? [];
    const starts = existsSync(this.#stage.counter)
      ? readFileSync(this.#stage.counter, "utf8").trim().split("\n")
      : [];
    const worktrees = this.#stage.git("worktree", "list", "--porcelain").match(/^worktree /gm)?.length ?? 0;
    const observed: Observed = {
      facts,
      state: replay(facts),
      starts,
      worktrees: worktrees - 1,
      branchBeforeClose,
    };
    return checkDemo(this.#course, observed);
  }

  async #session(): Promise<StoredSession | undefined> {
    const [place] = await listSessions({ controlDir: join(this.#stage.root, ".orchestrator") });
    const read = place === undefined ? undefined : await readSession(place);
    return read?.ok === true ? read.value : undefined;
  }

  #conclude(checks: readonly Check[], keep: boolean): void {
    if (this.#context.output === "json") {
      this.#context.stdout.write(jsonLine("demo.result", { seed: this.#course.seed, checks }));
      return;
    }
    this.#say("What was claimed, and what bears it out:");
    for (const { claim, holds, seen } of checks)
      this.#context.stdout.write(`   ${holds ? "yes" : "NO "}  ${claim}  (${seen})\n`);
    this.#say("The branch now, by git log:");
    for (const line of this.#stage.git("log", "--oneline", "--no-decorate").split("\n"))
      this.#context.stdout.write(`   ${line}\n`);
    if (keep)
      this.#say(`Look around: cd ${this.#stage.root} && git log, and breakwater why ${this.#course.culprit}`);
    this.#say("Next, in your own repository: breakwater init --tier fast");
  }

  #say(text: string): void {
    if (this.#context.output === "json") this.#context.stderr.write(`${text}\n`);
    else this.#context.stdout.write(`\n${text}\n`);
  }
}
