import { performance } from "node:perf_hooks";
import type { AgentEvent, AgentResult, RunningAgent } from "@breakwater/agents";
import type { AttemptEnding, AttemptLimits, LimitKind } from "@breakwater/core";
import type { AttemptMeter } from "./meter.ts";

/** What a supervision needs of its attempt. */
export type Supervised = {
  readonly limits: AttemptLimits;
  readonly meter: AttemptMeter;
  /** How long it may go on with no coordinator, grace included. */
  readonly unattendedMs: number;
  /** Notes in the event file why something was done. */
  readonly note: (text: string) => void;
};

/** Why the host ended an attempt; the first reason counts. */
type Cause = Extract<AttemptEnding, { readonly kind: "limit" | "stopped" | "stuck" }>;

/**
 * Holds a running agent to its limits (`docs/spec/attempt.md`): at a limit one message to wrap up, then a
 * grace, then the signals. Every attempt ends: wall and idle time, grace and kill ladder are all timers.
 */
export class Supervision {
  readonly #attempt: Supervised;
  #agent: RunningAgent | undefined;
  #cause: Cause | undefined;
  #force = false;
  #wrapUpCalls = 0;
  #active = performance.now();
  readonly #timers: {
    wall?: NodeJS.Timeout;
    idle?: NodeJS.Timeout;
    grace?: NodeJS.Timeout;
    orphan?: NodeJS.Timeout;
  } = {};

  constructor(attempt: Supervised) {
    this.#attempt = attempt;
  }

  /** Takes charge of the agent; a stop that was asked for before is carried out now. */
  hold(agent: RunningAgent): void {
    this.#agent = agent;
    this.#active = performance.now();
    this.#timers.wall = setTimeout(() => this.#limit("wall"), longest(this.#attempt.limits.wallMs));
    this.#watchIdle();
    if (this.#force) agent.kill();
    else if (this.#cause !== undefined) agent.interrupt();
  }

  /** Notes a sign of life and checks what is counted. */
  heard(event?: AgentEvent): void {
    this.#active = performance.now();
    if (event !== undefined) this.#attempt.meter.count(event);
    if (event?.kind === "tool-intent" && this.#cause?.kind === "stuck") this.#countWrapUp();
    const passed = this.#attempt.meter.passed(this.#attempt.limits);
    if (passed !== undefined) this.#limit(passed);
  }

  /** Who goes on with its loop does not wrap up, and shall not use up the whole grace with it. */
  #countWrapUp(): void {
    this.#wrapUpCalls += 1;
    if (this.#wrapUpCalls !== MOST_WRAP_UP_CALLS + 1) return;
    this.#attempt.note(`${MOST_WRAP_UP_CALLS} calls to wrap up are used`);
    this.#agent?.interrupt();
  }

  stop(reason: string, force: boolean): void {
    this.#cause ??= { kind: "stopped", reason };
    this.#force ||= force;
    this.#attempt.note(`stopping${force ? " at once" : ""}: ${reason}`);
    if (force) this.#agent?.kill();
    else this.#agent?.interrupt();
  }

  /** Ends an attempt that repeats itself, as at a limit: `text` asks it to wrap up, then the grace. */
  stuck(ending: Extract<AttemptEnding, { readonly kind: "stuck" }>, text: string): void {
    if (this.#cause !== undefined) return;
    this.#end(ending, `it is stuck: ${ending.pattern}`);
    void this.#wrapUp(text);
  }

  /** Hands one message to the agent, notes whether it was taken, and resolves to that. */
  async nudge(text: string): Promise<boolean> {
    if (this.#cause !== undefined) return false;
    const taken = await this.#tell(text);
    this.#attempt.note(taken ? `told the agent: ${text}` : "the agent takes no messages; it was not nudged");
    return taken;
  }

  /** Nobody watches: from now on only a bounded time is left. */
  attended(attended: boolean): void {
    clearTimeout(this.#timers.orphan);
    if (attended) return;
    const { limits, unattendedMs } = this.#attempt;
    const wait = Math.max(0, Math.min(unattendedMs, MOST_UNATTENDED_MS) - limits.graceMs);
    this.#timers.orphan = setTimeout(() => this.#limit("wall"), wait);
  }

  /** Whether it is being ended. */
  get over(): boolean {
    return this.#cause !== undefined;
  }

  /** Whether a call would be beyond the agreed number of tool calls. */
  get callsUsedUp(): boolean {
    return this.#cause?.kind === "limit" && this.#cause.limit === "tool-calls";
  }

  /** The ending of the attempt: what the host did to it outweighs what the agent made of that. */
  endingOf(result: AgentResult): AttemptEnding {
    return this.#cause ?? result.ending;
  }

  release(): void {
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
  }

  #watchIdle(): void {
    const left = this.#active + this.#attempt.limits.idleMs - performance.now();
    if (left <= 0) return this.#limit("idle");
    this.#timers.idle = setTimeout(() => this.#watchIdle(), longest(Math.ceil(left)));
  }

  #limit(limit: LimitKind): void {
    if (this.#cause !== undefined) return;
    this.#end({ kind: "limit", limit }, `the limit of ${limit} is reached`);
    // Who prints without end does not read, and every further second costs memory and disk.
    if (limit === "output") this.#agent?.interrupt();
    else void this.#wrapUp(wrapUpText(limit));
  }

  #end(cause: Cause, note: string): void {
    this.#cause = cause;
    this.#attempt.note(note);
    clearTimeout(this.#timers.idle);
  }

  async #wrapUp(text: string): Promise<void> {
    const { graceMs } = this.#attempt.limits;
    if (!(await this.#tell(text))) return this.#agent?.interrupt();
    this.#timers.grace = setTimeout(() => this.#agent?.interrupt(), longest(graceMs));
  }

  async #tell(text: string): Promise<boolean> {
    return (await this.#agent?.steer?.(text).catch(() => false)) === true;
  }
}

/** Ten minutes: what an attempt may still do when its coordinator died. */
export const MOST_UNATTENDED_MS = 600_000;

/** How many calls an agent that was stuck may make to leave its files whole. */
const MOST_WRAP_UP_CALLS = 10;

/** `setTimeout` takes a larger delay for 1 ms. */
function longest(ms: number): number {
  return Math.min(ms, 2 ** 31 - 1);
}

function wrapUpText(limit: LimitKind): string {
  return `The limit of ${limit} for this task is reached. Start nothing new. Leave every file in a whole state, then report now with STATUS: partial, what is done and what remains.`;
}
