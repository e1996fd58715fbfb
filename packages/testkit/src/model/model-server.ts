import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isJsonObject, parseJson } from "@breakwater/agents";
import { anthropicEndpoint } from "./anthropic-endpoint.ts";
import { geminiEndpoint } from "./gemini-endpoint.ts";
import type { ModelContent, ModelEndpoint, ModelIncoming, ModelStream } from "./model-endpoint.ts";
import type { ModelFault, ModelReply, ModelScript, ModelStep } from "./model-step.ts";
import { openAiChatEndpoint } from "./openai-chat-endpoint.ts";
import { responsesEndpoint } from "./responses-endpoint.ts";

/** A request that the server took, in the order of arrival. */
export type ModelRequest = ModelContent &
  ModelIncoming & {
    readonly endpoint: string;
    /** The script that the request named; "" where it named none that is known. */
    readonly script: string;
    readonly turn: number;
  };

/** A model on this machine that plays scripts to real clients. Nothing in it reaches the network. */
export type ModelServer = {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Adds or replaces a script; it is played to every request whose user text holds `scriptMark(name)`. */
  readonly play: (name: string, script: ModelScript) => void;
  /** All requests so far; grows. */
  readonly requests: readonly ModelRequest[];
  /** Requests of one script. */
  readonly requestsOf: (name: string) => readonly ModelRequest[];
  /** Resolves when a request waits at the hold of this name. */
  readonly held: (name: string) => Promise<void>;
  /** Lets those go on that wait at a hold, now and later. */
  readonly release: (name: string) => void;
  readonly close: () => Promise<void>;
};

/** The words of a prompt that name the script to be played. */
export function scriptMark(name: string): string {
  return `model-script: ${name}`;
}

/** Every wire that is spoken here; a new one is added to this list. */
export const MODEL_ENDPOINTS: readonly ModelEndpoint[] = [
  anthropicEndpoint,
  responsesEndpoint,
  openAiChatEndpoint,
  geminiEndpoint,
];

/** Starts a model server on a free port of 127.0.0.1. */
export async function startModelServer(
  scripts: Readonly<Record<string, ModelScript>> = {},
  endpoints: readonly ModelEndpoint[] = MODEL_ENDPOINTS,
): Promise<ModelServer> {
  const stage = new Stage(scripts, endpoints);
  const server = createServer((request, response) => {
    request.on("error", () => {});
    response.on("error", () => {});
    void stage.take(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    play: (name, script) => void stage.scripts.set(name, script),
    requests: stage.requests,
    requestsOf: (name) => stage.requests.filter((request) => request.script === name),
    held: (name) => stage.hold(name).arrived.promise,
    release: (name) => stage.hold(name).released.resolve(),
    close: () => closeServer(server),
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

type Signal = { readonly promise: Promise<void>; readonly resolve: () => void };

function signal(): Signal {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

class Stage {
  readonly scripts: Map<string, ModelScript>;
  readonly requests: ModelRequest[] = [];
  readonly #endpoints: readonly ModelEndpoint[];
  readonly #holds = new Map<string, { readonly arrived: Signal; readonly released: Signal }>();

  constructor(scripts: Readonly<Record<string, ModelScript>>, endpoints: readonly ModelEndpoint[]) {
    this.scripts = new Map(Object.entries(scripts));
    this.#endpoints = endpoints;
  }

  hold(name: string): { readonly arrived: Signal; readonly released: Signal } {
    const known = this.#holds.get(name) ?? { arrived: signal(), released: signal() };
    this.#holds.set(name, known);
    return known;
  }

  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const incoming = await receive(request);
    const endpoint = this.#endpoints.find((each) => each.serves(incoming));
    if (endpoint === undefined) return void response.writeHead(404).end("{}");
    const recorded = this.#record(endpoint, incoming);
    await this.#perform(this.#stepOf(recorded), {
      endpoint,
      incoming,
      response,
      number: this.requests.length,
    });
  }

  #record(endpoint: ModelEndpoint, incoming: ModelIncoming): ModelRequest {
    const content = endpoint.read(incoming);
    const named = MARK.exec(content.userText)?.[1] ?? "";
    const script = this.scripts.has(named) ? named : "";
    const { conversation } = content;
    const turn = this.requests.filter(
      (each) => each.script === script && each.conversation === conversation,
    ).length;
    const recorded = { ...incoming, ...content, endpoint: endpoint.name, script, turn };
    this.requests.push(recorded);
    return recorded;
  }

  #stepOf({ script, conversation, turn }: ModelRequest): ModelStep {
    const known = this.requests.filter((each) => each.script === script).map((each) => each.conversation);
    const order = [...new Set(known)].indexOf(conversation);
    return this.scripts.get(script)?.({ conversation: order, turn }) ?? OVER;
  }

  async #perform(step: ModelStep, answer: Answer): Promise<void> {
    switch (step.kind) {
      case "reply":
        return sendReply(step, answer, Number.POSITIVE_INFINITY);
      case "cut":
        return sendReply({ kind: "reply", text: step.text }, answer, EVENTS_BEFORE_CUT);
      case "fault":
        return sendFault(step, answer);
      case "dead":
        return undefined;
      case "hold": {
        const { arrived, released } = this.hold(step.name);
        arrived.resolve();
        await released.promise;
        return this.#perform(step.then, answer);
      }
    }
  }
}

/** A name ends where a word ends, so that a sentence may go on after it. */
const MARK = /model-script: ([\w-]+(?:\.[\w-]+)*)/u;
const OVER: ModelStep = {
  kind: "reply",
  text: "The script is over.\nSTATUS: failed — the script has no further step",
};
const EVENTS_BEFORE_CUT = 3;
const MOST_BODY = 32 * 1024 * 1024;

type Answer = {
  readonly endpoint: ModelEndpoint;
  readonly incoming: ModelIncoming;
  readonly response: ServerResponse;
  readonly number: number;
};

async function sendReply(
  step: ModelReply,
  { endpoint, incoming, response, number }: Answer,
  most: number,
): Promise<void> {
  let sent = 0;
  const stream: ModelStream = {
    open: (contentType) => void response.writeHead(200, { "content-type": contentType }),
    send: async (text) => {
      if (response.destroyed) return;
      if (step.paceMs !== undefined) await new Promise((next) => setTimeout(next, step.paceMs));
      if ((sent += 1) > most) return void response.destroy();
      await new Promise<void>((flushed) => response.write(text, () => flushed()));
    },
  };
  await endpoint.reply(step, stream, { ...incoming, request: number });
  response.end();
}

function sendFault(step: ModelFault, { endpoint, response }: Answer): void {
  const after = step.retryAfterSeconds;
  response.writeHead(step.status, {
    "content-type": "application/json",
    ...step.headers,
    ...(after === undefined ? {} : { "retry-after": String(after) }),
  });
  response.end(JSON.stringify(endpoint.fault(step)));
}

async function receive(request: IncomingMessage): Promise<ModelIncoming> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MOST_BODY) break;
      chunks.push(chunk);
    }
  } catch {
    // The client went away in the middle of its request; what came is still a request.
  }
  const value = parseJson(Buffer.concat(chunks).toString("utf8"));
  const { method = "", url: path = "", headers } = request;
  return { method, path, headers, body: isJsonObject(value) ? value : {} };
}
