import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  AgentEvent,
  AgentResult,
  AgentRun,
  AgentRuntime,
  AgentSpec,
  ClientLaunch,
  GateDecision,
  Gate,
  RunningAgent,
  ToolIntent,
} from "@breakwater/agents";
import { endMarked, markedProcesses, startGroup } from "@breakwater/node";
import { hookDoorsOf } from "@breakwater/shells";

/** One run of an adapter under a host that only looks on. */
export type TrialRunOfAgent = {
  readonly agent: RunningAgent;
  /** Events in order; grows. */
  readonly events: readonly AgentEvent[];
  /** Intents in the order in which the door was asked. */
  readonly asked: readonly ToolIntent[];
  readonly launches: readonly ClientLaunch[];
  /** Resolves at the first event of a kind, at once if it was there already. */
  readonly heard: <Kind extends AgentEvent["kind"]>(
    kind: Kind,
  ) => Promise<Extract<AgentEvent, { kind: Kind }>>;
  /** Processes of this run that are alive, wherever they went. */
  readonly alive: () => readonly number[];
  /** What a host does after the end: ends what left the group, found by its mark. */
  readonly sweep: () => Promise<number>;
  readonly result: Promise<AgentResult>;
};

export type TrialTerms = {
  /** Lets everything through where it is absent. */
  readonly decide?: (intent: ToolIntent) => GateDecision | Promise<GateDecision>;
  /** Fed to the adapter as if the client had printed it, before its first own output. */
  readonly strangeLine?: string;
};

/** Starts one run; every process it starts carries a mark by which it is found again. */
export function runAgent(runtime: AgentRuntime, spec: AgentSpec, terms: TrialTerms = {}): TrialRunOfAgent {
  const mark = { name: "BREAKWATER_TRIAL_RUN", value: randomUUID() };
  const events: AgentEvent[] = [];
  const asked: ToolIntent[] = [];
  const launches: ClientLaunch[] = [];
  const ear = new Ear(events);
  const gate: Gate = {
    decide: async (intent) => {
      asked.push(intent);
      return (await terms.decide?.(intent)) ?? { allow: true };
    },
  };
  const folder = mkdtempSync(join(tmpdir(), "trial-"));
  const doors = hookDoorsOf({ resultFile: join(folder, "trial.result.json"), token: "" }, gate);
  const run: AgentRun = {
    gate,
    hear: (event) => ear.take(event),
    launch: (launch) => {
      launches.push(launch);
      return startGroup({
        ...strange(launch, terms.strangeLine),
        grace: { interruptMs: 500, terminateMs: 500 },
      });
    },
    openHookDoor: doors.open,
  };
  const environment = { ...spec.environment, [mark.name]: mark.value };
  const agent = runtime.start({ ...spec, environment }, run);
  const result = agent.result.then(async (end) => {
    ear.end();
    await doors.close();
    rmSync(folder, { recursive: true, force: true });
    return end;
  });
  return {
    agent,
    events,
    asked,
    launches,
    heard: (kind) => ear.heard(kind),
    alive: () => markedProcesses(mark),
    sweep: () => endMarked(mark),
    result,
  };
}

/** The host hears nothing after the result; what comes later is a fault of the adapter and kept as such. */
class Ear {
  readonly #events: AgentEvent[];
  readonly #waiting: {
    readonly kind: string;
    readonly met: (event: AgentEvent) => void;
    readonly missed: (cause: Error) => void;
  }[] = [];
  #over = false;

  constructor(events: AgentEvent[]) {
    this.#events = events;
  }

  take(event: AgentEvent): void {
    if (this.#over) throw new Error(`Hearing "${event.kind}": the result was there already`);
    this.#events.push(event);
    for (const { kind, met } of this.#waiting) if (kind === event.kind) met(event);
  }

  heard<Kind extends AgentEvent["kind"]>(kind: Kind): Promise<Extract<AgentEvent, { kind: Kind }>> {
    const isIt = (event: AgentEvent): event is Extract<AgentEvent, { kind: Kind }> => event.kind === kind;
    const found = this.#events.find(isIt);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      if (this.#over) return reject(missing(kind, this.#events));
      const met = (event: AgentEvent): void => void (isIt(event) && resolve(event));
      this.#waiting.push({ kind, met, missed: reject });
    });
  }

  end(): void {
    this.#over = true;
    for (const { kind, missed } of this.#waiting) missed(missing(kind, this.#events));
  }
}

function missing(kind: string, events: readonly AgentEvent[]): Error {
  return new Error(
    `Waiting for "${kind}": the run ended after ${events.map((event) => event.kind).join(", ")}`,
  );
}

function strange(launch: ClientLaunch, line: string | undefined): ClientLaunch {
  if (line === undefined) return launch;
  let told = false;
  return {
    ...launch,
    onStdout: (chunk) => {
      if (!told) launch.onStdout(Buffer.from(`${line}\n`));
      told = true;
      launch.onStdout(chunk);
    },
  };
}
