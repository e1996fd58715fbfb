import { keepYoung, MOST_PROOF, MOST_SUBJECTS, withNewest } from "./bounded-memory.ts";
import type { Detector } from "./detector.ts";
import { mayChange, type ToolCall } from "./tool-call.ts";

type Echo = {
  readonly error: string;
  readonly count: number;
  readonly path: string | undefined;
  readonly calls: readonly string[];
};

/**
 * `error-echo`: the same attempt runs into the same error. A failed edit of one file is the same attempt
 * whatever text it looked for; otherwise the request decides. Another error starts anew, and so does a
 * success that may have changed what the attempt is about.
 */
export function watchErrorEcho(): Detector {
  const echoes = new Map<string, Echo>();
  return (call) => {
    if (call.error === undefined) {
      if (mayChange(call)) forget(echoes, call);
      else echoes.delete(call.request);
      return [];
    }
    const subject =
      call.kind === "write" || call.kind === "delete" ? `${call.tool} ${call.path ?? ""}` : call.request;
    const before = echoes.get(subject);
    const again = before?.error === call.error.digest;
    const count = again ? before.count + 1 : 1;
    const calls = withNewest(again ? before.calls : [], call.call, MOST_PROOF);
    keepYoung(echoes, [subject, { error: call.error.digest, count, path: call.path, calls }], MOST_SUBJECTS);
    return [
      {
        pattern: "error-echo",
        subject: `${subject}\n${call.error.digest}`,
        count,
        class: call.error.class,
        path: call.path,
        calls,
        evidence: `${call.name}: the same error ${count} times (${call.error.class})`,
      },
    ];
  };
}

function forget(echoes: Map<string, Echo>, call: ToolCall): void {
  for (const [subject, { path }] of echoes) {
    if (path === undefined || call.paths.includes(path)) echoes.delete(subject);
  }
}
