import { keepYoung, MOST_PROOF, MOST_SUBJECTS, withNewest } from "./bounded-memory.ts";
import type { Detector } from "./detector.ts";
import type { StagnationRules } from "./rules.ts";
import { onlyPath, type ToolCall } from "./tool-call.ts";

/** `unchanged-failures`: one check fails in exactly the same way, whatever was done between its runs. */
export function watchFailures(): Detector {
  const checks = new Map<string, { failures: string; count: number; calls: readonly string[] }>();
  return (call) => {
    if (call.kind !== "exec") return [];
    if (call.failures === undefined) {
      checks.delete(call.request);
      return [];
    }
    const before = checks.get(call.request);
    const again = before?.failures === call.failures;
    const count = again ? before.count + 1 : 1;
    const calls = withNewest(again ? before.calls : [], call.call, MOST_PROOF);
    keepYoung(checks, [call.request, { failures: call.failures, count, calls }], MOST_SUBJECTS);
    return [
      {
        pattern: "unchanged-failures",
        subject: `${call.request} ${call.failures}`,
        count,
        calls,
        evidence: `${call.name}: failed in the same way ${count} times`,
      },
    ];
  };
}

/**
 * `no-progress`: calls in a row none of which showed or made anything that was not there before. A refused
 * call is never progress; a call that waits is neither progress nor standstill.
 */
export function watchProgress(rules: StagnationRules): Detector {
  const seen = new Map<string, true>();
  let stale: readonly ToolCall[] = [];
  let count = 0;
  return (call) => {
    if (call.patient || rules.exempt[call.tool.toLowerCase()]?.includes("no-progress") === true) return [];
    const known = call.identity !== undefined && seen.has(call.identity);
    if (call.identity !== undefined) keepYoung(seen, [call.identity, true], MOST_SEEN);
    if (!known && !call.refused) {
      stale = [];
      count = 0;
      return [];
    }
    count += 1;
    stale = withNewest(stale, call, MOST_PROOF);
    return [
      {
        pattern: "no-progress",
        subject: "",
        count,
        ...(stale.every((each) => each.refused) && call.error !== undefined
          ? { class: call.error.class }
          : {}),
        path: onlyPath(stale),
        calls: stale.map((each) => each.call),
        evidence: `${count} calls in a row showed and changed nothing new, the last of them ${call.name}`,
      },
    ];
  };
}

const MOST_SEEN = 128;
