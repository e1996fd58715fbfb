import type { HookProtocol } from "@breakwater/agents";
import { askDoor } from "../hook/ask-door.ts";
import type { HookAnswer } from "../hook/frame.ts";
import { type OwnSession, projectRoot } from "../hook/judge-own-session.ts";
import { readHookPayload } from "../hook/payload.ts";
import { renderAnswer } from "../hook/render-answer.ts";
import { routeCall } from "./agent-identity.ts";

/**
 * The answer to a call of a host's subagent while attempts are out with the host: its attempt's door judges it,
 * and an agent that nobody knows is refused. `undefined` where the call is the person's own session's.
 */
export async function answerHostAgent(
  text: string,
  wanted: HookProtocol | "auto",
  session: Pick<OwnSession, "env" | "cwd">,
): Promise<HookAnswer | undefined> {
  const read = readHookPayload(text, wanted);
  if (read.kind !== "call" || read.intent.agent === undefined) return undefined;
  const { protocol, intent, directory } = read;
  const route = routeCall(projectRoot(session, directory), intent);
  switch (route.kind) {
    case "own":
      return undefined;
    case "door":
      return askDoor(route.folder, { protocol, payload: text });
    case "ours":
      return renderAnswer(protocol, { kind: "allow" });
    case "stranger":
      return renderAnswer(protocol, { kind: "deny", reason: route.reason });
  }
}
