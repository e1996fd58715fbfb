import { MOST_PROOF, MOST_SUBJECTS, RecentTable, withNewest } from "./bounded-memory.ts";
import { type Detector, leastOf, NO_SIGNALS } from "./detector.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { plainName } from "./host-tool.ts";
import type { StagnationRules } from "./rules.ts";
import { mayChange, onlyPath, type ToolCall } from "./tool-call.ts";

type Check = {
  readonly failures: Fingerprint;
  readonly runs: number;
  /** Changes before its runs, the first one included. */
  readonly edits: number;
  /** Runs after a first edit of a further file, which is another idea. */
  readonly ideas: number;
  readonly files: readonly string[];
  readonly calls: readonly string[];
};

/**
 * `unchanged-failures`: one command fails in exactly the same way, whatever was done between its runs. Of the
 * runs after work on a further file, the first four do not count.
 */
export function watchFailures(rules: StagnationRules): Detector {
  const least = leastOf("unchanged-failures", rules);
  const checks = new RecentTable<Check>(MOST_SUBJECTS);
  let edited: string[] = [];
  return (call) => {
    if (mayChange(call)) {
      edited.push(call.path ?? "");
      if (edited.length > MOST_FILES) edited.shift();
    }
    if (call.kind !== "exec") return NO_SIGNALS;
    if (call.failures === undefined) {
      checks.delete(call.request);
      return NO_SIGNALS;
    }
    const { call: id, failures } = call;
    const check = nextCheck(checks.get(call.request), { call: id, failures }, edited);
    edited = [];
    checks.set(call.request, check);
    if (check.runs < least) return NO_SIGNALS;
    return [
      {
        pattern: "unchanged-failures",
        subject: `${call.request} ${call.failures}`,
        // Edits must have been tried as often as the check was run, unless there were none at all.
        count: Math.min(check.runs, check.edits || check.runs) - Math.min(check.ideas, MOST_IDEAS),
        path: check.files.length === 1 ? check.files[0] : undefined,
        calls: check.calls,
        evidence: () => `${call.name}: failed in the same way ${check.runs} times`,
      },
    ];
  };
}

function nextCheck(
  before: Check | undefined,
  call: { readonly failures: Fingerprint; readonly call: string },
  edited: readonly string[],
): Check {
  const { failures } = call;
  const tried = edited.length > 0 ? 1 : 0;
  if (before?.failures !== failures) {
    const files = edited.filter((path) => path !== "");
    return { failures, runs: 1, edits: tried, ideas: 0, files, calls: [call.call] };
  }
  const further = edited.filter((path) => path !== "" && !before.files.includes(path));
  return {
    failures,
    runs: before.runs + 1,
    edits: before.edits + tried,
    ideas: before.ideas + (before.files.length > 0 && further.length > 0 ? 1 : 0),
    files: further.reduce((files, path) => withNewest(files, path, MOST_FILES), before.files),
    calls: withNewest(before.calls, call.call, MOST_PROOF),
  };
}

const MOST_IDEAS = 4;
const MOST_FILES = 8;

/**
 * `no-progress`: calls in a row none of which showed or made anything that was not there before. A refused
 * call is never progress.
 */
export function watchProgress(rules: StagnationRules): Detector {
  const least = leastOf("no-progress", rules);
  let stale: readonly ToolCall[] = [];
  let count = 0;
  return (call) => {
    if (!call.known && !call.empty && !call.refused) {
      if (count > 0 && !isBeside(call, rules)) {
        stale = [];
        count = 0;
      }
      return NO_SIGNALS;
    }
    if (isBeside(call, rules)) return NO_SIGNALS;
    count += 1;
    stale = withNewest(stale, call, MOST_PROOF);
    if (count < least) return NO_SIGNALS;
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
        evidence: () =>
          `${count} calls in a row showed and changed nothing new, the last of them ${call.name}`,
      },
    ];
  };
}

/** A call that waits or keeps books is neither progress nor standstill. */
function isBeside(call: ToolCall, rules: StagnationRules): boolean {
  return call.patient || rules.exempt[plainName(call.tool)]?.includes("no-progress") === true;
}
