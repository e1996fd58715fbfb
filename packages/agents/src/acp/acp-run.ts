import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type {
  AgentResult,
  AgentRun,
  AgentSpec,
  ClientEnd,
  ClientProcess,
  RunningAgent,
  ToolIntent,
} from "../contract.ts";
import { askDoor, closableEar, type ClosableEar, hearRaw } from "../door-call.ts";
import { isJsonObject, type JsonObject, textOf } from "../json-shape.ts";
import { LineReader } from "../line-reader.ts";
import { RpcLine, type RpcMessage, RpcRefusal } from "../rpc-line.ts";
import type { AcpAgent } from "./acp-agent.ts";
import { AcpStory } from "./acp-story.ts";
import { type AcpCall, callIn, intentOfCall, permissionAnswer } from "./acp-call.ts";
import { type AcpEnd, resultOf, usageOf } from "./acp-result.ts";

/** What the client may take for an orderly end, after its answer or after a cancel; milliseconds. */
const END_MS = 3_000;
const MOST_STDERR_LINE = 64 * 1024;

/** How an agent is started: the program that was found for it. */
export type AcpStart = { readonly agent: AcpAgent; readonly command: readonly [string, ...string[]] };

/** Runs an agent by the Agent Client Protocol: it asks for permission, in the mode in which it asks. */
export function startAcp(start: AcpStart, spec: AgentSpec, run: AgentRun): RunningAgent {
  return new AcpRun(start, spec, run).running;
}

class AcpRun {
  readonly running: RunningAgent;
  readonly #agent: AcpAgent;
  readonly #spec: AgentSpec;
  readonly #ear: ClosableEar;
  readonly #run: AgentRun;
  readonly #line: RpcLine;
  readonly #client: ClientProcess;
  readonly #story: AcpStory;
  readonly #end: AcpEnd = { lastText: "" };
  #session: string | undefined;
  #ending: NodeJS.Timeout | undefined;

  constructor({ agent, command }: AcpStart, spec: AgentSpec, run: AgentRun) {
    this.#agent = agent;
    this.#spec = spec;
    this.#ear = closableEar(run);
    this.#run = this.#ear.run;
    this.#story = new AcpStory(this.#run, (intent) => void this.#askLate(intent));
    this.#line = new RpcLine({
      mark: { jsonrpc: "2.0" },
      write: (text) => this.#client.write(text),
      hear: (message) => void this.#hear(message),
      strange: (line) => hearRaw(this.#run, "stdout", line),
    });
    const stderr = new LineReader(MOST_STDERR_LINE, (line) => hearRaw(this.#run, "stderr", line));
    const model = spec.model === undefined ? [] : (agent.modelArguments?.(spec.model) ?? []);
    this.#client = run.launch({
      command: [...command, ...model],
      cwd: spec.workspace,
      env: { ...spec.environment, ...agent.environment },
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
    };
    void this.#begin();
  }

