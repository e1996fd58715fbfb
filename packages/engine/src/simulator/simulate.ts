import { decide, phaseOf, replay, type RecordedFact, type Request, type RunState } from "@breakwater/core";
import { Coordinator } from "../coordinator.ts";
import { Agenda } from "../memory/agenda.ts";
import { memoryJournal } from "../memory/journal.ts";
import { hashOf, randomFrom, type Random } from "../memory/random.ts";
import type { Ports } from "../port.ts";
import { INVARIANTS, type Evidence } from "./invariant.ts";
import { simulatedPerformer } from "./performer.ts";
import { personRequest } from "./person.ts";
import { randomStart } from "./random-plan.ts";
import { World } from "./world.ts";

/** How one simulated session is run. */
export type SimulationOptions = {
  readonly seed: number;
  /** How often at most the coordinator dies. */
  readonly crashes: number;
  /** Whether a person pauses, stops, retries and steers besides answering. */
  readonly meddling: boolean;
};

/** What became of a simulated session. */
export type Simulation = {
  readonly seed: number;
  readonly evidence: Evidence;
  readonly crashes: number;
  readonly violations: readonly string[];
};

const MOST_STEPS = 20_000;
const START = 1_700_000_000_000;

/**
 * Runs one session of random plan and outcomes on the real coordinator, with a clock and a machine of the
 * simulator, kills the coordinator between any two steps, and checks every promise. The same options give
 * the same run.
 */
export async function simulate(options: SimulationOptions): Promise<Simulation> {
  const run = new Run(options);
  const ended = await run.play();
  const evidence = run.evidence(ended);
  const violations = INVARIANTS.flatMap(({ name, broken }) => {
    const how = broken(evidence);
    return how === undefined ? [] : [`${name}: ${how}`];
  });
  return { seed: options.seed, evidence, crashes: run.crashes, violations: [...run.observed, ...violations] };
}

/** One coordinator's life, from its start or takeover to its death. */
type Life = { readonly coordinator: Coordinator; readonly died: Promise<void>; alive: boolean };

class Run {
  readonly #options: SimulationOptions;
  readonly #random: Random;
  readonly #agenda: Agenda;
  readonly #world: World;
  readonly #facts: RecordedFact[] = [];
  readonly observed: string[] = [];
  crashes = 0;
  #life: Life;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#random = randomFrom(hashOf(`run/${options.seed}/${options.crashes}`));
    this.#agenda = new Agenda(this.#random, START);
    this.#world = new World(options.seed);
    this.#life = this.#begin();
  }

  /** Plays until the session is over; false when it does not come to an end. */
  async play(): Promise<boolean> {
    const start = randomStart(this.#options.seed);
    for (let step = 0; step < MOST_STEPS; step += 1) {
      await this.#settleDown();
      const { activity, state } = this.#life.coordinator;
      const request =
        state.session === undefined
          ? start
          : personRequest(state, {
              random: this.#random,
              meddling: this.#options.meddling,
              activity: activity.kind,
            });
      if (request !== undefined) await this.#ask(request);
      else if (activity.kind === "over") return true;
      else if (!this.#agenda.step()) return false;
    }
    return false;
  }

  evidence(ended: boolean): Evidence {
    const { processes } = this.#world;
    const starts = new Map([...processes].map(([attempt, running]) => [attempt, running.starts]));
    const startTimes = [...processes].map(([attempt, { startedAt }]) => ({ attempt, at: startedAt }));
    const { head, branch } = this.#world;
    return {
      facts: this.#facts,
      state: this.#life.coordinator.state,
      starts,
      startTimes,
      head,
      branch,
      ended,
    };
  }

  async #ask(request: Request): Promise<void> {
    const { coordinator, died } = this.#life;
    await Promise.race([coordinator.request(request), died]);
    await this.#settleDown();
  }

  /** Lets the coordinator finish what it took in; a dead one gets a successor. */
  async #settleDown(): Promise<void> {
    for (;;) {
      const { coordinator, died } = this.#life;
      await Promise.race([coordinator.quiet(), died]);
      if (this.#life.alive) return;
      coordinator.close();
      this.#outage();
      this.#life = this.#begin();
    }
  }

  /** While nobody coordinates, the world goes on for a while. */
  #outage(): void {
    for (let steps = this.#random.below(6); steps > 0; steps -= 1) this.#agenda.step();
  }

  #begin(): Life {
    let die = (): void => {};
    const died = new Promise<void>((resolve) => {
      die = resolve;
    });
    const dies = (): boolean => {
      if (this.crashes >= this.#options.crashes || !this.#random.chance(0.02)) return false;
      this.crashes += 1;
      life.alive = false;
      die();
      return true;
    };
    const coordinator = new Coordinator(
      this.#ports(dies, () => life.alive),
      this.#facts,
    );
    const life: Life = { coordinator, died, alive: true };
    coordinator.subscribe((_recorded, state) => this.#observe(state));
    this.#observe(coordinator.state);
    coordinator.start({ version: "0", name: `life-${this.crashes}` });
    return life;
  }

  /** The ports of one life; each call may be its last, before or after its effect. */
  #ports(dies: () => boolean, alive: () => boolean): Ports {
    const journal = memoryJournal(this.#agenda.now, this.#facts);
    const stage = {
      world: this.#world,
      agenda: this.#agenda,
      random: this.#random,
      alive,
      state: () => this.#life.coordinator.state,
      published: () => {},
    };
    const performer = simulatedPerformer(stage);
    return {
      clock: this.#agenda,
      journal: {
        append: async (entries) => {
          if (!alive() || dies()) return never();
          const appended = await journal.append(entries);
          return dies() ? never() : appended;
        },
      },
      performer: {
        ...performer,
        perform: async (command, tell) => (dies() ? never() : performer.perform(command, tell)),
        reconcile: async (command, tell) => (dies() ? never() : performer.reconcile(command, tell)),
      },
    };
  }

  #observe(state: RunState): void {
    for (const [id, { task }] of state.tasks) this.#world.tasks.set(id, task);
    if (!this.#random.chance(0.01)) return;
    const [live, refolded] = [decide(state), decide(replay(this.#facts.slice(0, state.position)))];
    if (JSON.stringify(live) !== JSON.stringify(refolded)) {
      this.observed.push(
        `the same facts give the same decisions: differed at fact ${state.position} (${phaseOf(state).kind})`,
      );
    }
  }
}

/** A call whose caller died while it was under way. */
function never<Value>(): Promise<Value> {
  return new Promise(() => {});
}
