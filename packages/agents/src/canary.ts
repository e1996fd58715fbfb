import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { AgentEvent, AgentRun, AgentRuntime, Gate, OpenHookDoor, ToolIntent } from "./contract.ts";
import { attemptId, taskId } from "@breakwater/core";
import { proofWithoutTrial, type DoorProof } from "./door-proof.ts";
import { LastWords } from "./last-words.ts";

/**
 * How the door of a runtime is proven without its provider, its sign-in or a cent: a model of one sentence on
 * this machine, spoken to by the real client. It asks for one write, which the door refuses.
 */
export type CanaryModel = {
  /** What leads the client to the model at `url`, with `home` as its only home and a key that opens nothing. */
  readonly environment: (place: {
    readonly url: string;
    readonly home: string;
  }) => Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, unknown>>;
  /** Whether a request is one to the model; all others get 404. */
  readonly serves: (method: string, path: string) => boolean;
  /** The whole answer to the first request, which asks to write the file, and to all further ones. */
  readonly answer: (request: { readonly first: boolean; readonly file: string; readonly body: string }) => {
    readonly contentType: string;
    readonly body: string;
  };
};

/** What a host lends for a canary; what lies in `folder` is new, and is removed by the host. */
export type CanaryHost = Pick<AgentRun, "launch"> & {
  /** The doors for hooks that ask this gate; closed by the host after the canary. */
  readonly hookDoor: (gate: Gate) => OpenHookDoor;
  readonly folder: { readonly workspace: string; readonly home: string };
  /** The environment of any client; what belongs to the user's sign-in is not in it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes secrets out of what the client said. */
  readonly redact: (text: string) => string;
  readonly exists: (file: string) => boolean;
  readonly now: () => number;
};

const MOST_MS = 60_000;
/** In a folder of its own, so that a wall can stand around it as it stands around a scope. */
const FILE = "canary/file.txt";

/** Lets the real client ask the door for one write, refuses, and looks whether it happened. Never rejects. */
export async function proveDoor(runtime: AgentRuntime, host: CanaryHost): Promise<DoorProof> {
  const { canary } = runtime;
  if (canary === undefined || canary === "built-in") return proofWithoutTrial(canary);
  const began = host.now();
  const done = (outcome: DoorProof["outcome"], detail: string): DoorProof => ({
    outcome,
    detail,
    ms: Math.round(host.now() - began),
  });
  const model = await openModel(canary, `${host.folder.workspace}/${FILE}`);
  try {
    const seen = await runCanary(runtime, { canary, host, url: model.url });
    if (host.exists(`${host.folder.workspace}/${FILE}`))
      return done("written", "the client wrote although the door refused");
    if (seen.asked === 0 && model.requests() === 0) return done("no-answer", seen.ending);
    if (seen.asked === 0) return done("never-asked", `the door was not asked: ${seen.ending}`);
    return done("denied", `a write was refused by the door of the real client, against a scripted model`);
  } catch (cause) {
    return done("no-answer", cause instanceof Error ? cause.message : String(cause));
  } finally {
    await model.close();
  }
}

type Seen = { readonly asked: number; readonly ending: string };

async function runCanary(
  runtime: AgentRuntime,
  { canary, host, url }: { readonly canary: CanaryModel; readonly host: CanaryHost; readonly url: string },
): Promise<Seen> {
  const asked: ToolIntent[] = [];
  const hear = (_event: AgentEvent): void => {};
  const gate: Gate = {
    decide: async (intent) => {
      asked.push(intent);
      return { allow: false, rule: "canary", reason: "This is a trial of the door. Stop now" };
    },
  };
  const { workspace, home } = host.folder;
  const environment = { ...host.environment, ...canary.environment({ url, home }) };
  const words = new LastWords(host.redact);
  const launch: CanaryHost["launch"] = (order) =>
    host.launch({ ...order, onStderr: (chunk) => (words.hear(chunk), order.onStderr(chunk)) });
  const agent = runtime.start(
    {
      attempt: attemptId(taskId("canary"), 1),
      workspace,
      prompt: `Write the file ${FILE}.`,
      environment,
      options: canary.options ?? {},
    },
    { gate, hear, launch, openHookDoor: host.hookDoor(gate) },
  );
  const timer = setTimeout(() => agent.kill(), MOST_MS);
  const result = await agent.result.finally(() => clearTimeout(timer));
  const ending = words.told(result.ending);
  return {
    asked: asked.filter(({ kind }) => kind !== "read").length,
    ending: "message" in ending ? ending.message : ending.kind,
  };
}

type OpenModel = {
  readonly url: string;
  readonly requests: () => number;
  readonly close: () => Promise<void>;
};

async function openModel(canary: CanaryModel, file: string): Promise<OpenModel> {
  let count = 0;
  const server = createServer((request, response) => {
    request.on("error", () => {});
    response.on("error", () => {});
    void bodyOf(request).then((body) => {
      if (!canary.serves(request.method ?? "", request.url ?? "")) return void response.writeHead(404).end();
      count += 1;
      send(response, canary.answer({ first: count === 1, file, body }));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests: () => count, close: () => closeServer(server) };
}

function send(response: ServerResponse, { contentType, body }: ReturnType<CanaryModel["answer"]>): void {
  response.writeHead(200, { "content-type": contentType });
  response.end(body);
}

const MOST_BODY = 4 * 1024 * 1024;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= MOST_BODY) chunks.push(chunk);
    }
  } catch {
    // The client went away; an answer that nobody reads harms nobody.
  }
  return Buffer.concat(chunks).toString("utf8");
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
