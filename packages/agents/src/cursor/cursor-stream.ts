import type { AgentRun, GateDecision, ToolIntent } from "../contract.ts";
import { hearRaw } from "../door-call.ts";
import { isJsonObject, type JsonObject, parseJson, textOf } from "../json-shape.ts";
import type { BoundedLine } from "../line-reader.ts";
import { callIn, type CursorCall, isAbout, shownBy } from "./cursor-call.ts";

/**
 * Reads what the client prints, line by line, and tells it as events; intents come from the door. The client
 * tells no turns: one begins with the first sign of the model, and again with each that follows a call.
 */
export class CursorStream {
  readonly #run: AgentRun;
  /** Calls that the door was asked about and that are not over. */
  readonly #open: ToolIntent[] = [];
  #asked = 0;
  #turnOpen = false;
  #session: string | undefined;
  #unasked: string | undefined;
  #said = "";
  #result: JsonObject | undefined;

  constructor(run: AgentRun) {
    this.#run = run;
  }

  get session(): string | undefined {
    return this.#session;
  }

  /** A call that is over and that the door was never asked about. */
  get unasked(): string | undefined {
    return this.#unasked;
  }

  /** The client's own last line, where there was one. */
  get result(): JsonObject | undefined {
    return this.#result;
  }

  /** The last message, which the result line repeats. */
  get lastWord(): string {
    return textOf(this.#result?.["result"]) ?? this.#said;
  }

  /** The door was asked and has decided; the client has not got its answer yet. */
  asked(asked: ToolIntent, decision: GateDecision): void {
    this.#asked += 1;
    const intent = asked.call === "" ? { ...asked, call: `hook-${this.#asked}` } : asked;
    this.#sign();
    this.#run.hear({ kind: "tool-intent", intent });
    this.#open.push(intent);
    if (!decision.allow)
      this.#run.hear({ kind: "denied", intent, rule: decision.rule, reason: decision.reason });
  }

  take(line: BoundedLine): void {
    const message = line.lost > 0 ? undefined : parseJson(line.text);
    if (line.text.trim() === "") return;
    if (!isJsonObject(message) || !this.#read(message)) hearRaw(this.#run, "stdout", line);
  }

  /** Whether the message is of a kind that is known here. */
  #read(message: JsonObject): boolean {
    this.#meet(textOf(message.session_id));
    switch (message.type) {
      case "system":
        return message.subtype === "init";
      case "user":
      case "thinking":
        return true;
      case "assistant":
        return this.#assistant(message.message);
      case "tool_call":
        return this.#call(textOf(message.subtype), callIn(message));
      case "result":
        this.#result = message;
        return true;
      default:
        return false;
    }
  }

  #meet(session: string | undefined): void {
    if (session === undefined || session === "" || session === this.#session) return;
    this.#session = session;
    this.#run.hear({ kind: "session", id: session });
  }

  #sign(): void {
    if (!this.#turnOpen) this.#run.hear({ kind: "turn" });
    this.#turnOpen = true;
  }

  #assistant(message: unknown): boolean {
    if (!isJsonObject(message) || !Array.isArray(message.content)) return false;
    this.#sign();
    const text = message.content
      .filter(isJsonObject)
      .flatMap((part) => textOf(part.text) ?? [])
      .join("");
    if (text.trim() === "") return true;
    this.#said = text;
    this.#run.hear({ kind: "said", text });
    return true;
  }

  #call(phase: string | undefined, call: CursorCall | undefined): boolean {
    if (call === undefined) return false;
    this.#sign();
    if (phase !== "completed") return phase === "started";
    this.#turnOpen = false;
    const shown = shownBy(call);
    const at = this.#open.findIndex((intent) => isAbout(intent, call));
    const [intent] = at === -1 ? [] : this.#open.splice(at, 1);
    if (intent !== undefined) this.#run.hear({ kind: "tool-result", call: intent.call, ...shown });
    // What the client itself refused or could not do needed nobody's leave.
    else if (shown.ok) this.#unasked ??= `${call.tool} ${call.target ?? call.id}`.trim();
    return true;
  }
}
