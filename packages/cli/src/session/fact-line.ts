import { taskOfAttempt, type Fact, type RecordedFact, type RunState } from "@breakwater/core";
import { jsonLine } from "../output/json-line.ts";

/**
 * One fact as a line for programs. `type` is the fact's own; the envelope is `seq`, `ts` and `session`, and
 * `task` where the fact is about one. The fact's fields stand beside them.
 */
export function factLine({ seq, at, cause, fact }: RecordedFact, state: RunState): string {
  const { type, ...fields } = fact;
  const task = taskOf(fact);
  return jsonLine(type, {
    seq,
    ts: new Date(at).toISOString(),
    session: state.session?.id,
    ...(task === undefined ? {} : { task }),
    ...(cause === undefined ? {} : { cause }),
    ...fields,
  });
}

function taskOf(fact: Fact): string | undefined {
  if ("task" in fact && typeof fact.task === "string") return fact.task;
  return "attempt" in fact ? taskOfAttempt(fact.attempt) : undefined;
}
