import {
  accept,
  decide,
  evolve,
  factOfFailure,
  phaseOf,
  replay,
  type Acceptance,
  type Command,
  type Failure,
  type RecordedFact,
  type Request,
  type RunState,
  type Timer,
} from "@breakwater/core";
import type { Entry, Ports, Tell } from "./port.ts";

/** What waits to be taken in: facts that were reported, or a request with its answer. */
type Input =
  | { readonly kind: "entry"; readonly entry: Entry }
  | { readonly kind: "request"; readonly request: Request; readonly reply: (answer: Acceptance) => void };

/** Whether anything more can happen by itself. */
export type Activity =
  /** Commands, attempts or timers are under way. */
  | { readonly kind: "working" }
  /** Nothing happens until somebody asks for it: an approval, an answer, a resume. */
  | { readonly kind: "resting" }
  /** The session was refused, has settled or is closed. */
  | { readonly kind: "over" }
  /** The journal refused an append; nothing is performed any more. */
  | { readonly kind: "broken"; readonly failure: Failure };

/** Called with each fact after it is durable and folded. */
export type Listener = (recorded: RecordedFact, state: RunState) => void;

/**
 * The loop: take in, append, fold, decide, issue, perform.
 *
 * Held open by one process at a time under the session's lease. `docs/spec/shell.md` numbers the duties
 * that this code keeps; the numbers in the comments are theirs. It never throws for what a port does.
 */
export class Coordinator {
  readonly #ports: Ports;
  readonly #listeners = new Set<Listener>();
  readonly #inputs: Input[] = [];
  readonly #waiting: ((activity: Activity) => void)[] = [];
  readonly #performed = new Set<string>();
  readonly #timers = new Map<string, { readonly at: number; readonly cancel: () => void }>();
  #state: RunState;
  #published = "";
  #loop: Promise<void> | undefined;
  #broken: Failure | undefined;
  #closed = false;

  /** Takes over a session from its facts; nothing happens before `start`. */
  constructor(ports: Ports, facts: Iterable<RecordedFact>) {
    this.#ports = ports;
    this.#state = replay(facts);
  }

  /** The state as of the last durable fact. */
  get state(): RunState {
    return this.#state;
  }

  /** Whether anything more happens without a request. */
  get activity(): Activity {
    if (this.#broken !== undefined) return { kind: "broken", failure: this.#broken };
    if (this.#loop !== undefined || this.#state.open.size > 0 || this.#timers.size > 0)
      return { kind: "working" };
    const attempts = [...this.#state.attempts.values()];
    if (attempts.some((each) => each.started !== undefined && each.report === undefined))
      return { kind: "working" };
    const phase = phaseOf(this.#state).kind;
    return { kind: phase === "refused" || phase === "settled" || phase === "closed" ? "over" : "resting" };
  }

  /** Follows the facts; returns how to stop following. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Reconciles what an earlier coordinator left under way (duty 5), records that this one took over, and
   * begins. `name` is what the journal calls this coordinator.
   */
  start({ version, name }: { readonly version: string; readonly name: string }): void {
    const { open, attempts } = this.#state;
    this.#take({ kind: "entry", entry: { fact: { type: "coordinator.started", version, process: name } } });
    for (const command of open.values()) this.#carryOut(command, "reconcile");
    for (const attempt of attempts.values()) {
      if (attempt.started === undefined || attempt.report !== undefined) continue;
      this.#ports.performer.adopt(attempt, this.#tell).catch((error: unknown) => {
        this.#tell({ fact: lostFact(attempt.id, messageOf(error)) });
      });
    }
  }

  /** Asks for something; the answer comes when its facts are durable, or at once with the refusal. */
  request(request: Request): Promise<Acceptance> {
    return new Promise((reply) => this.#take({ kind: "request", request, reply }));
  }

  /** Resolves when everything taken in so far has been dealt with. */
  async quiet(): Promise<void> {
    while (this.#loop !== undefined) await this.#loop;
  }

  /** Resolves as soon as nothing more happens by itself, with the reason. */
  idle(): Promise<Activity> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#loop === undefined) this.#answerIdle();
    });
  }

  /** Lets go: timers are cancelled and later reports ignored. Attempts live on; a successor adopts them. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  readonly #tell: Tell = (entry) => this.#take({ kind: "entry", entry });

  #take(input: Input): void {
    if (this.#closed || this.#broken !== undefined) {
      if (input.kind === "request") input.reply({ ok: false, failure: this.#broken ?? closedFailure });
      return;
    }
    this.#inputs.push(input);
    this.#loop ??= this.#run().finally(() => {
      this.#loop = undefined;
      this.#answerIdle();
    });
  }

  async #run(): Promise<void> {
    // Callers may take in several things at once; they become one append.
    await Promise.resolve();
    while (this.#inputs.length > 0 && this.#broken === undefined && !this.#closed) {
      await this.#takeIn(this.#inputs.splice(0));
      await this.#proceed();
    }
    this.#refuseRest();
  }

  /** Appends everything that was reported, and answers requests against the state that includes it. */
  async #takeIn(inputs: readonly Input[]): Promise<void> {
    const entries = inputs.flatMap((input) => (input.kind === "entry" ? [input.entry] : []));
    await this.#append(entries);
    for (const input of inputs) {
      if (input.kind !== "request") continue;
      const answer = accept(this.#state, input.request);
      if (answer.ok) await this.#append(answer.value.map((fact) => ({ fact })));
      input.reply(this.#broken === undefined ? answer : { ok: false, failure: this.#broken });
    }
  }

  /** Decides until nothing new follows from the state. */
  async #proceed(): Promise<void> {
    while (this.#broken === undefined && !this.#closed) {
      const decision = decide(this.#state);
      if (decision.record.length > 0) {
        await this.#append(decision.record.map((fact) => ({ fact })));
        continue;
      }
      if (decision.commands.length === 0) {
        this.#keepTimers(decision.timers);
        this.#publish(decision.projection);
        return;
      }
      await this.#issue(decision.commands);
    }
  }

  /** Duty 2: a command is in the journal before anybody performs it. */
  async #issue(commands: readonly Command[]): Promise<void> {
    await this.#append(commands.map((command) => ({ fact: { type: "command.issued", command } })));
    if (this.#broken !== undefined || this.#closed) return;
    for (const command of commands) this.#carryOut(command, "perform");
  }

  /** Duties 3 and 4: at most once while alive, and every outcome becomes a fact. */
  #carryOut(command: Command, how: "perform" | "reconcile"): void {
    if (this.#performed.has(command.id)) return;
    this.#performed.add(command.id);
    this.#ports.performer[how](command, this.#tell).catch((error: unknown) => {
      const failure = { code: "BW900", message: `"${command.type}" broke: ${messageOf(error)}` };
      this.#tell({ fact: factOfFailure(command, failure), cause: command.id });
    });
  }

