import type {
  AgentResult,
  AgentRun,
  AgentSpec,
  ClientEnd,
  ClientProcess,
  RunningAgent,
} from "../contract.ts";
import { closableEar, type ClosableEar, hearRaw } from "../door-call.ts";
import { isJsonObject, type JsonObject, textOf } from "../json-shape.ts";
import { LineReader } from "../line-reader.ts";
import { configArguments } from "./codex-config.ts";
import { CodexDoor } from "./codex-door.ts";
import { untilReset } from "./codex-error.ts";
import { type CodexItem, intentOfItem, itemIn, shownBy, SILENT } from "./codex-item.ts";
import { REVIEW_SCHEMA } from "../review.ts";
import { CODEX_REPORT_SCHEMA } from "./codex-report.ts";
import { type CodexEnd, resultOf } from "./codex-result.ts";
import { RpcLine, type RpcMessage, RpcRefusal } from "../rpc-line.ts";
import { UsageMeter } from "./usage-meter.ts";

/** Runs Codex by its app-server, which asks before every patch and every command (`docs/spec/adapter.md`). */
export function startAppServer(
  command: readonly [string, ...string[]],
  spec: AgentSpec,
  run: AgentRun,
): RunningAgent {
  return new AppServerRun(command, spec, run).running;
}

/** How long the client may take over an interrupt of its own before signals follow; milliseconds. */
const INTERRUPT_MS = 3_000;
const MOST_STDERR_LINE = 64 * 1024;
const MOST_QUESTIONS = 20;

class AppServerRun {
  readonly running: RunningAgent;
  readonly #spec: AgentSpec;
  readonly #ear: ClosableEar;
  readonly #run: AgentRun;
  readonly #line: RpcLine;
  readonly #door: CodexDoor;
  readonly #client: ClientProcess;
  readonly #usage: UsageMeter;
  readonly #end: CodexEnd = { words: [], questions: [] };
  #thread: string | undefined;
  #turn: string | undefined;
  #turnOpen = false;
  #interrupt: NodeJS.Timeout | undefined;

