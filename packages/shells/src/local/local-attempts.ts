import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { present, runtimeOf } from "@breakwater/agents";
import {
  factOfFailure,
  fail,
  isHeld,
  layerOf,
  ok,
  type AttemptId,
  type AttemptState,
  type Fact,
  type Failure,
  type Result,
  type RunState,
  type SessionId,
} from "@breakwater/core";
import type { Tell } from "@breakwater/engine";
import type { PreparedWorkspace, Repository, Workspaces } from "@breakwater/node";
import {
  attemptHostCommand,
  findAttempt,
  nudgeAttempt,
  startAttempt,
  stopAttempt,
  type AttemptHandle,
  type HostCommand,
} from "../attempt/attempt-client.ts";
import {
  attemptFiles,
  companionFiles,
  readOrder,
  type AttemptOrder,
  type OrderedWall,
} from "../attempt/order.ts";
import { orderWall } from "./session-wall.ts";
import { doorsOfCheckout, type OrderDoor } from "../door/order-door.ts";
import { type AttemptResult, lostReport } from "../attempt/result-file.ts";
import { watchAttempt, type AttemptEvent, type AttemptWatch } from "../attempt/watch-attempt.ts";
import type { Seen } from "../attempt/wire.ts";
import type { AttemptRunner } from "./attempt-step.ts";
import type { CommandOf } from "./step.ts";

/** What the attempts of a session need of their surroundings. */
export type LocalAttemptsOptions = {
  readonly session: SessionId;
  readonly repository: Repository;
  /** `.orchestrator/sessions/<id>`. */
  readonly folder: string;
  readonly workspaces: Workspaces;
  readonly state: () => RunState;
  /** Handed to the runtime of each attempt. */
  readonly runtimeOptions: Readonly<Record<string, unknown>>;
  /** Names of variables that agent clients inherit. */
  readonly allowEnvironment?: readonly string[];
  readonly host?: HostCommand;
};

/**
 * The attempts of a session, each in a process of its own. `letGo` stops watching them, and they go on;
 * `killAll` ends those that run, at once.
 */
export type LocalAttempts = AttemptRunner & {
  readonly letGo: () => Promise<void>;
  readonly killAll: () => Promise<void>;
};

/** At most one report of progress in this time; milliseconds. */
const PROGRESS_EVERY_MS = 1_000;

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
  readonly #orderDoor: OrderDoor;
  readonly #watches = new Set<AttemptWatch>();
  /** Starts follow one another, so that many agents do not fall on the machine at once. */
  #starting: Promise<unknown> = Promise.resolve();

  constructor(options: LocalAttemptsOptions) {
    this.#options = options;
    this.#host = options.host ?? attemptHostCommand();
    this.#orderDoor = doorsOfCheckout(options.repository.root);
  }

  start(command: CommandOf<"start-agent">, tell: Tell): Promise<void> {
    const started = this.#starting.then(async () => {
      const order = await this.#newOrder(command);
      if (order.ok) return this.#launch(command, order.value, tell);
      return tell({ fact: factOfFailure(command, order.failure), cause: command.id });
    });
    this.#starting = started.catch(() => {});
    return started;
  }

  async find(command: CommandOf<"start-agent">, tell: Tell): Promise<void> {
    const { attempt, id: cause } = command;
    const order = await this.#storedOrder(attempt);
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
        return tell({ fact: { type: "attempt.exited", attempt, report: lostReport(found) } });
    }
  }

  async adopt({ id, usage, denialCount, stagnationCount }: AttemptState, tell: Tell): Promise<void> {
    const order = await this.#storedOrder(id);
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
    const loss = found?.kind === "lost" ? found : { reason: "its order is gone" };
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
    const order = await this.#storedOrder(attempt);
    const found = order === undefined ? undefined : await findAttempt(order);
    return found?.kind === "live" ? found.handle : undefined;
  }

  async #storedOrder(attempt: AttemptId): Promise<AttemptOrder | undefined> {
    const order = await readOrder(companionFiles(this.#filesOf(attempt)).order);
    return order.ok ? order.value : undefined;
  }

  #filesOf(attempt: AttemptId): ReturnType<typeof attemptFiles> {
    const { folder } = this.#options;
    return attemptFiles(attempt, { folder: join(folder, "attempts"), eventFolder: join(folder, "agents") });
  }

  async #newOrder(command: CommandOf<"start-agent">): Promise<Result<AttemptOrder>> {
    const { type: _type, id: _id, ...ordered } = command;
    const { session, folder, workspaces, runtimeOptions, allowEnvironment = [], state } = this.#options;
    const found = await workspaces.find(command.attempt);
    const files = this.#filesOf(command.attempt);
    const scratch = found?.lane.tmp ?? files.resultFile.replace(/\.result\.json$/u, ".scratch");
    const round = state().attempts.get(command.attempt)?.round;
    const runtime = runtimeOf(command.agent);
    const isElsewhere = runtime.ok && runtime.value.runsElsewhere === true;
    if (isElsewhere && command.report === "review") return fail(reviewsElsewhere(command.agent));
    const wall = await this.#orderWall(command.attempt, found, isElsewhere);
    if (!wall.ok) return wall;
    return ok({
      version: 1,
      ...ordered,
      session,
      token: randomUUID(),
      ...files,
      door: await this.#orderDoor(ordered, scratch),
      environment: found?.lane.env ?? {},
      allowEnvironment,
      runtimeOptions: {
        conversations: join(folder, "conversations"),
        ...runtimeOptions,
        ...present({ round }),
      },
      ...(wall.value === undefined ? {} : { wall: wall.value }),
    });
  }

  /** Without a workspace nothing can start anyway, and around what runs elsewhere no wall of ours stands. Agents reach the network for now, and that is named. */
  #orderWall(
    attempt: AttemptId,
    found: PreparedWorkspace | undefined,
    isElsewhere: boolean,
  ): Promise<Result<OrderedWall | undefined>> {
    if (found === undefined || isElsewhere) return Promise.resolve(ok(undefined));
    const { path, gitDir, lane } = found;
    const subject = { workspace: { path, gitDir }, tmp: lane.tmp, name: attempt, network: "host" } as const;
    return orderWall(this.#options, subject);
  }
}

