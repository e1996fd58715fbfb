import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type {
  AgentResult,
  AgentRun,
  AgentSpec,
  ClientEnd,
  ClientProcess,
  GateDecision,
  HookDoor,
  RunningAgent,
  ToolIntent,
} from "../contract.ts";
import { closableEar, type ClosableEar, hearRaw } from "../door-call.ts";
import { LineReader } from "../line-reader.ts";
import { CODEX_REPORT_SCHEMA } from "./codex-report.ts";
import { resultOf } from "./codex-result.ts";
import { execArguments } from "./exec-arguments.ts";
import { ExecStream } from "./exec-stream.ts";

const MOST_LINE_BYTES = 16 * 1024 * 1024;

/**
 * Runs `codex exec` once: the second door, a hook that the client is told to trust (`docs/spec/adapter.md`). The
 * client lets a call through whose hook fails; so a call that the door never saw ends the run.
 */
export function startExec(
  command: readonly [string, ...string[]],
  spec: AgentSpec,
  run: AgentRun,
): RunningAgent {
  return new ExecRun(command, spec, run).start();
}

class ExecRun {
  readonly #command: readonly [string, ...string[]];
  readonly #spec: AgentSpec;
  readonly #ear: ClosableEar;
  readonly #run: AgentRun;
  readonly #stream: ExecStream;
  #process: ClientProcess | undefined;
  #stopped: string | undefined;

  constructor(command: readonly [string, ...string[]], spec: AgentSpec, run: AgentRun) {
    this.#command = command;
    this.#spec = spec;
    this.#ear = closableEar(run);
    this.#run = this.#ear.run;
    const { workspace, resume } = spec;
    this.#stream = new ExecStream({ run: this.#run, workspace, resumed: resume !== undefined });
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
      protocol: "codex",
      asked: (intent, decision) => this.#asked(intent, decision),
    });
    if (!door.ok) this.#stream.end.gateMissing = door.failure.message;
    if (!door.ok || this.#stopped !== undefined) return this.#resultOf({ code: null, signal: null });
    return this.#resultOf(await this.#launch(door.value));
  }

  async #launch(door: HookDoor): Promise<ClientEnd> {
    const schemaFile = join(door.folder, "report.schema.json");
    writeFileSync(schemaFile, JSON.stringify(CODEX_REPORT_SCHEMA), { mode: 0o600 });
    const stdout = new LineReader(MOST_LINE_BYTES, (line) => {
      this.#stream.take(line);
      this.#look();
    });
    const stderr = new LineReader(MOST_LINE_BYTES, (line) => hearRaw(this.#run, "stderr", line));
    const client = this.#run.launch({
      command: [...this.#command, ...execArguments(this.#spec, door, schemaFile)],
      cwd: this.#spec.workspace,
      env: { ...this.#spec.environment, ...door.environment },
      onStdout: (chunk) => stdout.add(chunk),
      onStderr: (chunk) => stderr.add(chunk),
    });
    this.#process = client;
    client.write(this.#spec.prompt);
    client.endInput();
    const end = await client.ended;
    for (const reader of [stdout, stderr]) reader.end();
    return end;
  }

  #asked(intent: ToolIntent, decision: GateDecision): void {
    this.#stream.asked(intent, decision);
    if (!decision.allow && decision.halt === true) this.#stop("the door ended the run", false);
  }

  /** Hooks that are skipped or that failed are not told of: a call that nobody was asked about says it. */
  #look(): void {
    const { unasked, end } = this.#stream;
    if (unasked === undefined) return;
    end.gateMissing ??= `the client did not ask before ${unasked}`;
    this.#process?.kill();
  }

  #stop(why: string, atOnce: boolean): void {
    this.#stopped ??= why;
    if (atOnce) this.#process?.kill();
    else this.#process?.stop();
  }

  #resultOf(end: ClientEnd): AgentResult {
    const result = resultOf(end, this.#stream.end);
    const { kind } = result.ending;
    if (this.#stopped === undefined || kind === "gate-missing") return result;
    return { ...result, ending: { kind: "error", class: "crash", message: this.#stopped } };
  }
}
