import type {
  AgentResult,
  AgentRun,
  AgentSpec,
  ClientEnd,
  ClientProcess,
  GateDecision,
  HookDoor,
  HookProtocol,
  RunningAgent,
  ToolIntent,
} from "./contract.ts";
import { hearRaw, type ClosableEar } from "./door-call.ts";
import { LineReader, type BoundedLine } from "./line-reader.ts";

/** How a run ended besides its exit. */
export type HookedEnd = {
  /** Why it was ended from outside. */
  readonly stopped: string | undefined;
  /** Why it is not sure that the door is asked. */
  readonly doorMissing: string | undefined;
};

/** What is the client's own of a run that asks by a hook, from one order to one result. */
export type HookedClient = {
  readonly protocol: HookProtocol;
  /** A call that the door was asked about. */
  readonly asked: (intent: ToolIntent, decision: GateDecision) => void;
  readonly take: (line: BoundedLine) => void;
  /** A call that is over and that the door never saw. */
  readonly unasked: () => string | undefined;
  /** Hears a line of complaint. */
  readonly complain?: (line: BoundedLine) => void;
  readonly command: (door: HookDoor) => readonly [string, ...string[]];
  /** What the client reads before its input is closed. */
  readonly input?: string;
  readonly result: (end: ClientEnd, seen: HookedEnd) => AgentResult;
};

/**
 * Runs a client once whose hook asks the door. Such clients let a call through that no hook saw, and do not tell
 * of hooks that were skipped; so a call that the door never saw ends the run. The ear is closed with the result.
 */
export function startHooked(spec: AgentSpec, ear: ClosableEar, client: HookedClient): RunningAgent {
  return new HookedRun(spec, ear, client).start();
}

const MOST_LINE_BYTES = 16 * 1024 * 1024;

class HookedRun {
  readonly #spec: AgentSpec;
  readonly #ear: ClosableEar;
  readonly #run: AgentRun;
  readonly #client: HookedClient;
  #process: ClientProcess | undefined;
  #stopped: string | undefined;
  #doorMissing: string | undefined;

  constructor(spec: AgentSpec, ear: ClosableEar, client: HookedClient) {
    this.#spec = spec;
    this.#ear = ear;
    this.#run = ear.run;
    this.#client = client;
  }

  start(): RunningAgent {
    const pid = (): number | undefined => this.#process?.pid;
    return {
      // The door is opened first, so there is no process yet.
      get pid() {
        return pid();
      },
      result: this.#go().finally(() => this.#ear.close()),
      interrupt: () => this.#stop("interrupted", false),
      kill: () => this.#stop("killed", true),
    };
  }

  async #go(): Promise<AgentResult> {
    const door = await this.#run.openHookDoor({
      protocol: this.#client.protocol,
      asked: (intent, decision) => this.#asked(intent, decision),
    });
    if (!door.ok) this.#doorMissing = door.failure.message;
    if (!door.ok || this.#stopped !== undefined) return this.#resultOf({ code: null, signal: null });
    return this.#resultOf(await this.#launch(door.value));
  }

  async #launch(door: HookDoor): Promise<ClientEnd> {
    const stdout = new LineReader(MOST_LINE_BYTES, (line) => {
      this.#client.take(line);
      this.#look();
    });
    const stderr = new LineReader(MOST_LINE_BYTES, (line) => {
      this.#client.complain?.(line);
      hearRaw(this.#run, "stderr", line);
    });
    const process = this.#run.launch({
      command: this.#client.command(door),
      cwd: this.#spec.workspace,
      env: { ...this.#spec.environment, ...door.environment },
      onStdout: (chunk) => stdout.add(chunk),
      onStderr: (chunk) => stderr.add(chunk),
    });
    this.#process = process;
    if (this.#client.input !== undefined) process.write(this.#client.input);
    process.endInput();
    const end = await process.ended;
    for (const reader of [stdout, stderr]) reader.end();
    return end;
  }

  #asked(intent: ToolIntent, decision: GateDecision): void {
    this.#client.asked(intent, decision);
    if (!decision.allow && decision.halt === true) this.#stop("the door ended the run", false);
  }

  #look(): void {
    const unasked = this.#client.unasked();
    if (unasked === undefined) return;
    this.#doorMissing ??= `the client did not ask before ${unasked}`;
    this.#process?.kill();
  }

  #stop(why: string, atOnce: boolean): void {
    this.#stopped ??= why;
    if (atOnce) this.#process?.kill();
    else this.#process?.stop();
  }

  #resultOf(end: ClientEnd): AgentResult {
    return this.#client.result(end, { stopped: this.#stopped, doorMissing: this.#doorMissing });
  }
}