/** Whoever carries out the tasks is not independent of them. */
function reviewsElsewhere(agent: string): Failure {
  return {
    code: "BW760",
    message: `the agent "${agent}" cannot review: it is the host that carries out the tasks`,
    fix: "Name another agent as agents.reviewer, or review the session's diff yourself.",
  };
}

function startedFact({ order, pid, token }: Pick<AttemptHandle, "order" | "pid" | "token">): Fact {
  const wall = order.wall?.setup.tier ?? "none";
  return { type: "attempt.started", attempt: order.attempt, pid, token, wall };
}

/** What a host saw before it ended, and nobody recorded. */
function tellSeen(
  attempt: AttemptId,
  { denials, stagnations }: Pick<AttemptResult, "denials" | "stagnations">,
  tell: Tell,
): void {
  for (const denial of denials) tell({ fact: factOf(attempt, { kind: "denied", denial }) });
  for (const stagnation of stagnations) tell({ fact: factOf(attempt, { kind: "stagnated", stagnation }) });
}

function factOf(attempt: AttemptId, event: AttemptEvent): Fact {
  switch (event.kind) {
    case "progressed":
      return {
        type: "attempt.progressed",
        attempt,
        usage: event.usage,
        now: event.now,
        ...present({ runtimeSession: event.session }),
      };
    case "denied":
      return { type: "scope.denied", attempt, layer: layerOf(event.denial), ...event.denial };
    case "stagnated":
      return { type: "attempt.stagnated", attempt, ...event.stagnation };
    case "exited":
      return { type: "attempt.exited", attempt, report: event.report };
  }
}

/**
 * Drops progress that follows too closely; the last figures come with the report anyway. The id of the
 * conversation is told at once and once: nothing of an attempt that is lost would come later.
 */
function throttled(hear: (event: AttemptEvent) => void): (event: AttemptEvent) => void {
  let last = Number.NEGATIVE_INFINITY;
  let told: string | undefined;
  return (event) => {
    if (event.kind !== "progressed") return hear(event);
    const { session, ...progress } = event;
    const isNews = session !== undefined && session !== told;
    const now = performance.now();
    if (!isNews && now - last < PROGRESS_EVERY_MS) return;
    last = now;
    told = session ?? told;
    hear(isNews ? event : progress);
  };
}
