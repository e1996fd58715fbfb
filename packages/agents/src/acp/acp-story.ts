import type { SessionUpdate } from "@agentclientprotocol/sdk";
import type { AgentRun, ToolIntent } from "../contract.ts";
import { isJsonObject, type JsonObject, oneOf, textOf } from "../json-shape.ts";
import { type AcpCall, callIn, intentOfCall, joined, outputOf } from "./acp-call.ts";

type UpdateKind = SessionUpdate["sessionUpdate"];

const KNOWN = [
  "agent_message_chunk",
  "agent_thought_chunk",
  "user_message_chunk",
  "tool_call",
  "tool_call_update",
  "plan",
  "available_commands_update",
  "current_mode_update",
  "config_option_update",
  "session_info_update",
  "usage_update",
] as const satisfies readonly UpdateKind[];

const MOST_TEXT = 256 * 1024;

/**
 * Turns the updates of a session into events. The protocol knows no turns: one begins with the first sign of
 * the model, and again with each that follows the result of a call.
 */
export class AcpStory {
  readonly #run: AgentRun;
  readonly #unasked: (intent: ToolIntent) => void;
  readonly #calls = new Map<string, AcpCall>();
  /** Calls that the door was asked about, and why it refused where it did. */
  readonly #asked = new Map<string, string | undefined>();
  readonly #over = new Set<string>();
  #live = false;
  #turnOpen = false;
  #text = "";
  #last = "";

  constructor(run: AgentRun, unasked: (intent: ToolIntent) => void) {
    this.#run = run;
    this.#unasked = unasked;
  }

  /** What was told before is the history of a resumed conversation. */
  begin(): void {
    this.#live = true;
  }

  /** `false` for an update that is not known. */
  take(update: JsonObject): boolean {
    const kind = oneOf(update.sessionUpdate, KNOWN);
    if (kind === undefined) return false;
    if (!this.#live) return true;
    switch (kind) {
      case "agent_message_chunk":
        this.#sign();
        this.#text = (
          this.#text + (isJsonObject(update.content) ? (textOf(update.content.text) ?? "") : "")
        ).slice(-MOST_TEXT);
        return true;
      case "agent_thought_chunk":
        this.#sign();
        return true;
      case "tool_call":
      case "tool_call_update":
        this.#call(callIn(update));
        return true;
      case "user_message_chunk":
      case "plan":
      case "available_commands_update":
      case "current_mode_update":
      case "config_option_update":
      case "session_info_update":
      case "usage_update":
        return true;
    }
  }

  /** The door is being asked about a call; gives all that is known of it. */
  asked(call: AcpCall): AcpCall {
    this.#sign();
    const whole = joined(this.#calls.get(call.toolCallId), call);
    this.#calls.set(call.toolCallId, whole);
    this.#asked.set(call.toolCallId, undefined);
    return whole;
  }

  refused(call: string, reason: string): void {
    this.#asked.set(call, reason);
  }

  /** The last thing that was said. */
  finish(): string {
    this.#say();
    return this.#last;
  }

  #sign(): void {
    if (!this.#turnOpen) this.#run.hear({ kind: "turn" });
    this.#turnOpen = true;
  }

  #say(): void {
    if (this.#text.trim() === "") return;
    this.#last = this.#text;
    this.#run.hear({ kind: "said", text: this.#text });
    this.#text = "";
  }

  #call(update: AcpCall | undefined): void {
    if (update === undefined || this.#over.has(update.toolCallId)) return;
    this.#say();
    const known = this.#calls.get(update.toolCallId);
    if (known === undefined) this.#sign();
    const call = joined(known, update);
    this.#calls.set(call.toolCallId, call);
    if (call.status === "completed" || call.status === "failed") this.#finished(call);
  }

  #finished(call: AcpCall): void {
    const id = call.toolCallId;
    this.#over.add(id);
    this.#turnOpen = false;
    if (!this.#asked.has(id)) {
      this.#asked.set(id, undefined);
      this.#unasked(intentOfCall(call));
    }
    const refusal = this.#asked.get(id);
    const ok = refusal === undefined && call.status === "completed";
    const output = refusal === undefined ? outputOf(call) : `Refused: ${refusal}`;
    this.#run.hear({ kind: "tool-result", call: id, ok, output });
  }
}
