import { LastWords, present } from "@breakwater/agents";
import type { AgentResult, AgentRuntime, Gate, LaunchClient } from "@breakwater/agents";
import type { AttemptReport, Failure } from "@breakwater/core";
import { endMarked, scrubbedEnvironment, startGroup } from "@breakwater/node";
import { cleanResult } from "./clean-result.ts";
import { CoordinatorLine } from "./coordinator-line.ts";
import { recordConversation } from "./conversation.ts";
import { NO_WALL, openAttemptWall, type AttemptWall } from "./attempt-wall.ts";
import { compileDoorPolicy } from "../door/door-policy.ts";
import { doorOf } from "../door/door.ts";
import { EventFile } from "./event-file.ts";
import { type HookDoors, hookDoorsOf } from "../hook/hook-door.ts";
import { LoopWatch } from "./loop-watch.ts";
import { AttemptMeter } from "./meter.ts";
import type { AttemptOrder } from "./order.ts";
import { ProgressReporter } from "./progress.ts";
import { plainRedactor, type Redact, redactDenial, redactorFor, redactReview } from "./redact.ts";
import { lostReport, writeResult } from "./result-file.ts";
import type { Stagnation } from "./stagnation.ts";
import { MARK_NAME, recordClient, type StartMarker } from "./start-marker.ts";
import { MOST_UNATTENDED_MS, Supervision } from "./supervision.ts";

/** First line of a host on stdout: it holds the attempt. */
const HOST_STARTED = "started";

/** Holds everything that is open while one attempt runs; `run` once, and `abandon` where that failed. */
export class AttemptHost {
  readonly #order: AttemptOrder;
  readonly #marker: StartMarker;
  readonly #runtime: AgentRuntime;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #redact: Redact;
  readonly #events: EventFile;
  readonly #meter = new AttemptMeter();
  readonly #supervision: Supervision;
  readonly #loops: LoopWatch;
  readonly #lastWords: LastWords;
  #line: CoordinatorLine | undefined;
  #wall: AttemptWall = NO_WALL;
  #hooks: HookDoors | undefined;

