import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { HookProtocol } from "@breakwater/agents";
import { answerCall, type HookJudge } from "./answer-call.ts";
import { DOOR_PATIENCE_MS, MOST_PAYLOAD } from "./frame.ts";
import { renderAnswer } from "./render-answer.ts";
import { isToken, type ListeningDoor, listening } from "./socket-door.ts";

/** A door on loopback and where to post to. */
export type HttpDoor = ListeningDoor & { readonly url: string };

/**
 * Opens a door on a free port of 127.0.0.1; rejects where none can be bound. Every fault is answered with
 * status 200 and a denial in the client's dialect, because clients take other states for no opinion.
 */
export async function openHttpDoor(
  token: string,
  protocol: HookProtocol,
  judge: HookJudge,
): Promise<HttpDoor> {
  let host = "";
  const server = createServer((request, response) => {
    void textOf(request, { host, token })
      .then((text) =>
        text === undefined ? refusal(protocol) : answerCall(text, protocol, judge).then(bodyOf(protocol)),
      )
      .then((body) => send(response, body));
  });
  server.headersTimeout = DOOR_PATIENCE_MS;
  server.requestTimeout = DOOR_PATIENCE_MS;
  server.on("clientError", (_error, socket) => socket.destroy());
  await listening(server, () => server.listen(0, "127.0.0.1"));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Opening a door: it has no port");
  host = `127.0.0.1:${address.port}`;
  return {
    url: `http://${host}/call`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The body of a post by the client of this attempt, or `undefined` for anything else. */
function textOf(
  request: IncomingMessage,
  { host, token }: { readonly host: string; readonly token: string },
): Promise<string | undefined> {
  const { method, headers } = request;
  const bearer = /^Bearer (\S{1,200})$/u.exec(headers.authorization ?? "")?.[1] ?? "";
  const fits = method === "POST" && headers.host === host && headers.origin === undefined;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MOST_PAYLOAD) chunks.push(chunk);
    });
    request.on("error", () => resolve(undefined));
    request.on("close", () => resolve(undefined));
    request.on("end", () =>
      resolve(
        fits && isToken(bearer, token) && size <= MOST_PAYLOAD
          ? Buffer.concat(chunks).toString("utf8")
          : undefined,
      ),
    );
  });
}

function bodyOf(
  protocol: HookProtocol,
): (answer: { readonly exit: 0 | 2; readonly stdout: string }) => string {
  return ({ exit, stdout }) => {
    if (stdout !== "") return stdout;
    return exit === 0 ? "{}\n" : refusal(protocol);
  };
}

function refusal(protocol: HookProtocol): string {
  const reason = "The guard could not read this call, so it does not run.";
  return renderAnswer(protocol, { kind: "deny", reason }).stdout;
}

function send(response: ServerResponse, body: string): void {
  response.on("error", () => {});
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(body);
}
