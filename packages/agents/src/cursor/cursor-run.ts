import { plainLine } from "@breakwater/core";
import type {
  AgentEnding,
  AgentResult,
  AgentRun,
  AgentSpec,
  ClientEnd,
  ClientProcess,
  GateDecision,
  RunningAgent,
  ToolIntent,
} from "../contract.ts";
import { closableEar, type ClosableEar, hearRaw } from "../door-call.ts";
import { present, textOf } from "../json-shape.ts";
import { MOST_LAST_WORDS } from "../last-words.ts";
import { LineReader } from "../line-reader.ts";
import { classOfFailure } from "../provider-error.ts";
import { readReportText } from "../report.ts";
import { cursorArguments, writePlugin } from "./cursor-arguments.ts";
import { CursorStream } from "./cursor-stream.ts";

const MOST_LINE_BYTES = 16 * 1024 * 1024;
const MOST_COMPLAINT = 4_000;

/** Runs Cursor's client once, in print mode: its hooks ask the door, its stream tells the rest. */
export function startCursor(program: string, spec: AgentSpec, run: AgentRun): RunningAgent {
  return new CursorRun(program, spec, run).start();
}

class CursorRun {
  readonly #program: string;
  readonly #spec: AgentSpec;
  readonly #ear: ClosableEar;
  readonly #run: AgentRun;
  readonly #stream: CursorStream;
  #process: ClientProcess | undefined;
  #stopped: string | undefined;
  #doorMissing: string | undefined;
  #complaint = "";

  constructor(program: string, spec: AgentSpec, run: AgentRun) {
    this.#program = program;
    this.#spec = spec;
    this.#ear = closableEar(run);
    this.#run = this.#ear.run;
    this.#stream = new CursorStream(this.#run);
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
      protocol: "cursor",
      asked: (intent, decision) => this.#asked(intent, decision),
    });
    if (!door.ok) this.#doorMissing = door.failure.message;
    if (!door.ok || this.#stopped !== undefined) return this.#resultOf({ code: null, signal: null });
    const stdout = new LineReader(MOST_LINE_BYTES, (line) => {
      this.#stream.take(line);
      this.#look();
    });
    const stderr = new LineReader(MOST_LINE_BYTES, (line) => {
      this.#complaint = `${this.#complaint}\n${line.text}`.slice(-MOST_COMPLAINT);
      hearRaw(this.#run, "stderr", line);
    });
    const client = this.#run.launch({
      command: [this.#program, ...cursorArguments(this.#spec, writePlugin(door.value))],
      cwd: this.#spec.workspace,
      env: { ...this.#spec.environment, ...door.value.environment },
      onStdout: (chunk) => stdout.add(chunk),
      onStderr: (chunk) => stderr.add(chunk),
    });
    this.#process = client;
    client.endInput();
    const end = await client.ended;
    for (const reader of [stdout, stderr]) reader.end();
    return this.#resultOf(end);
  }

  #asked(intent: ToolIntent, decision: GateDecision): void {
    this.#stream.asked(intent, decision);
    if (!decision.allow && decision.halt === true) this.#stop("the door ended the run", false);
  }

  /** Hooks that are not asked are not told of: a call that is over and was never asked about says it. */
  #look(): void {
    const { unasked } = this.#stream;
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
    const ending = this.#endingOf(end);
    const word = readReportText(ending.kind === "completed" ? this.#stream.lastWord : "");
    return { ending, exitCode: end.code, ...word, ...present({ runtimeSession: this.#stream.session }) };
  }

  /** A run that failed may have no last line: then the exit and what was complained of say why. */
  #endingOf(end: ClientEnd): AgentEnding {
    const { result } = this.#stream;
    if (this.#doorMissing !== undefined) return { kind: "gate-missing", message: this.#doorMissing };
    if (end.startError !== undefined) return crash(`the client did not start: ${end.startError.message}`);
    if (this.#stopped !== undefined) return crash(this.#stopped);
    if (end.signal !== null) return crash(`ended by ${end.signal}`);
    if (end.code !== 0 || result?.["is_error"] === true) return this.#failed(end, textOf(result?.["result"]));
    if (result === undefined)
      return { kind: "error", class: "protocol", message: "the client ended without a result" };
    if (result["subtype"] === "success") return { kind: "completed" };
    return { kind: "error", class: "protocol", message: `the client ended by ${String(result["subtype"])}` };
  }

  /** What it complained of is told with a crash by whoever launched it. */
  #failed({ code }: ClientEnd, told: string | undefined): AgentEnding {
    const text = (told ?? this.#complaint).trim();
    const found = classOfFailure({ text }) ?? "crash";
    const message = `exit code ${code}`;
    if (text === "" || (told === undefined && found === "crash")) return crash(message);
    return { kind: "error", class: found, message: `${message}: ${plainLine(text, MOST_LAST_WORDS)}` };
  }
}

function crash(message: string): AgentEnding {
  return { kind: "error", class: "crash", message };
}
