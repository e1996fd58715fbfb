import type { IncomingHttpHeaders } from "node:http";
import type { JsonObject } from "@breakwater/agents";
import type { ModelFault, ModelReply } from "./model-step.ts";

/** A request as it came in. */
export type ModelIncoming = {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The parsed body; empty where it is no JSON object. */
  readonly body: JsonObject;
};

/** The result of a tool call as the client tells it to the model. */
export type ToolOutcome = { readonly call: string; readonly text: string; readonly isError: boolean };

/** What a request says, whatever the wire. */
export type ModelContent = {
  /** The client's id of the conversation, where it sends one. */
  readonly conversation?: string;
  readonly model?: string;
  /** The texts of the user, first to last; the mark of a script is looked for here. */
  readonly userText: string;
  /** Results of the tools that the model called last. */
  readonly outcomes: readonly ToolOutcome[];
};

/** The way back to the client. `send` waits for the pace of the step; it does nothing once the line is broken. */
export type ModelStream = {
  readonly open: (contentType: string) => void;
  readonly send: (text: string) => Promise<void>;
};

/** One wire protocol of a provider, spoken on loopback. A further one is a file of its own. */
export type ModelEndpoint = {
  readonly name: string;
  readonly serves: (incoming: ModelIncoming) => boolean;
  readonly read: (incoming: ModelIncoming) => ModelContent;
  /** Writes a whole answer; `request` is the number of the request, for ids that must differ. */
  readonly reply: (
    reply: ModelReply,
    stream: ModelStream,
    incoming: ModelIncoming & { readonly request: number },
  ) => Promise<void>;
  /** The body of an error answer. */
  readonly fault: (fault: ModelFault) => JsonObject;
};
