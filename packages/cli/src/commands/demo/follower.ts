import { replay, type RecordedFact, type RunState } from "@breakwater/core";
import { followJournal, readJournal } from "@breakwater/node";

/**
 * Follows the journal of one session over all processes that write it, and lets others wait for what it
 * says. Only what is durable is seen here.
 */
export class Follower {
  readonly facts: RecordedFact[] = [];
  readonly #tell: (recorded: RecordedFact, state: RunState) => void;
  readonly #stop = new AbortController();
  #state = replay([]);
  #path: string | undefined;
  #ended: Promise<void> | undefined;
  #waiting: Wait[] = [];

  /** `tell` hears each fact with the state right after it. */
  constructor(tell: (recorded: RecordedFact, state: RunState) => void) {
    this.#tell = tell;
  }

  get state(): RunState {
    return this.#state;
  }

  /** Begins with the first fact of a journal that is there. */
  begin(path: string): void {
    this.#path = path;
    this.#ended = this.#follow(path);
  }

  /** Resolves to whether the state was seen as `test` wants it; false when patience ends before. */
  until(test: (state: RunState) => boolean, patienceMs: number): Promise<boolean> {
    if (test(this.#state)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(wait, false), patienceMs);
      const wait: Wait = { test, timer, resolve };
      this.#waiting.push(wait);
    });
  }

  /** Resolves when everything was told that is in the journal now. */
  async caughtUp(): Promise<void> {
    const path = this.#path;
    if (path === undefined) return;
    let newest = 0;
    readJournal({ path, onFacts: (facts) => (newest = facts.at(-1)?.seq ?? newest) });
    await this.until((state) => state.position >= newest, PATIENCE_MS);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    for (const wait of this.#waiting) this.#settle(wait, false);
    await this.#ended;
  }

  async #follow(path: string): Promise<void> {
    const { signal } = this.#stop;
    for await (const news of followJournal({ path, signal, wait: briefly })) {
      if (!news.ok) return;
      for (const recorded of news.value) this.#take(recorded);
    }
  }

  #take(recorded: RecordedFact): void {
    this.facts.push(recorded);
    this.#state = replay([recorded], this.#state);
    this.#tell(recorded, this.#state);
    for (const wait of this.#waiting) if (wait.test(this.#state)) this.#settle(wait, true);
  }

  #settle(wait: Wait, seen: boolean): void {
    clearTimeout(wait.timer);
    this.#waiting = this.#waiting.filter((each) => each !== wait);
    wait.resolve(seen);
  }
}

type Wait = {
  readonly test: (state: RunState) => boolean;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (seen: boolean) => void;
};

const LOOK_AGAIN_MS = 40;
const PATIENCE_MS = 5_000;

function briefly(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
}