  constructor(order: AttemptOrder, marker: StartMarker, runtime: AgentRuntime) {
    this.#order = order;
    this.#marker = marker;
    this.#runtime = runtime;
    this.#environment = scrubbedEnvironment({
      source: process.env,
      allow: [...order.allowEnvironment, ...runtime.inherits],
      extra: { ...order.environment, [MARK_NAME]: marker.mark },
    });
    this.#redact = redactorFor(this.#environment);
    this.#lastWords = new LastWords(plainRedactor(this.#redact));
    this.#events = new EventFile(order.eventFile, this.#redact);
    this.#supervision = new Supervision({
      limits: order.limits,
      meter: this.#meter,
      unattendedMs: order.unattendedMs ?? MOST_UNATTENDED_MS,
      note: (text) => this.#events.add({ kind: "host", text }),
    });
    this.#loops = new LoopWatch(order, {
      record: (event) => this.#events.add(event),
      isOver: () => this.#supervision.over,
      layer: () => this.#wall.layer,
      nudge: (text) => this.#supervision.nudge(text),
      tell: (stagnation) => this.#line?.stagnated(this.#plain(stagnation)),
      stop: (ending, text) =>
        this.#supervision.stuck({ ...ending, evidence: this.#redact(ending.evidence) }, text),
    });
  }

  async run(): Promise<void> {
    const supervision = this.#supervision;
    let steer: (text: string) => Promise<boolean> = async () => false;
    const line = await CoordinatorLine.open(this.#order, {
      steer: (text) => steer(text),
      stop: (reason, force) => supervision.stop(reason, force),
      attended: (attended) => supervision.attended(attended),
    });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => supervision.stop(`the host got ${signal}`, false));
    }
    supervision.attended(false);
    process.stdout.write(`${HOST_STARTED}\n`);
    this.#line = line;
    const wall = await openAttemptWall(this.#order, this.#environment, this.#runtime);
    if (!wall.ok) return this.#refuse(wall.failure, line);
    this.#wall = wall.value;
    const progress = new ProgressReporter(line, this.#meter);
    const agent = this.#start(line, progress);
    steer = async (text) => (await agent.steer?.(text)) ?? false;
    supervision.hold(agent);
    if (agent.pid !== undefined) await recordClient(this.#order, agent.pid);
    const result = await agent.result;
    await this.#finish(result, line);
    progress.stop();
    await line.close();
  }

  /** After a failure: shuts what others could still come in by. What cannot be shut ends with the process. */
  async abandon(): Promise<void> {
    this.#supervision.release();
    this.#loops.close();
    await this.#hooks?.close().catch(() => {});
    await this.#line?.close().catch(() => {});
  }

  #start(line: CoordinatorLine, progress: ProgressReporter): ReturnType<AgentRuntime["start"]> {
    const { attempt, workspace, prompt, report, model, resume, resumedUsd, runtimeOptions } = this.#order;
    const door = doorOf(compileDoorPolicy(this.#order), {
      enforcement: this.#order.enforcement,
      onDenial: (denial) => line.denied(redactDenial(denial, this.#redact)),
    });
    const gate: Gate = {
      decide: async (intent) => (this.#supervision.callsUsedUp ? CALLS_USED_UP : door.decide(intent)),
    };
    const hooks = hookDoorsOf(this.#order, gate);
    this.#hooks = hooks;
    const spec = { attempt, workspace, prompt, environment: this.#environment, options: runtimeOptions };
    return this.#runtime.start(
      { ...spec, ...present({ report, model, resume, resumedUsd }) },
      {
        gate,
        hear: (event) => {
          this.#loops.hear(event, () => this.#events.add(event));
          this.#supervision.heard(event);
          if (event.kind === "session") recordConversation(this.#order, event.id);
          progress.changed();
        },
        launch: this.#launch,
        openHookDoor: hooks.open,
      },
    );
  }

  /** Starts a client whose output is counted, whatever its runtime makes of it. */
  readonly #launch: LaunchClient = (launch) => {
    const counted = (pass: (chunk: Buffer) => void) => (chunk: Buffer) => {
      this.#meter.countOutput(chunk.length);
      this.#supervision.heard();
      this.#loops.alive();
      pass(chunk);
    };
    return startGroup({
      ...this.#wall.around({ ...launch, reach: [...(launch.reach ?? []), ...(this.#hooks?.reach() ?? [])] }),
      onStdout: counted(launch.onStdout),
      onStderr: counted((chunk) => {
        this.#lastWords.hear(chunk);
        launch.onStderr(chunk);
      }),
      ...(this.#order.killGrace === undefined ? {} : { grace: this.#order.killGrace }),
    });
  };

  async #finish(result: AgentResult, line: CoordinatorLine): Promise<void> {
    this.#supervision.release();
    this.#loops.close();
    await this.#hooks?.close();
    const swept = await endMarked({ name: MARK_NAME, value: this.#marker.mark });
    if (swept > 0)
      this.#events.add({ kind: "host", text: `ended ${swept} processes that had left the group` });
    const unwalled = await this.#wall.failure();
    const { held, failure } = await this.#wall.settle();
    for (const denial of held) line.denied(denial);
    const message = unwalled ?? failure;
    const ending =
      message === undefined
        ? this.#supervision.endingOf({ ...result, ending: this.#lastWords.told(result.ending) })
        : ({ kind: "error", class: "crash", message } as const);
    const { denials, stagnations } = line;
    await writeResult(this.#order, { report: this.#report({ ...result, ending }), denials, stagnations });
    this.#events.close();
  }

  /** No client was started: a wall that was ordered and does not hold is not done without. */
  async #refuse(failure: Failure, line: CoordinatorLine): Promise<void> {
    this.#supervision.release();
    this.#loops.close();
    const message = `${failure.code} ${failure.message}`;
    const report = {
      ...lostReport({ reason: "" }),
      ending: { kind: "error", class: "crash", message },
    } as const;
    await writeResult(this.#order, { report, denials: [], stagnations: [] });
    this.#events.close();
    await line.close();
  }

  #plain({ detection, response }: Stagnation): Stagnation {
    const { calls, evidence } = detection;
    return {
      response,
      detection: { ...detection, calls: calls.map(this.#redact), evidence: this.#redact(evidence) },
    };
  }

  #report(result: Omit<AgentResult, "ending"> & Pick<AttemptReport, "ending">): AttemptReport {
    return {
      ...cleanResult(result, plainRedactor(this.#redact)),
      usage: this.#meter.usage,
      ...(result.review === undefined
        ? {}
        : { review: redactReview(result.review, plainRedactor(this.#redact)) }),
      ...(this.#order.wall === undefined ? {} : { wall: this.#wall.standing() }),
      ...present({ runtimeSession: result.runtimeSession ?? this.#meter.session }),
    };
  }
}

const CALLS_USED_UP = {
  allow: false,
  rule: "limit:tool-calls",
  reason: "The agreed number of tool calls is used up. Report now with STATUS: partial",
} as const;
