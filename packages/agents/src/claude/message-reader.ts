import type { AgentEvent, AgentRun, ToolIntent } from "../contract.ts";
import { hearRaw } from "../door-call.ts";
import { type LastWord, readLastWord } from "../claim.ts";
import { isJsonObject, type JsonObject, numberOf, parseJson, present, textOf } from "../json-shape.ts";
import type { BoundedLine } from "../line-reader.ts";
import type { FailureShape } from "../provider-error.ts";
import { intentOf, REPORT_TOOL } from "./claude-tool.ts";
import { readReport } from "../report.ts";
import { type StreamEnd, streamEnd } from "./stream-end.ts";
import { UsageMeter } from "./usage-meter.ts";

const MOST_OUTPUT = 64 * 1024;

/** Lines of the control protocol and notices that say nothing about the run. */
const SILENT = new Set(["control_request", "control_response", "control_cancel_request", "keep_alive"]);
const SILENT_SYSTEM = new Set([
  "init",
  "status",
  "session_state_changed",
  "hook_started",
  "hook_response",
  "hook_progress",
]);

/**
 * Reads what Claude Code prints in `stream-json`, line by line, and tells it as events; the same for both
 * doors. Intents come from the door, in the moment in which it is asked; only a call that the client itself
 * turned down, so that no door was asked, is told from here, with its failure.
 */
export class MessageReader {
  readonly #run: AgentRun;
  readonly #hear: (event: AgentEvent) => void;
  readonly #usage: UsageMeter;
  readonly #turns = new Set<string>();
  readonly #intents = new Map<string, ToolIntent>();
  readonly #refused = new Set<string>();
  readonly #called = new Map<string, ToolIntent>();
  #unasked: string | undefined;
  #session: string | undefined;
  #version: string | undefined;
  #lastSaid = "";
  #lastClaim: string | undefined;
  #shape: FailureShape = {};
  #retryMs: number | undefined;
  #result: JsonObject | undefined;
  #report: LastWord | undefined;
  #reporting = false;

  constructor(run: AgentRun, resumed: { readonly usd?: number } | undefined) {
    this.#run = run;
    this.#hear = run.hear;
    this.#usage = new UsageMeter((delta) => run.hear({ kind: "usage", delta }), resumed);
  }

  get session(): string | undefined {
    return this.#session;
  }

  /** The version that the running client says it is; known after its first message. */
  get version(): string | undefined {
    return this.#version;
  }

  /** A call that went well although the door was never asked about it. */
  get unasked(): string | undefined {
    return this.#unasked;
  }

  /** The last thing that the model did is to hand in its report. */
  get reporting(): boolean {
    return this.#reporting;
  }

  /** How many messages wait to be read by the agent, by the last result; `undefined` before there is one. */
  get queued(): number | undefined {
    return this.#result === undefined ? undefined : (numberOf(this.#result.queued_turn_count) ?? 0);
  }

  /** A call that the door was asked about, so that its result can be told apart from what was never asked. */
  asked(intent: ToolIntent, allowed: boolean): void {
    this.#intents.set(intent.call, intent);
    if (!allowed) this.#refused.add(intent.call);
  }

  take(line: BoundedLine): void {
    const message = line.lost > 0 ? undefined : parseJson(line.text);
    if (!isJsonObject(message) || !this.#read(message)) this.#raw(line);
  }

  #raw(line: BoundedLine): void {
    if (line.text.trim() !== "") hearRaw(this.#run, "stdout", line);
  }

  /** Whether the message is of a kind that is known here. */
  #read(message: JsonObject): boolean {
    this.#meet(textOf(message.session_id));
    switch (message.type) {
      case "assistant":
        return this.#assistant(message);
      case "user":
        return this.#user(message);
      case "system":
        return this.#system(message);
      case "result":
        return this.#resultOfTurn(message);
      case "rate_limit_event":
        return this.#rateLimit(message);
      default:
        return SILENT.has(String(message.type));
    }
  }

  #meet(session: string | undefined): void {
    if (session === undefined || session === "" || session === this.#session) return;
    this.#session = session;
    this.#hear({ kind: "session", id: session });
  }

