import type { AgentEnding, AgentResult, ClientEnd } from "../contract.ts";
import { present } from "../json-shape.ts";
import type { MessageReader } from "./message-reader.ts";
import type { StreamEnd } from "./stream-end.ts";

/** What a door saw of the end besides stream and exit. */
export type EndSeen = {
  /** Why the run was ended from outside. */
  readonly stopped?: string | undefined;
  /** Why it is not sure that the door is asked. */
  readonly doorMissing?: string | undefined;
};

/** The result of a run from its stream and its exit; one of them alone is never enough to be completed. */
export function resultOf(end: ClientEnd, reader: MessageReader, seen: EndSeen): AgentResult {
  const stream = reader.end();
  const ending = endingOf(end, stream, seen);
  const word = ending.kind === "completed" ? stream?.word : undefined;
  return {
    ending,
    exitCode: end.code,
    claim: word?.claim ?? { kind: "missing" },
    findings: word?.findings ?? [],
    questions: word?.questions ?? [],
    ...present({ review: word?.review, runtimeSession: reader.session }),
  };
}

function endingOf(
  end: ClientEnd,
  stream: StreamEnd | undefined,
  { stopped, doorMissing }: EndSeen,
): AgentEnding {
  if (doorMissing !== undefined) return { kind: "gate-missing", message: doorMissing };
  if (end.startError !== undefined) return crash(`the client did not start: ${end.startError.message}`);
  if (stopped !== undefined) return crash(stopped);
  if (stream !== undefined && stream.ending.kind !== "completed") return stream.ending;
  if (end.signal !== null) return crash(`ended by ${end.signal}`);
  if (end.code !== (stream?.exitCode ?? 0)) return crash(`exit code ${end.code}`);
  return stream?.ending ?? { kind: "error", class: "protocol", message: "the client ended without a result" };
}

function crash(message: string): AgentEnding {
  return { kind: "error", class: "crash", message };
}
