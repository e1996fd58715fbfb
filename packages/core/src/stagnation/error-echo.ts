import { keepYoung, MOST_PROOF, MOST_SUBJECTS, withNewest } from "./bounded-memory.ts";
import { watchChanges } from "./change-log.ts";
import { type Detector, NO_SIGNALS } from "./detector.ts";
import { type CallError, mayChange, type ToolCall } from "./tool-call.ts";

type Echo = {
  readonly error: string;
  readonly count: number;
  readonly path: string | undefined;
  /** Position of its newest call. */
  readonly n: number;
  readonly calls: readonly string[];
};

/**
 * `error-echo`: the same or nearly the same attempt runs into the same error. Another error starts anew, and
 * so does a success that may have changed what the attempt is about.
 */
export function watchErrorEcho(): Detector {
  const echoes = new Map<string, Echo>();
  const changes = watchChanges();
  return (call) => {
    const { error } = call;
    if (error === undefined) {
      if (mayChange(call)) changes.note(call);
      else if (echoes.size > 0) echoes.delete(subjectOf(call, undefined));
      return NO_SIGNALS;
    }
    const subject = subjectOf(call, error);
    const before = echoes.get(subject);
    const again = before?.error === error.digest && !changes.since(before.n, before.path);
    const count = again ? before.count + 1 : 1;
    const calls = withNewest(again ? before.calls : [], call.call, MOST_PROOF);
    const path = again && before.path !== call.path ? undefined : call.path;
    keepYoung(echoes, [subject, { error: error.digest, count, path, n: call.n, calls }], MOST_SUBJECTS);
    if (count === 1) return NO_SIGNALS;
    return [
      {
        pattern: "error-echo",
        subject: `${subject}\n${error.digest}`,
        count,
        class: error.class,
        // Refusals of several files are told; the agent may yet find what it is allowed to write.
        ...(path === undefined && call.path !== undefined ? { most: "nudge" } : {}),
        path,
        calls,
        evidence: () => `${call.name}: the same error ${count} times (${error.class})`,
      },
    ];
  };
}

/**
 * What makes two failed calls the same attempt: a refusal its class, an edit its file whatever text it looked
 * for, a command what it said where that says enough, and everything else its request.
 */
function subjectOf(call: ToolCall, error: CallError | undefined): string {
  if (call.kind === "write" || call.kind === "delete")
    return error?.class === "scope-denied" ? "refused" : `write ${call.path ?? ""}`;
  if (call.kind === "exec" && error?.telling === true) return `exec ${error.digest}`;
  return call.request;
}
