import { existsSync } from "node:fs";
import { join } from "node:path";
import type { RunState } from "@breakwater/core";
import type { Footprint } from "@breakwater/node";
import { listSessions, type SessionPlace } from "../../session/session-place.ts";
import { WAVES, type Course } from "./course.ts";
import { Follower } from "./follower.ts";
import type { Narrator } from "./narrator.ts";
import { complaintOf, lookAround, takeFootprint, touchedBetween, type Observed } from "./observed.ts";
import type { Ended } from "./program.ts";
import type { Stage } from "./stage.ts";

/** How long a question waits for nobody; seconds. */
const DECISION_SECONDS = 3;
/** How long a part of the story may take before it is given up; milliseconds. */
const PATIENCE_MS = 90_000;
/** How long the last agents may take to start, where the machine lets fewer run at once. */
const SLOTS_MS = 6_000;

/** Plays the story in order and tells it; what was seen is the answer, and judged by nobody yet. */
export async function playStory(course: Course, stage: Stage, narrator: Narrator): Promise<Observed> {
  const follower = new Follower(narrator.fact);
  const play = new Play(course, stage, { narrator, follower });
  try {
    return await play.all();
  } finally {
    await follower.close();
  }
}

type Voices = { readonly narrator: Narrator; readonly follower: Follower };
type Kill = Pick<Observed, "killedBy" | "working" | "early">;

class Play {
  readonly #course: Course;
  readonly #stage: Stage;
  readonly #narrator: Narrator;
  readonly #follower: Follower;
  #place: SessionPlace | undefined;

  constructor(course: Course, stage: Stage, { narrator, follower }: Voices) {
    this.#course = course;
    this.#stage = stage;
    this.#narrator = narrator;
    this.#follower = follower;
  }

  async all(): Promise<Observed> {
    const base = this.#stage.git("rev-parse", "main");
    const before = await takeFootprint(this.#stage);
    const kill = await this.#goUntilKilled();
    const resume = await this.#resume(kill);
    const { touched, close } = await this.#close(before);
    const { facts, state } = this.#follower;
    const exits = { resume: resume.code, close: close.code };
    return { facts, state, exits, touched, ...kill, ...lookAround(this.#stage, base) };
  }

  async #goUntilKilled(): Promise<Kill> {
    const { plan, scripts } = this.#stage;
    const attendance = ["--unattended", "--decision-timeout", `${DECISION_SECONDS}`];
    const go = this.#stage.start(["go", plan, "--yes", ...attendance, "--scripts", scripts]);
    let over: Ended | undefined;
    const ended = go.ended.then((end) => (over = end));
    await this.#findJournal(() => over !== undefined);
    const ready = this.#follower.until((state) => workingOf(state).length > 0, PATIENCE_MS);
    const reached = await Promise.race([ready, ended.then(() => false)]);
    const all = (state: RunState): boolean => workingOf(state).length === WAVES.final.length;
    if (reached) await this.#follower.until(all, SLOTS_MS);
    const working = workingOf(this.#follower.state);
    if (!reached) {
      go.kill();
      this.#complain("The session did not come to the point of the kill", await ended);
      return { working };
    }
    await this.#narrator.heading(`Now we kill the coordinator (SIGKILL); at work: ${working.join(", ")}`);
    go.kill();
    const { signal } = await ended;
    this.#narrator.say(`It is dead (${signal ?? "by itself"}). Its agents are not: each is its own process.`);
    return { ...(signal === null ? {} : { killedBy: signal }), working, ...(await this.#endOne(working)) };
  }

  /** Lets one agent come to its end while nobody coordinates; none where only one is at work. */
  async #endOne(working: readonly string[]): Promise<Pick<Kill, "early">> {
    if (working.length < 2 || this.#place === undefined) return {};
    const early = working.includes(this.#course.early) ? this.#course.early : (working[0] ?? "");
    this.#stage.release(early);
    const result = join(this.#place.folder, "attempts", `${early}.1.result.json`);
    const seen = await eventually(() => existsSync(result), PATIENCE_MS);
    if (seen) this.#narrator.say(`${early} ends now, with no coordinator to see it.`);
    return { early };
  }

  async #resume({ working, early }: Kill): Promise<Ended> {
    await this.#narrator.heading("A new process takes over: breakwater resume");
    const { scripts } = this.#stage;
    const resumed = this.#stage.start(["resume", "--scripts", scripts]);
    const left = working.filter((id) => id !== early);
    const adopted = (state: RunState): boolean => left.every((id) => isAdopted(state, id));
    await Promise.race([this.#follower.until(adopted, PATIENCE_MS), resumed.ended]);
    for (const id of WAVES.final) this.#stage.release(id);
    return this.#settle("resume", await resumed.ended);
  }

  async #close(before: Footprint): Promise<{ readonly touched: readonly string[]; readonly close: Ended }> {
    const touched = touchedBetween(before, await takeFootprint(this.#stage));
    await this.#narrator.heading("The branch has not moved so far; only this moves it: breakwater close");
    const close = await this.#settle("close", await this.#stage.run(["close"]));
    return { touched, close };
  }

  /** Waits until everything that a program recorded was told. */
  async #settle(what: string, ended: Ended): Promise<Ended> {
    await this.#follower.caughtUp();
    if (ended.code !== 0) this.#complain(`breakwater ${what} ended with exit ${ended.code}`, ended);
    return ended;
  }

  async #findJournal(isOver: () => boolean): Promise<void> {
    const checkout = { controlDir: join(this.#stage.root, ".orchestrator") };
    await eventually(async () => {
      [this.#place] = listSessions(checkout);
      return this.#place !== undefined || isOver();
    }, PATIENCE_MS);
    if (this.#place !== undefined) this.#follower.begin(this.#place.journal);
  }

  #complain(text: string, ended: Ended): void {
    this.#narrator.say(text);
    for (const line of complaintOf(ended)) this.#narrator.quote(line);
  }
}

/** The tasks of the last wave whose agents run. */
function workingOf(state: RunState): readonly string[] {
  return WAVES.final.filter((id) =>
    [...state.attempts.values()].some(
      (each) => each.task === id && each.started !== undefined && each.exitedAt === undefined,
    ),
  );
}

function isAdopted(state: RunState, id: string): boolean {
  return [...state.attempts.values()].some((each) => each.task === id && each.adopted > 0);
}

const LOOK_AGAIN_MS = 30;

async function eventually(test: () => boolean | Promise<boolean>, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    if (await test()) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  return false;
}
