import { unreachable } from "../failure.ts";
import type { GateReport, GateVerdict } from "../run/gate-report.ts";

/**
 * Judges one run of a check; pure, never throws, and the only place where a report becomes a verdict.
 *
 * `baseline` is the report of the same command on the base tree. One of another command, or one that itself
 * showed nothing (timed out, missing command), counts as no baseline. A failure blocks only where it is new;
 * what cannot be told apart is `unknown`, never green. The table is in `docs/spec/gates.md`.
 */
export function gateVerdict(report: GateReport, baseline?: GateReport): GateVerdict {
  const before = standingBefore(report, baseline);
  const { result } = report;
  switch (result.kind) {
    case "exited":
      return result.code === 0 ? judgeExitZero(report, before) : judgeFailure(report, before);
    case "timed-out":
      // Where the same command ended in time on the base tree, the change is the likelier cause than the machine.
      return before.kind === "green"
        ? { kind: "red", newFailures: [] }
        : unknown(`it was stopped after ${result.afterMs} ms and did not finish`);
    case "signalled":
      return unknown(`it was ended by ${result.signal}`);
    case "missing-command":
      return unknown(`the command ${JSON.stringify(result.program)} was not found`);
    case "could-not-run":
      return unknown(`it could not be run: ${result.reason}`);
  }
  return unreachable(result);
}

/** What is known of the same command before the change. */
type Before =
  | { readonly kind: "none" }
  | { readonly kind: "green" }
  | { readonly kind: "red"; readonly code: number; readonly failing: readonly string[] | undefined };

function standingBefore(report: GateReport, baseline: GateReport | undefined): Before {
  if (baseline === undefined || baseline.command !== report.command) return { kind: "none" };
  if (baseline.result.kind !== "exited") return { kind: "none" };
  const { code } = baseline.result;
  const failed = code !== 0 || showsFailure(baseline);
  return failed ? { kind: "red", code, failing: completeNames(baseline) } : { kind: "green" };
}

function judgeExitZero(report: GateReport, before: Before): GateVerdict {
  if (showsFailure(report)) {
    // A report file is written by the reporter itself; printed text may be a test's own output.
    return report.evidence === "report-file"
      ? judgeFailure(report, before)
      : unknown("it exited with 0, but its output tells of failures");
  }
  if (ranNothing(report)) return unknown("it exited with 0, but not one test ran");
  return { kind: "green", flaky: report.flaky, knownFailures: [] };
}

function judgeFailure(report: GateReport, before: Before): GateVerdict {
  const failing = report.failing ?? [];
  if (before.kind !== "red") return { kind: "red", newFailures: failing };
  if (failing.length === 0) return unknown("it was red before and is red now, and names no failure");
  if (before.failing === undefined) return unknown("it was red before, and what failed then has no names");
  const known = new Set(before.failing);
  const fresh = failing.filter((name) => !known.has(name));
  if (fresh.length > 0) return { kind: "red", newFailures: fresh };
  if (completeNames(report) === undefined)
    return unknown("not every failure has a name, so new ones may be among them");
  if (before.code === 0 && !exitedZero(report)) {
    return unknown("the failures are the known ones, but the exit code was 0 before and is not now");
  }
  return { kind: "green", flaky: report.flaky, knownFailures: failing };
}

/** The failing names where they account for every failure that was counted. */
function completeNames(report: GateReport): readonly string[] | undefined {
  const { failing } = report;
  if (failing === undefined || failing.length === 0) return undefined;
  return failing.length >= (report.counts.failed ?? 0) ? failing : undefined;
}

function showsFailure(report: GateReport): boolean {
  return (report.counts.failed ?? 0) > 0 || (report.failing ?? []).length > 0;
}

/** True where a reporter counted tests and none of them ran; a check that counts no tests says nothing here. */
function ranNothing(report: GateReport): boolean {
  return report.counts.passed === 0 && (report.counts.failed ?? 0) === 0;
}

function exitedZero(report: GateReport): boolean {
  return report.result.kind === "exited" && report.result.code === 0;
}

function unknown(reason: string): GateVerdict {
  return { kind: "unknown", reason };
}
