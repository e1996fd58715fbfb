import { type LastWord, readLastWord } from "../claim.ts";
import type { AgentEnding } from "../contract.ts";
import { type JsonObject, present, textOf } from "../json-shape.ts";
import { classOfFailure, type FailureShape } from "../provider-error.ts";
import { CLAUDE_FAILURES } from "./claude-failure.ts";

/** How the stream of a run ended, by its own last message, and the code with which the client then exits. */
export type StreamEnd = { readonly ending: AgentEnding; readonly word: LastWord; readonly exitCode: 0 | 1 };

/** What was seen before the last message. */
export type SeenOfStream = {
  /** The last report by schema that the client accepted. */
  readonly report?: LastWord;
  readonly said: string;
  readonly shape: FailureShape;
  readonly retryMs?: number;
};

/**
 * Reads the end. A report that was accepted stands: where a message made the client go on after it, and it then
 * only talked or made reports that are none, the run is completed as it was before that message.
 */
export function streamEnd(result: JsonObject, { report, said, shape, retryMs }: SeenOfStream): StreamEnd {
  const ending = endingOf(result, shape, retryMs);
  if (ending.kind === "completed") return { ending, word: report ?? readLastWord(said), exitCode: 0 };
  if (report !== undefined && result.terminal_reason === NO_OTHER_REPORT)
    return { ending: { kind: "completed" }, word: report, exitCode: 1 };
  return { ending, word: NO_WORD, exitCode: 0 };
}

const NO_OTHER_REPORT = "structured_output_retry_exhausted";

const NO_WORD: LastWord = { claim: { kind: "missing" }, findings: [], questions: [] };

/** Never one field alone: a failure of the provider comes as `subtype: "success"` with `is_error`. */
function endingOf(result: JsonObject, seen: FailureShape, retryMs: number | undefined): AgentEnding {
  const reason = textOf(result.terminal_reason) ?? textOf(result.subtype) ?? "unknown";
  const fine = result.is_error !== true && result.subtype === "success";
  if (fine && (reason === "completed" || reason === "success")) return { kind: "completed" };
  const errors = Array.isArray(result.errors) ? result.errors.filter((each) => typeof each === "string") : [];
  const text = textOf(result.result) ?? (errors.join("; ") || seen.text) ?? reason;
  const shape = {
    ...seen,
    text: seen.text ?? text,
    reason,
    ...present({ word: seen.word ?? textOf(result.startup_failure_reason) }),
  };
  const found = classOfFailure(shape, CLAUDE_FAILURES) ?? "protocol";
  const retryAfterMs = WAITING.has(found) ? retryMs : undefined;
  return {
    kind: "error",
    class: found,
    message: `${reason}: ${text}`.slice(0, 1_000),
    ...present({ retryAfterMs }),
  };
}

/** Classes for which it helps to wait; a time for the others would be a promise that nobody made. */
const WAITING: ReadonlySet<string> = new Set(["quota", "rate-limit", "overload"]);