  async #begin(): Promise<void> {
    try {
      const about = await this.#line.call("initialize", {
        protocolVersion: 1,
        // No file access through us: what an agent writes, it writes by a call that it asks for.
        clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
        clientInfo: { name: "breakwater", title: "Breakwater", version: "1" },
      });
      this.#session = await this.#openSession(about);
      this.#end.session = this.#session;
      this.#run.hear({ kind: "session", id: this.#session });
      this.#story.begin();
      const prompt = [{ type: "text", text: this.#spec.prompt }];
      const answer = await this.#line.call("session/prompt", { sessionId: this.#session, prompt });
      this.#answered(answer);
    } catch (cause) {
      if (!(cause instanceof RpcRefusal)) throw cause;
      this.#end.refusal = cause;
      this.#close();
    }
  }

  async #openSession(about: JsonObject): Promise<string> {
    const place = { cwd: this.#spec.workspace, mcpServers: [] };
    const { resume } = this.#spec;
    const opened =
      resume === undefined
        ? await this.#line.call("session/new", place)
        : await this.#line.call(resumeMethod(about), { sessionId: resume, ...place });
    const session = resume ?? textOf(opened.sessionId);
    if (session === undefined) throw new RpcRefusal("the client opened no session");
    await this.#ask(session, opened.modes);
    return session;
  }

  /** The asking mode is set by name even where the client says that it is in it. */
  async #ask(sessionId: string, modes: unknown): Promise<void> {
    const { askingMode } = this.#agent;
    const offered = isJsonObject(modes) && Array.isArray(modes.availableModes) ? modes.availableModes : [];
    if (askingMode === undefined) return;
    if (!offered.some((mode) => isJsonObject(mode) && mode.id === askingMode)) {
      this.#end.gateMissing = `the client does not offer the mode "${askingMode}", in which it asks`;
      throw new RpcRefusal(this.#end.gateMissing);
    }
    await this.#line.call("session/set_mode", { sessionId, modeId: askingMode });
  }

  async #hear({ method, params, id }: RpcMessage): Promise<void> {
    if (id === undefined) return this.#noted(method, params);
    switch (method) {
      case "session/request_permission":
        return this.#line.answer(id, await this.#permission(params));
      case "fs/write_text_file":
        return (await this.#write(params)) ? this.#line.answer(id, {}) : this.#line.refuse(id, "Refused");
      default:
        this.#raw({ method, params });
        return this.#line.refuse(id, "Breakwater does not do this");
    }
  }

  #noted(method: string, params: JsonObject): void {
    const { update } = params;
    if (method !== "session/update" || !isJsonObject(update)) return this.#raw({ method, params });
    if (!this.#story.take(update)) this.#raw({ method, params });
  }

  async #permission({ toolCall, options }: JsonObject): Promise<JsonObject> {
    const call: AcpCall | undefined = callIn(toolCall);
    if (call === undefined) return permissionAnswer(options, false);
    const intent = intentOfCall(this.#story.asked(call));
    return permissionAnswer(options, await this.#allowed(intent));
  }

  /** Offered to no agent; one that asks for it all the same gets it through the door. */
  async #write({ path, content }: JsonObject): Promise<boolean> {
    const [file, text] = [textOf(path), textOf(content)];
    if (file === undefined || text === undefined) return false;
    const call = `fs-${(this.#writes += 1)}`;
    const tool = "fs/write_text_file";
    const intent: ToolIntent = { call, tool, kind: "write", paths: [file], input: { content: text } };
    if (!(await this.#allowed(intent))) return false;
    const target = resolve(this.#spec.workspace, file);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    this.#run.hear({ kind: "tool-result", call, ok: true, output: "" });
    return true;
  }
  #writes = 0;

  async #allowed(intent: ToolIntent): Promise<boolean> {
    const decision = await askDoor(intent, this.#run);
    if (decision.allow) return true;
    this.#story.refused(intent.call, decision.reason);
    if (decision.halt === true) this.#stop();
    return false;
  }

  /** A call that was made without asking is put to the door late, and ends the run where it refuses. */
  async #askLate(intent: ToolIntent): Promise<void> {
    if (await this.#allowed(intent)) return;
    const what = intent.command ?? intent.paths.join(" ");
    this.#end.gateMissing ??= `the client did not ask before ${intent.tool} ${what}`.trim();
    this.#client.kill();
  }

  #answered(answer: JsonObject): void {
    this.#end.answer = answer;
    this.#end.lastText = this.#story.finish();
    const delta = usageOf(answer);
    if (delta !== undefined) this.#run.hear({ kind: "usage", delta });
    this.#close();
  }

  /** The client serves until its input ends; one that does not go then is made to. */
  #close(): void {
    this.#client.endInput();
    this.#ending ??= setTimeout(() => {
      this.#end.dismissed = true;
      this.#client.stop();
    }, END_MS);
  }

  /** The client's own way first; what does not end by it gets the signals. */
  #stop(): void {
    if (this.#session === undefined || this.#end.answer !== undefined) return this.#client.stop();
    this.#line.notify("session/cancel", { sessionId: this.#session });
    this.#ending ??= setTimeout(() => this.#client.stop(), END_MS);
  }

  #raw(message: JsonObject): void {
    hearRaw(this.#run, "stdout", { text: JSON.stringify(message), lost: 0 });
  }

  #finish(end: ClientEnd): AgentResult {
    clearTimeout(this.#ending);
    this.#line.close();
    this.#ear.close();
    return resultOf(end, this.#end);
  }
}

/** Resuming without the history told anew is better, where it is offered. */
function resumeMethod({ agentCapabilities }: JsonObject): "session/resume" | "session/load" {
  const sessions = isJsonObject(agentCapabilities) ? agentCapabilities.sessionCapabilities : undefined;
  const offered = isJsonObject(sessions) && sessions.resume !== undefined && sessions.resume !== null;
  return offered ? "session/resume" : "session/load";
}
