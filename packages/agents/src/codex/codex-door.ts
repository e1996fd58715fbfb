import type { AgentRun, ToolIntent } from "../contract.ts";
import { askDoor } from "../door-call.ts";
import { isJsonObject, type JsonObject, textOf } from "../json-shape.ts";
import { type CodexItem, commandIntent, intentOfItem, patchIntent } from "./codex-item.ts";

/** What the door of a run may do to it. */
export type CodexDoorEnds = {
  readonly run: AgentRun;
  /** The door says halt. */
  readonly halt: () => void;
  /** A call that the door refuses was made without asking. */
  readonly missing: (message: string) => void;
  readonly question: (text: string) => void;
};

/**
 * Answers what the app-server asks, and notices what it does not ask. Patches and commands ask by themselves
 * right after they are announced; a user's own rule can let the client do without, and other tools never ask.
 * Such calls are put to the door late, and what it refuses then ends the run.
 */
export class CodexDoor {
  readonly #ends: CodexDoorEnds;
  readonly #items = new Map<string, CodexItem>();
  /** Calls that the door was asked about, and why it refused where it did. */
  readonly #asked = new Map<string, string | undefined>();

  constructor(ends: CodexDoorEnds) {
    this.#ends = ends;
  }

  announced(item: CodexItem): void {
    this.#items.set(item.id, item);
    const intent = intentOfItem(item);
    if (intent !== undefined && !ASKING.has(item.type)) void this.#askLate(intent);
  }

  /** A call that was announced is under way: it must have been asked about. */
  underWay(id: string): void {
    this.#check(this.#items.get(id));
  }

  /** A call is over: gives why it was refused, `undefined` where it was not. */
  over(item: CodexItem): string | undefined {
    this.#items.delete(item.id);
    this.#check(item);
    return this.#asked.get(item.id);
  }

  /** The answer to a request of the client; `undefined` for one that is not known. */
  async answer(method: string, params: JsonObject): Promise<JsonObject | undefined> {
    const item = textOf(params.itemId) ?? "";
    switch (method) {
      case "item/fileChange/requestApproval":
        return this.#decide(patchIntent(item, this.#items.get(item)));
      case "item/commandExecution/requestApproval":
        return this.#decide(commandIntent(textOf(params.approvalId) ?? item, params));
      case "item/permissions/requestApproval":
        return { permissions: {}, scope: "turn" };
      case "item/tool/requestUserInput":
        for (const text of questionsIn(params)) this.#ends.question(text);
        return { answers: {} };
      case "mcpServer/elicitation/request":
        return { action: "decline", content: null, _meta: null };
      default:
        return undefined;
    }
  }

  async #decide(intent: ToolIntent): Promise<JsonObject> {
    return { decision: (await this.#ask(intent)) ? "accept" : "decline" };
  }

  #check(item: CodexItem | undefined): void {
    const intent = item === undefined ? undefined : intentOfItem(item);
    if (intent !== undefined && !this.#asked.has(intent.call)) void this.#askLate(intent);
  }

  async #askLate(intent: ToolIntent): Promise<void> {
    if (await this.#ask(intent)) return;
    const what = intent.command ?? intent.paths.join(" ");
    this.#ends.missing(`the client did not ask before ${intent.tool} ${what}`.trim());
  }

  async #ask(intent: ToolIntent): Promise<boolean> {
    this.#asked.set(intent.call, undefined);
    const decision = await askDoor(intent, this.#ends.run);
    if (decision.allow) return true;
    this.#asked.set(intent.call, decision.reason);
    if (decision.halt === true) this.#ends.halt();
    return false;
  }
}

/** Items whose calls the client asks about by a request of its own. */
const ASKING: ReadonlySet<string> = new Set(["commandExecution", "fileChange"]);

function questionsIn({ questions }: JsonObject): readonly string[] {
  const list = Array.isArray(questions) ? questions.filter(isJsonObject) : [];
  return list.flatMap((question) => textOf(question.question) ?? []);
}
