import type { AttemptId } from "../../ids.ts";
import { accept } from "../accept.ts";
import { factOfFailure } from "../command-failure.ts";
import type { Command } from "../command.ts";
import { decide } from "../decide/decide.ts";
import { evolve, replay } from "../evolve/evolve.ts";
import type { Fact, RecordedFact } from "../fact.ts";
import type { Request } from "../request.ts";
import { initialState, type RunState } from "../state.ts";
import { describeCommand, describeFact, describeState } from "./describe.test-support.ts";
import type { Seen } from "./seen.test-support.ts";
import { World } from "./world.test-support.ts";

/** What waits to happen: a command to perform, or a running attempt to end. */
type Item =
  | { readonly kind: "perform"; readonly command: Command }
  | { readonly kind: "exit"; readonly attempt: AttemptId };

const START = 1_000_000;
const MOST_STEPS = 3_000;

/**
 * A session that a scenario drives without any shell: it folds, asks the decider and performs what is
 * ordered in a world of the scenario's making. It throws where a promise of the decider is broken.
 */
export class Stage {
  readonly world = new World();
  readonly log: string[] = [];
  readonly broken: string[] = [];
  readonly #seen: Seen;
  readonly #facts: RecordedFact[] = [];
  #state: RunState = initialState;
  #queue: Item[] = [];
  #now = START;
  #sought: string | undefined;

  constructor(seen: Seen) {
    this.#seen = seen;
  }

  get state(): RunState {
    return this.#state;
  }

  get facts(): readonly RecordedFact[] {
    return this.#facts;
  }

  /** Puts a request and logs its refusal. */
  ask(request: Request): void {
    const answer = accept(this.#state, request);
    this.#seen.note("request", request.type, answer.ok ? "accepted" : "refused");
    if (!answer.ok) {
      this.#seen.note("refusal", answer.failure.code);
      this.log.push(`! ${answer.failure.code}: ${answer.failure.message} (${answer.failure.fix ?? ""})`);
      return;
    }
    if (answer.value.length === 0) this.log.push("! accepted, and nothing changes");
    for (const fact of answer.value) this.#append({ fact });
    this.#decide();
  }

  /** Reports something that happened by itself. */
  tell(fact: Fact): void {
    this.#append({ fact });
    this.#decide();
  }

  /** Performs what is ordered, in order, until nothing is left or a line begins with `until`. */
  run(until?: string): void {
    this.#sought = until;
    for (let step = 0; step < MOST_STEPS; step += 1) {
      if (until !== undefined && this.#sought === undefined) return;
      const item = this.#queue.shift();
      if (item === undefined) break;
      this.#perform(item);
      this.#decide();
    }
    if (this.#queue.length > 0) throw new Error("Running a scenario: it does not come to rest");
    if (this.#sought !== undefined) throw new Error(`Running a scenario: "${this.#sought}" never came`);
  }

  /** Lets a timer ring that the decider asked for. */
  ring(id: string): void {
    const timer = decide(this.#state).timers.find((each) => each.id === id);
    if (timer === undefined) throw new Error(`Running a scenario: no timer "${id}" is set`);
    this.#now = Math.max(this.#now, timer.at);
    this.tell({ type: "timer.fired", timer: id });
  }

  /** Ends an attempt that was left hanging. */
  end(attempt: AttemptId): void {
    this.#queue.push({ kind: "exit", attempt });
  }

  /** The coordinator dies, and its successor has nothing but the facts. */
  crash(): void {
    this.verify();
    this.#state = replay(this.#facts);
    const ends = this.#queue.filter((item) => item.kind === "exit");
    this.#queue = [
      ...[...this.#state.open.values()].map((command): Item => ({ kind: "perform", command })),
      ...ends,
    ];
    this.#append({ fact: { type: "coordinator.started", version: "0", process: "successor" } });
    for (const { id, started, report } of this.#state.attempts.values())
      if (started !== undefined && report === undefined)
        this.#append({ fact: { type: "attempt.adopted", attempt: id } });
    this.#decide();
  }

  /** Checks that the facts alone give this state and these decisions. */
  verify(): void {
    const refolded = replay(this.#facts);
    if (plain(refolded) !== plain(this.#state)) throw new Error("The state is not what its facts say");
    if (plain(decide(refolded)) !== plain(decide(this.#state)))
      throw new Error("The same facts gave another decision");
  }

  view(): readonly string[] {
    this.verify();
    this.#seen.end(this.#state);
    return describeState(this.#state, decide(this.#state).timers, START);
  }

  /** The next command of a type breaks its performer. */
  breakNext(type: string): void {
    this.broken.push(type);
  }

  #perform(item: Item): void {
    if (item.kind === "exit") {
      const { attempt } = item;
      const report = this.world.report(this.#state, attempt);
      this.#append({ fact: { type: "attempt.exited", attempt, report } });
      return;
    }
    const { command } = item;
    const broken = this.broken.indexOf(command.type);
    if (broken !== -1) {
      this.broken.splice(broken, 1);
      this.#seen.note("broken", command.type);
      const failure = { code: "BW900", message: "its performer broke" };
      this.#append({ fact: factOfFailure(command, failure), cause: command.id });
      return;
    }
    const fact = this.world.perform(this.#state, command);
    this.#append({ fact, cause: command.id });
    this.#follow(command, fact);
  }

  /** A started attempt ends by itself, one that was stopped when it obeys. */
  #follow(command: Command, fact: Fact): void {
    if (command.type === "start-agent" && fact.type === "attempt.started") {
      if (this.world.fate(command.attempt).hangs === "no") this.end(command.attempt);
      return;
    }
    if (command.type !== "stop-agent") return;
    const { hangs } = this.world.fate(command.attempt);
    if (hangs === "until-stopped" || (hangs === "until-killed" && command.force)) this.end(command.attempt);
  }

  #decide(): void {
    for (let step = 0; step < MOST_STEPS; step += 1) {
      const decision = decide(this.#state);
      if (JSON.stringify(decision) !== JSON.stringify(decide(this.#state)))
        throw new Error("Asked twice, decided differently");
      for (const fact of decision.record) {
        this.log.push(`. ${describeFact(fact)}`);
        this.#append({ fact });
      }
      if (decision.record.length > 0) continue;
      if (decision.commands.length === 0) return;
      for (const command of decision.commands) {
        this.log.push(`> ${describeCommand(command)}`);
        this.#append({ fact: { type: "command.issued", command } });
        this.#look(describeCommand(command));
        this.#queue.push({ kind: "perform", command });
      }
    }
    throw new Error("Running a scenario: the decider does not come to rest");
  }

  #append(entry: Omit<RecordedFact, "seq" | "at">): void {
    const recorded: RecordedFact = { seq: this.#facts.length + 1, at: this.#now, ...entry };
    this.#facts.push(recorded);
    this.#state = evolve(this.#state, recorded);
    this.#seen.fact(recorded, this.#state);
    this.#look(describeFact(entry.fact));
  }

  #look(line: string): void {
    if (this.#sought !== undefined && line.startsWith(this.#sought)) this.#sought = undefined;
  }
}

/** JSON in which maps and sets show what they hold. */
export function plain(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    each instanceof Map || each instanceof Set ? [...each] : each,
  );
}
