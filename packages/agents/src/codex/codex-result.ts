import type { AgentEnding, AgentResult, ClientEnd } from "../contract.ts";
import { type JsonObject, present, textOf } from "../json-shape.ts";
import { readReportText } from "../report.ts";
import { endingOfTurnError } from "./codex-error.ts";

/** What a run saw of its end besides the exit; filled while it goes. */
export type CodexEnd = {
  /** The last thing that the agent said; at most one. */
  readonly words: string[];
  readonly questions: string[];
  session?: string;
  /** The turn as the client closed it. */
  turn?: JsonObject;
  /** Why the client refused to begin. */
  refusal?: string;
  gateMissing?: string;
  retryAfterMs?: number | undefined;
};

const MOST_QUESTIONS = 20;

/** The result of a run from its closed turn and its exit; one of them alone is never enough to be completed. */
export function resultOf(client: ClientEnd, end: CodexEnd): AgentResult {
  const ending = endingOf(client, end);
  // What was said before a turn broke off is not a last word.
  const word = readReportText(end.turn?.status === "completed" ? (end.words.at(-1) ?? "") : "");
  return {
    ending,
    exitCode: client.code,
    claim: word.claim,
    findings: word.findings,
    questions: [...end.questions, ...word.questions].slice(0, MOST_QUESTIONS),
    ...present({ review: word.review, runtimeSession: end.session }),
  };
}

function endingOf(client: ClientEnd, { turn, refusal, gateMissing, retryAfterMs }: CodexEnd): AgentEnding {
  if (client.startError !== undefined) return crash(`the client did not start: ${client.startError.message}`);
  if (gateMissing !== undefined) return { kind: "gate-missing", message: gateMissing };
  const status = textOf(turn?.status);
  if (status === "failed") return endingOfTurnError(turn?.error, retryAfterMs);
  if (status === "interrupted") return { kind: "failed", reason: "the turn was interrupted" };
  if (client.signal !== null) return crash(`ended by ${client.signal}`);
  if (refusal !== undefined) return { kind: "error", class: "protocol", message: refusal };
  if (client.code !== 0) return crash(`exit code ${client.code}`);
  if (status === "completed") return { kind: "completed" };
  return { kind: "error", class: "protocol", message: "the client ended without closing its turn" };
}

function crash(message: string): AgentEnding {
  return { kind: "error", class: "crash", message };
}
