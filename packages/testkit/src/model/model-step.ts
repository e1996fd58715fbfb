import type { JsonObject } from "@breakwater/agents";

/** One tool call of a scripted model, in the words of the client: a free-form tool takes a text. */
export type ModelCall = { readonly tool: string; readonly input: JsonObject | string };

/** What one request is said to have cost. */
export type ModelUsage = { readonly input: number; readonly output: number };

/** An answer that the client can work with: text, tool calls, or both. */
export type ModelReply = {
  readonly kind: "reply";
  readonly text?: string;
  readonly calls?: readonly ModelCall[];
  readonly usage?: ModelUsage;
  /** Milliseconds between two parts of the stream. */
  readonly paceMs?: number;
  /** Why the model stopped, where it is neither the end of its turn nor a tool call. */
  readonly stop?: "refusal" | "max-tokens";
};

/** An answer of the provider that is an error, as HTTP tells it. */
export type ModelFault = {
  readonly kind: "fault";
  readonly status: number;
  readonly message: string;
  /** The provider's own word for it; the usual one of the status where it is absent. */
  readonly type?: string;
  readonly retryAfterSeconds?: number;
  /** Further headers, as a provider tells the state of a quota. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** What a scripted model does with one request. */
export type ModelStep =
  | ModelReply
  | ModelFault
  /** Begins to answer and breaks the connection in mid-stream. */
  | { readonly kind: "cut"; readonly text: string }
  /** Takes the request and never answers. */
  | { readonly kind: "dead" }
  /** Waits until the test releases it by its name. */
  | { readonly kind: "hold"; readonly name: string; readonly then: ModelStep };

/** A plain answer, which ends the turn. */
export function say(text: string, more: Omit<ModelReply, "kind" | "text"> = {}): ModelStep {
  return { kind: "reply", text, ...more };
}

/** An answer that calls tools, all of them at once. */
export function callTools(...calls: readonly ModelCall[]): ModelStep {
  return { kind: "reply", calls };
}

export function fault(
  status: number,
  message: string,
  more: Omit<ModelFault, "kind" | "status" | "message"> = {},
): ModelStep {
  return { kind: "fault", status, message, ...more };
}

/** Where a request stands: how many conversations and how many requests of this one came before it. */
export type ModelVisit = { readonly conversation: number; readonly turn: number };

/** What a scripted model does, request by request; `undefined` is answered with a text that says so. */
export type ModelScript = (visit: ModelVisit) => ModelStep | undefined;

/** Plays a list of steps in each conversation: the first list in the first one, the last list in all further ones. */
export function modelScript(...conversations: readonly (readonly ModelStep[])[]): ModelScript {
  return ({ conversation, turn }) => (conversations[conversation] ?? conversations.at(-1))?.[turn];
}