  constructor(command: readonly [string, ...string[]], spec: AgentSpec, run: AgentRun) {
    this.#spec = spec;
    this.#ear = closableEar(run);
    this.#run = this.#ear.run;
    this.#usage = new UsageMeter(spec.resume !== undefined);
    this.#line = this.#openLine();
    this.#door = this.#openDoor();
    const stderr = new LineReader(MOST_STDERR_LINE, (line) => hearRaw(this.#run, "stderr", line));
    this.#client = run.launch({
      command: [...command, "app-server", ...configArguments(spec.workspace)],
      cwd: spec.workspace,
      env: spec.environment,
      onStdout: (chunk) => this.#line.add(chunk),
      onStderr: (chunk) => stderr.add(chunk),
    });
    this.running = {
      pid: this.#client.pid,
      result: this.#client.ended.then((end) => {
        stderr.end();
        return this.#finish(end);
      }),
      interrupt: () => this.#stop(),
      kill: () => this.#client.kill(),
      steer: (text) => this.#steer(text),
    };
    void this.#begin();
  }

  #openLine(): RpcLine {
    return new RpcLine({
      write: (text) => this.#client.write(text),
      hear: (message) => void this.#hear(message),
      strange: (line) => hearRaw(this.#run, "stdout", line),
    });
  }

  #openDoor(): CodexDoor {
    return new CodexDoor({
      run: this.#run,
      halt: () => this.#stop(),
      missing: (message) => {
        this.#end.gateMissing ??= message;
        this.#client.kill();
      },
      question: (text) => {
        if (this.#end.questions.length >= MOST_QUESTIONS) return;
        this.#end.questions.push(text);
        this.#run.hear({ kind: "question", text });
      },
    });
  }

  /** A refusal before the turn began is the end of the run; it is told by the result. */
  async #begin(): Promise<void> {
    try {
      await this.#line.call("initialize", {
        clientInfo: { name: "breakwater", title: "Breakwater", version: "1" },
        capabilities: null,
      });
      this.#line.notify("initialized");
      this.#thread = await this.#openThread(await this.#toolServers());
      this.#end.session = this.#thread;
      this.#run.hear({ kind: "session", id: this.#thread });
      await this.#line.call("turn/start", {
        threadId: this.#thread,
        input: [textInput(this.#spec.prompt)],
        outputSchema: this.#spec.report === "review" ? REVIEW_SCHEMA : CODEX_REPORT_SCHEMA,
      });
    } catch (cause) {
      if (!(cause instanceof RpcRefusal)) throw cause;
      this.#end.refusal ??= cause.message;
      this.#client.endInput();
    }
  }

  /** Names of the tool servers that the user has configured: their calls would pass our door. */
  async #toolServers(): Promise<readonly string[]> {
    const { config } = await this.#line.call("config/read", { cwd: this.#spec.workspace });
    const servers = isJsonObject(config) ? config["mcp_servers"] : undefined;
    return isJsonObject(servers) ? Object.keys(servers) : [];
  }

  /**
   * Under `untrusted` every patch and every command asks. The client's own sandbox is off: a call that was
   * accepted and then stopped by it is run once more without it, so it would hold nothing and do things twice.
   */
  async #openThread(servers: readonly string[]): Promise<string> {
    const { workspace, model, resume } = this.#spec;
    const terms = {
      cwd: workspace,
      approvalPolicy: "untrusted",
      approvalsReviewer: "user",
      sandbox: "danger-full-access",
      config: Object.fromEntries(servers.map((name) => [`mcp_servers.${name}.enabled`, false])),
      ...(model === undefined ? {} : { model }),
    };
    const { thread } = await (resume === undefined
      ? this.#line.call("thread/start", terms)
      : this.#line.call("thread/resume", { threadId: resume, excludeTurns: true, ...terms }));
    const id = isJsonObject(thread) ? textOf(thread.id) : undefined;
    if (id === undefined) throw new RpcRefusal("the client opened no thread");
    return id;
  }

  async #hear({ method, params, id }: RpcMessage): Promise<void> {
    if (id === undefined) return this.#noted(method, params);
    const answer = await this.#door.answer(method, params);
    if (answer !== undefined) return this.#line.answer(id, answer);
    this.#raw({ method, params });
    this.#line.refuse(id, "Breakwater does not do this");
  }

  #noted(method: string, params: JsonObject): void {
    // Another conversation of the same client is none of this run's.
    const thread = textOf(params.threadId);
    if (thread !== undefined && this.#thread !== undefined && thread !== this.#thread) {
      return this.#raw({ method, params });
    }
    switch (method) {
      case "turn/started":
        this.#turn = isJsonObject(params.turn) ? textOf(params.turn.id) : undefined;
        return this.#beginTurn();
      case "item/started":
        return this.#itemStarted(itemIn(params));
      case "item/completed":
        return this.#itemCompleted(itemIn(params));
      case "item/commandExecution/outputDelta":
        return this.#door.underWay(textOf(params.itemId) ?? "");
      case "thread/tokenUsage/updated":
        return this.#used(params.tokenUsage);
      case "account/rateLimits/updated":
        this.#end.retryAfterMs = untilReset(params.rateLimits, Date.now()) ?? this.#end.retryAfterMs;
        return undefined;
      case "turn/completed":
        this.#end.turn = isJsonObject(params.turn) ? params.turn : {};
        return this.#client.endInput();
      default:
        return SILENT.has(method) ? undefined : this.#raw({ method, params });
    }
  }

  /** A turn of ours is one request to its model; the client's turn is the whole conversation with it. */
  #beginTurn(): void {
    if (!this.#turnOpen) this.#run.hear({ kind: "turn" });
    this.#turnOpen = true;
  }

  #used(usage: unknown): void {
    // A resumed thread tells its earlier sums first.
    if (this.#turn === undefined) return this.#usage.begin(usage);
    this.#turnOpen = false;
    const delta = this.#usage.delta(usage);
    if (delta !== undefined) this.#run.hear({ kind: "usage", delta });
  }

  #itemStarted(item: CodexItem | undefined): void {
    if (item === undefined || item.type === "userMessage") return;
    this.#beginTurn();
    this.#door.announced(item);
  }

  #itemCompleted(item: CodexItem | undefined): void {
    if (item?.type === "agentMessage") return this.#said(textOf(item.text) ?? "");
    if (item === undefined || intentOfItem(item) === undefined) return;
    const refusal = this.#door.over(item);
    const shown = refusal === undefined ? shownBy(item) : { ok: false, output: `Refused: ${refusal}` };
    this.#run.hear({ kind: "tool-result", call: item.id, ...shown });
  }

  #said(text: string): void {
    this.#end.words.splice(0, this.#end.words.length, text);
    this.#run.hear({ kind: "said", text });
  }

  #raw(message: JsonObject): void {
    hearRaw(this.#run, "stdout", { text: JSON.stringify(message), lost: 0 });
  }

  async #steer(text: string): Promise<boolean> {
    if (this.#thread === undefined || this.#turn === undefined || this.#end.turn !== undefined) return false;
    const message = { threadId: this.#thread, expectedTurnId: this.#turn, input: [textInput(text)] };
    return this.#line.call("turn/steer", message).then(
      () => true,
      () => false,
    );
  }

  /** The client's own way first; what does not end by it gets the signals. */
  #stop(): void {
    if (this.#interrupt !== undefined) return;
    if (this.#thread === undefined || this.#turn === undefined) return this.#client.stop();
    const stop = (): void => this.#client.stop();
    this.#interrupt = setTimeout(stop, INTERRUPT_MS);
    this.#line.call("turn/interrupt", { threadId: this.#thread, turnId: this.#turn }).catch(stop);
  }

  #finish(end: ClientEnd): AgentResult {
    clearTimeout(this.#interrupt);
    this.#line.close();
    this.#ear.close();
    return resultOf(end, this.#end);
  }
}

function textInput(text: string): JsonObject {
  return { type: "text", text };
}
