import { keepYoung, MOST_PROOF, MOST_SUBJECTS, withNewest } from "./bounded-memory.ts";
import type { Detector } from "./detector.ts";
import { type CallError, mayChange, type ToolCall } from "./tool-call.ts";

type Echo = {
  readonly error: string;
  readonly count: number;
  readonly path: string | undefined;
  readonly calls: readonly string[];
};

/**
 * `error-echo`: the same or nearly the same attempt runs into the same error. Another error starts anew, and
 * so does a success that may have changed what the attempt is about.
 */
export function watchErrorEcho(): Detector {
  const echoes = new Map<string, Echo>();
  return (call) => {
    if (call.error === undefined) {
      if (mayChange(call)) forget(echoes, call);
      else echoes.delete(subjectOf(call, undefined));
      return [];
    }
    const subject = subjectOf(call, call.error);
    const before = echoes.get(subject);
    const again = before?.error === call.error.digest;
    const count = again ? before.count + 1 : 1;
    const calls = withNewest(again ? before.calls : [], call.call, MOST_PROOF);
    const path = again && before.path !== call.path ? undefined : call.path;
    keepYoung(echoes, [subject, { error: call.error.digest, count, path, calls }], MOST_SUBJECTS);
    return [
      {
        pattern: "error-echo",
        subject: `${subject}\n${call.error.digest}`,
        count,
        class: call.error.class,
        // Refusals of several files are told; the agent may yet find what it is allowed to write.
        ...(path === undefined && call.path !== undefined ? { most: "nudge" } : {}),
        path,
        calls,
        evidence: `${call.name}: the same error ${count} times (${call.error.class})`,
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

function forget(echoes: Map<string, Echo>, call: ToolCall): void {
  for (const [subject, { path }] of echoes) {
    if (path === undefined || call.paths.includes(path)) echoes.delete(subject);
  }
}
