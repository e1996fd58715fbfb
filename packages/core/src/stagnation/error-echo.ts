import { MOST_PROOF, MOST_SUBJECTS, RecentTable, withNewest } from "./bounded-memory.ts";
import { watchChanges } from "./change-log.ts";
import { type Detector, leastOf, NO_SIGNALS } from "./detector.ts";
import { type Fingerprint, fingerprintOf, withNumber, withText } from "./fingerprint.ts";
import type { StagnationRules } from "./rules.ts";
import { type CallError, mayChange, type ToolCall } from "./tool-call.ts";

type Echo = {
  readonly error: Fingerprint;
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
export function watchErrorEcho(rules: StagnationRules): Detector {
  const least = leastOf("error-echo", rules);
  const echoes = new RecentTable<Echo>(MOST_SUBJECTS);
  const changes = watchChanges();
  return (call) => {
    if (!call.failed) {
      if (mayChange(call)) changes.note(call);
      else if (!echoes.isEmpty) echoes.delete(subjectOf(call, undefined));
      return NO_SIGNALS;
    }
    const { error } = call;
    if (error === undefined) return NO_SIGNALS;
    const subject = subjectOf(call, error);
    const before = echoes.get(subject);
    const again = before?.error === error.digest && !changes.since(before.n, before.path);
    const count = again ? before.count + 1 : 1;
    const calls = withNewest(again ? before.calls : [], call.call, MOST_PROOF);
    const path = again && before.path !== call.path ? undefined : call.path;
    echoes.set(subject, { error: error.digest, count, path, n: call.n, calls });
    if (count < least) return NO_SIGNALS;
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
function subjectOf(call: ToolCall, error: CallError | undefined): Fingerprint {
  if (call.kind === "write" || call.kind === "delete")
    return error?.class === "scope-denied" ? REFUSED : withText(WRITE, call.path ?? "");
  if (call.kind === "exec" && error?.telling === true) return withNumber(COMMAND, error.digest);
  return call.request;
}

const REFUSED = fingerprintOf("refused");
const WRITE = fingerprintOf("write");
const COMMAND = fingerprintOf("command");
