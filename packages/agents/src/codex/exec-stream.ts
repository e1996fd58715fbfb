import type { AgentRun, GateDecision, ToolIntent } from "../contract.ts";
import { hearRaw } from "../door-call.ts";
import { isJsonObject, type JsonObject, numberOf, parseJson, textOf } from "../json-shape.ts";
import type { BoundedLine } from "../line-reader.ts";
import { type CodexItem, itemIn } from "./codex-item.ts";
import type { CodexEnd } from "./codex-result.ts";
import { EXEC_CALLS, isAbout, shownBy, targetOf } from "./exec-item.ts";

/** What a reader of the stream is told before it begins. */
export type ExecStreamTerms = {
  readonly run: AgentRun;
  readonly workspace: string;
  /** On a resumed conversation the client tells the sum of all its runs, which is no difference. */
  readonly resumed: boolean;
};

/**
 * Reads what `codex exec --json` prints, line by line, and tells it as events; intents come from the door, and
 * so do refusals, which the stream leaves out. A turn begins with the first sign of the model, and again with
 * each that follows a call.
 */
export class ExecStream {
  readonly end: CodexEnd = { words: [], questions: [] };
  readonly #terms: ExecStreamTerms;
  readonly #run: AgentRun;
  /** Calls that the door let through and that were not seen yet. */
  readonly #open: ToolIntent[] = [];
  readonly #running = new Map<string, ToolIntent | undefined>();
  #turnOpen = false;
  #unasked: string | undefined;

  constructor(terms: ExecStreamTerms) {
    this.#terms = terms;
    this.#run = terms.run;
  }

  /** A call that was made and that the door was never asked about. */
  get unasked(): string | undefined {
    return this.#unasked;
  }

  /** The door has decided; the client has not got its answer yet. */
  asked(intent: ToolIntent, decision: GateDecision): void {
    this.#sign();
    this.#run.hear({ kind: "tool-intent", intent });
    if (decision.allow) return void this.#open.push(intent);
    this.#run.hear({ kind: "denied", intent, rule: decision.rule, reason: decision.reason });
    this.#over(intent.call, { ok: false, output: `Refused: ${decision.reason}` });
  }

  take(line: BoundedLine): void {
    if (line.text.trim() === "") return;
    const message = line.lost > 0 ? undefined : parseJson(line.text);
    if (!isJsonObject(message) || !this.#read(message)) hearRaw(this.#run, "stdout", line);
  }

  /** Whether the message is of a kind that is known here. */
  #read(message: JsonObject): boolean {
    switch (message.type) {
      case "thread.started":
        return this.#meet(textOf(message.thread_id));
      case "turn.started":
        return true;
      case "turn.completed":
        this.end.turn = { status: "completed" };
        this.#used(message.usage);
        return true;
      case "turn.failed":
        this.end.turn = { status: "failed", error: message.error };
        return true;
      case "item.started":
      case "item.updated":
      case "item.completed": {
        const item = itemIn(message);
        return item !== undefined && this.#item(item, message.type === "item.completed");
      }
      default:
        return false;
    }
  }

  #meet(thread: string | undefined): boolean {
    if (thread === undefined) return false;
    this.end.session = thread;
    this.#run.hear({ kind: "session", id: thread });
    return true;
  }

  #item(item: CodexItem, isOver: boolean): boolean {
    if (EXEC_CALLS.has(item.type)) return this.#call(item, isOver);
    switch (item.type) {
      case "agent_message":
        if (isOver) this.#said(textOf(item.text) ?? "");
        return true;
      case "reasoning":
      case "todo_list":
        this.#sign();
        return true;
      default:
        // Notices of the client among them.
        return false;
    }
  }

  #call(item: CodexItem, isOver: boolean): boolean {
    this.#sign();
    if (!this.#running.has(item.id)) this.#running.set(item.id, this.#taken(item));
    if (!isOver) return true;
    const intent = this.#running.get(item.id);
    if (intent !== undefined) this.#over(intent.call, shownBy(item));
    return true;
  }

  #taken(item: CodexItem): ToolIntent | undefined {
    const at = this.#open.findIndex((intent) => isAbout(intent, item, this.#terms.workspace));
    if (at === -1) this.#unasked ??= `${item.type} ${targetOf(item)}`;
    return at === -1 ? undefined : this.#open.splice(at, 1)[0];
  }

  #over(call: string, shown: { readonly ok: boolean; readonly output: string }): void {
    this.#turnOpen = false;
    this.#run.hear({ kind: "tool-result", call, ...shown });
  }

  #said(text: string): void {
    this.#sign();
    this.end.words.splice(0, this.end.words.length, text);
    this.#run.hear({ kind: "said", text });
  }

  #sign(): void {
    if (!this.#turnOpen) this.#run.hear({ kind: "turn" });
    this.#turnOpen = true;
  }

  #used(usage: unknown): void {
    if (!isJsonObject(usage) || this.#terms.resumed) return;
    const [inputTokens, outputTokens] = [numberOf(usage.input_tokens), numberOf(usage.output_tokens)];
    if (inputTokens === undefined || outputTokens === undefined) return;
    this.#run.hear({ kind: "usage", delta: { inputTokens, outputTokens } });
  }
}