  #assistant(message: JsonObject): boolean {
    if (!isJsonObject(message.message)) return false;
    const { id, usage, content } = message.message;
    const inner = textOf(message.parent_tool_use_id) !== undefined;
    if (message.is_api_error_message === true || message.error !== undefined) this.#failed(message, content);
    else if (typeof id === "string" && !this.#turns.has(id)) {
      this.#turns.add(id);
      if (!inner) this.#hear({ kind: "turn" });
      this.#usage.message(isJsonObject(usage) ? usage : {});
    }
    for (const block of blocksOf(content)) {
      if (block.type === "tool_use" && !inner) this.#reporting = block.name === REPORT_TOOL;
      if (block.type === "tool_use" && block.name !== REPORT_TOOL) this.#calls(block);
      const text = block.type === "text" ? textOf(block.text) : undefined;
      if (text === undefined || text === "") continue;
      if (!inner) this.#said(text);
      this.#hear({ kind: "said", text });
    }
    return true;
  }

  #calls({ id, name, input }: JsonObject): void {
    const call = textOf(id) ?? "";
    const given = isJsonObject(input) ? input : {};
    this.#called.set(call, intentOf(call, textOf(name) ?? "", { input: given }));
  }

  /** A last word without a claim does not take back the claim of the message before it. */
  #said(text: string): void {
    this.#lastSaid = text;
    const word = readLastWord(text);
    if (word.claim.kind === "missing") return;
    this.#lastClaim = text;
    if (this.#report !== undefined) this.#report = word;
  }

  #failed(message: JsonObject, content: unknown): void {
    const text = blocksOf(content)
      .flatMap((block) => textOf(block.text) ?? [])
      .join("\n");
    this.#shape = present({
      text,
      status: numberOf(message.api_error_status),
      word: textOf(message.error) ?? textOf(message.api_error_type),
    });
  }

  #user(message: JsonObject): boolean {
    if (!isJsonObject(message.message)) return false;
    for (const block of blocksOf(message.message.content)) {
      if (block.type !== "tool_result") continue;
      const call = textOf(block.tool_use_id) ?? "";
      const ok = block.is_error !== true;
      if (!this.#intents.has(call) && !this.#turnedDown(call, ok)) continue;
      const output = textOfResult(block.content).slice(0, MOST_OUTPUT);
      this.#hear({ kind: "tool-result", call, ok, output });
    }
    return true;
  }

  /**
   * A call that the client turned down by its name, its form, or because the text to edit is not there, never
   * asks: it is told, so that it is counted and a loop of it is seen. One that went well should have asked.
   */
  #turnedDown(call: string, ok: boolean): boolean {
    const intent = this.#called.get(call);
    if (intent === undefined) return false;
    if (ok) this.#unasked ??= call;
    else this.#hear({ kind: "tool-intent", intent });
    return !ok;
  }

  #system(message: JsonObject): boolean {
    const subtype = textOf(message.subtype) ?? "";
    if (subtype === "init") this.#version = textOf(message.claude_code_version);
    if (subtype === "api_retry") this.#retrying(message);
    if (subtype === "permission_denied") return this.#deniedByClient(message);
    return SILENT_SYSTEM.has(subtype);
  }

  /** The client waits as long as the provider told it to; the next one to try had better wait as long. */
  #retrying(message: JsonObject): void {
    const delay = numberOf(message.retry_delay_ms);
    const status = numberOf(message.error_status);
    if (delay !== undefined && (status === 429 || status === 529)) this.#retryMs = delay;
  }

  /** A message that came while the report was made gets a result of its own, which takes nothing from the report. */
  #resultOfTurn(message: JsonObject): boolean {
    this.#result = message;
    this.#report = readReport(message.structured_output) ?? this.#report;
    this.#usage.total(message);
    return true;
  }

  #rateLimit({ rate_limit_info: info }: JsonObject): boolean {
    if (!isJsonObject(info)) return false;
    const resets = numberOf(info.resetsAt);
    if (info.status !== "rejected") return true;
    if (resets !== undefined) this.#retryMs = Math.max(0, resets * 1_000 - Date.now());
    this.#shape = { ...this.#shape, word: "rejected" };
    return true;
  }

  /** What the client refuses by rules of its own is a denial too, and its stream would hide it. */
  #deniedByClient(message: JsonObject): boolean {
    const intent = this.#intents.get(textOf(message.tool_use_id) ?? "");
    if (intent === undefined) return false;
    if (this.#refused.has(intent.call)) return true;
    this.#refused.add(intent.call);
    const rule = `client:${textOf(message.decision_reason_type) ?? "rule"}`;
    this.#hear({ kind: "denied", intent, rule, reason: textOf(message.message) ?? "refused by the client" });
    return true;
  }

  /** The end as the stream tells it; `undefined` where its last message never came. */
  end(): StreamEnd | undefined {
    const result = this.#result;
    if (result === undefined) return undefined;
    return streamEnd(result, {
      ...present({ report: this.#report, retryMs: this.#retryMs }),
      shape: this.#shape,
      said: this.#lastClaim ?? textOf(result.result) ?? this.#lastSaid,
    });
  }
}

function blocksOf(content: unknown): readonly JsonObject[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return Array.isArray(content) ? content.filter(isJsonObject) : [];
}

function textOfResult(content: unknown): string {
  if (typeof content === "string") return content;
  return blocksOf(content)
    .flatMap((block) => textOf(block.text) ?? [])
    .join("\n");
}