  /** Duty 1: facts are durable before anything follows from them. */
  async #append(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0 || this.#broken !== undefined || this.#closed) return;
    const appended = await this.#ports.journal.append(entries);
    if (!appended.ok) {
      this.#broken = appended.failure;
      return;
    }
    for (const recorded of appended.value) {
      this.#state = evolve(this.#state, recorded);
      for (const listener of this.#listeners) listener(recorded, this.#state);
    }
  }

  #keepTimers(wanted: readonly Timer[]): void {
    const ats = new Map(wanted.map((timer) => [timer.id, timer.at]));
    for (const [id, timer] of this.#timers) {
      if (ats.get(id) === timer.at) continue;
      timer.cancel();
      this.#timers.delete(id);
    }
    for (const [id, at] of ats) {
      if (this.#timers.has(id)) continue;
      const ring = (): void => {
        this.#timers.delete(id);
        this.#tell({ fact: { type: "timer.fired", timer: id } });
      };
      this.#timers.set(id, { at, cancel: this.#ports.clock.wakeAt(at, ring) });
    }
  }

  #publish(projection: string): void {
    if (projection === this.#published) return;
    this.#published = projection;
    // Views are rebuilt from the journal at any time, so their failure costs nothing but their age.
    this.#ports.performer.publish(this.#state).catch(() => {
      this.#published = "";
    });
  }

  #answerIdle(): void {
    const { activity } = this;
    if (activity.kind === "working") return;
    for (const resolve of this.#waiting.splice(0)) resolve(activity);
  }

  #refuseRest(): void {
    for (const input of this.#inputs.splice(0)) {
      if (input.kind === "request") input.reply({ ok: false, failure: this.#broken ?? closedFailure });
    }
  }
}

const closedFailure: Failure = { code: "BW901", message: "this coordinator has let go of the session" };

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function lostFact(
  attempt: RunState["attempts"] extends ReadonlyMap<infer Id, unknown> ? Id : never,
  reason: string,
): Entry["fact"] {
  return {
    type: "attempt.exited",
    attempt,
    report: {
      ending: { kind: "lost", reason },
      exitCode: null,
      claim: { kind: "missing" },
      usage: { turns: 0, toolCalls: 0, denials: 0 },
      findings: [],
      questions: [],
    },
  };
}
