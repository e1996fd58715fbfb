import { factOfFailure, isHeld, type AttemptId, type AttemptState } from "@breakwater/core";
import type { Tell } from "@breakwater/engine";
import {
  attemptHostCommand,
  findAttempt,
  nudgeAttempt,
  startAttempt,
  stopAttempt,
  type AttemptHandle,
  type HostCommand,
} from "../attempt/attempt-client.ts";
import type { AttemptOrder } from "../attempt/order.ts";
import { lostReport } from "../attempt/result-file.ts";
import { watchAttempt, type AttemptWatch } from "../attempt/watch-attempt.ts";
import type { Seen } from "../attempt/wire.ts";
import { factOf, startedFact, tellSeen, throttled } from "./attempt-fact.ts";
import { attemptOrders, type AttemptOrders, type OrderingOptions } from "./attempt-orders.ts";
import type { AttemptRunner } from "./attempt-step.ts";
import type { CommandOf } from "./step.ts";

/** What the attempts of a session need of their surroundings. */
export type LocalAttemptsOptions = OrderingOptions & { readonly host?: HostCommand };

/**
 * The attempts of a session, each in a process of its own. `letGo` stops watching them, and they go on;
 * `killAll` ends those that run, at once.
 */
export type LocalAttempts = AttemptRunner & {
  readonly letGo: () => Promise<void>;
  readonly killAll: () => Promise<void>;
};

/** Opens the attempts of a session on this machine. */
export function localAttempts(options: LocalAttemptsOptions): LocalAttempts {
  const attempts = new Attempts(options);
  return {
    start: (command, tell) => attempts.start(command, tell),
    find: (command, tell) => attempts.find(command, tell),
    adopt: (attempt, tell) => attempts.adopt(attempt, tell),
    stop: (command, tell) => attempts.stop(command, tell),
    nudge: (command, tell) => attempts.nudge(command, tell),
    letGo: () => attempts.letGo(),
    killAll: () => attempts.killAll(),
  };
}

class Attempts {
  readonly #options: LocalAttemptsOptions;
  readonly #host: HostCommand;
  readonly #orders: AttemptOrders;
  readonly #watches = new Set<AttemptWatch>();
  /** Starts follow one another, so that many agents do not fall on the machine at once. */
  #starting: Promise<unknown> = Promise.resolve();

  constructor(options: LocalAttemptsOptions) {
    this.#options = options;
    this.#host = options.host ?? attemptHostCommand();
    this.#orders = attemptOrders(options);
  }

  start(command: CommandOf<"start-agent">, tell: Tell): Promise<void> {
    const started = this.#starting.then(async () => {
      const order = await this.#orders.make(command);
      if (order.ok) return this.#launch(command, order.value, tell);
      return tell({ fact: factOfFailure(command, order.failure), cause: command.id });
    });
    this.#starting = started.catch(() => {});
    return started;
  }

  async find(command: CommandOf<"start-agent">, tell: Tell): Promise<void> {
    const { attempt, id: cause } = command;
    const order = await this.#orders.stored(attempt);
    if (order === undefined) return this.start(command, tell);
    const found = await findAttempt(order);
    switch (found.kind) {
      case "never-started":
        return this.#launch(command, order, tell);
      case "live":
        tell({ fact: startedFact(found.handle), cause });
        tell({ fact: { type: "attempt.adopted", attempt } });
        return this.#follow(found.handle, tell);
      case "finished":
        tell({ fact: startedFact({ order, pid: 0, token: order.token }), cause });
        tellSeen(attempt, found, tell);
        return tell({ fact: { type: "attempt.exited", attempt, report: found.report } });
      case "lost":
        tell({ fact: startedFact({ order, pid: 0, token: order.token }), cause });
        tellSeen(attempt, { denials: found.denials, stagnations: [] }, tell);
        return tell({ fact: { type: "attempt.exited", attempt, report: lostReport(found) } });
    }
  }

  async adopt({ id, usage, denialCount, stagnationCount }: AttemptState, tell: Tell): Promise<void> {
    const order = await this.#orders.stored(id);
    const found = order === undefined ? undefined : await findAttempt(order);
    if (found?.kind === "live") {
      tell({ fact: { type: "attempt.adopted", attempt: id } });
      return this.#follow(found.handle, tell, { denialsSeen: denialCount, stagnationsSeen: stagnationCount });
    }
    if (found?.kind === "finished") {
      const denials = found.denials.slice(denialCount);
      tellSeen(id, { denials, stagnations: found.stagnations.slice(stagnationCount) }, tell);
      return tell({ fact: { type: "attempt.exited", attempt: id, report: found.report } });
    }
    const loss = found?.kind === "lost" ? found : { denials: [], reason: "its order is gone" };
    tellSeen(id, { denials: loss.denials, stagnations: [] }, tell);
    tell({ fact: { type: "attempt.exited", attempt: id, report: lostReport(loss, usage) } });
  }

  async stop(command: CommandOf<"stop-agent">, tell: Tell): Promise<void> {
    const { attempt, reason, force, id: cause } = command;
    const handle = await this.#liveHandle(attempt);
    const stopped = handle === undefined ? undefined : await stopAttempt(handle, { reason, force });
    if (stopped?.ok === false) return tell({ fact: factOfFailure(command, stopped.failure), cause });
    tell({ fact: { type: "attempt.stopping", attempt, reason }, cause });
  }

  async nudge({ attempt, text, id: cause }: CommandOf<"nudge-agent">, tell: Tell): Promise<void> {
    const handle = await this.#liveHandle(attempt);
    const taken = handle === undefined ? undefined : await nudgeAttempt(handle, text);
    tell({ fact: { type: "attempt.nudged", attempt, delivered: taken?.ok === true && taken.value }, cause });
  }

  async letGo(): Promise<void> {
    const watches = [...this.#watches];
    for (const watch of watches) watch.leave();
    await Promise.all(watches.map((watch) => watch.ended));
  }

  async killAll(): Promise<void> {
    const running = [...this.#options.state().attempts.values()].filter(
      (each) => each.started !== undefined && each.report === undefined,
    );
    await Promise.all(
      running.map(async ({ id }) => {
        const handle = await this.#liveHandle(id);
        if (handle !== undefined) await stopAttempt(handle, { reason: "interrupted twice", force: true });
      }),
    );
  }

  async #launch(command: CommandOf<"start-agent">, order: AttemptOrder, tell: Tell): Promise<void> {
    const { attempt } = command;
    // Its turn may come long after it was ordered: starts follow one another.
    if (isHeld(this.#options.state()))
      return tell({ fact: { type: "attempt.held", attempt }, cause: command.id });
    const started = await startAttempt(order, this.#host);
    if (!started.ok) return tell({ fact: factOfFailure(command, started.failure), cause: command.id });
    tell({ fact: startedFact(started.value), cause: command.id });
    this.#follow(started.value, tell);
  }

  #follow(handle: AttemptHandle, tell: Tell, seen?: Seen): void {
    const { attempt } = handle.order;
    const hear = throttled((event) => tell({ fact: factOf(attempt, event) }));
    const watch = watchAttempt(handle, hear, seen);
    this.#watches.add(watch);
    void watch.ended.finally(() => this.#watches.delete(watch));
  }

  async #liveHandle(attempt: AttemptId): Promise<AttemptHandle | undefined> {
    const order = await this.#orders.stored(attempt);
    const found = order === undefined ? undefined : await findAttempt(order);
    return found?.kind === "live" ? found.handle : undefined;
  }
}
