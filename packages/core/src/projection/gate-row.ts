import type { GateId } from "../ids.ts";
import { isSessionRun, isWaived, verdictOfRecord } from "../run/gate-record.ts";
import type { GateCounts, GateReport } from "../run/gate-report.ts";
import { sessionGates } from "../run/phase.ts";
import type { GateRecord, RunState } from "../run/state.ts";

export type GateWord = "not run" | "running" | "green" | "red" | "unknown";

/** A gate of the session with its newest run on the merged line, if it has run. */
export type GateRow = {
  readonly id: GateId;
  readonly command: string;
  readonly word: GateWord;
  readonly waived: boolean;
  readonly flaky: boolean;
  readonly lookedUp: boolean;
  /** New failures, or why nothing is known; empty for green. */
  readonly detail: string;
  readonly counts: GateCounts;
  readonly exit?: string;
  readonly tree?: string;
  readonly commit?: string;
  readonly durationMs?: number;
  /** True while the newest run is the one on the base. */
  readonly baseline: boolean;
};

/** The gates of a session in the order of its configuration. */
export function gateRows(state: RunState): readonly GateRow[] {
  return sessionGates(state).map((spec) => {
    const record = state.gates.findLast((each) => each.run.gate === spec.id && isSessionRun(each));
    const running = [...state.open.values()].some(
      (order) => order.type === "run-gate" && order.run.gate === spec.id,
    );
    return {
      ...rowOf(state, spec.id, record),
      id: spec.id,
      command: spec.command,
      ...(running ? { word: "running" as const } : {}),
    };
  });
}

function rowOf(
  state: RunState,
  gate: GateId,
  record: GateRecord | undefined,
): Omit<GateRow, "id" | "command"> {
  if (record === undefined) {
    return {
      word: "not run",
      waived: false,
      flaky: false,
      lookedUp: false,
      detail: "",
      counts: {},
      baseline: false,
    };
  }
  const { report, run } = record;
  const verdict = verdictOfRecord(state, record);
  return {
    word: verdict.kind,
    waived: isWaived(state, gate, run.commit),
    flaky: report.flaky,
    lookedUp: report.lookedUp,
    detail: verdictDetail(verdict),
    counts: report.counts,
    exit: exitText(report),
    tree: report.tree,
    commit: run.commit,
    durationMs: report.durationMs,
    baseline: run.purpose.kind === "baseline",
  };
}

function verdictDetail(verdict: ReturnType<typeof verdictOfRecord>): string {
  switch (verdict.kind) {
    case "green":
      return "";
    case "red":
      return verdict.newFailures.join(", ");
    case "unknown":
      return verdict.reason;
  }
}

/** How a check ended, in two or three words. */
export function exitText({ result }: GateReport): string {
  switch (result.kind) {
    case "exited":
      return `exit ${result.code}`;
    case "signalled":
      return `killed by ${result.signal}`;
    case "timed-out":
      return `timed out after ${Math.round(result.afterMs / 1000)} s`;
    case "missing-command":
      return `command not found: ${result.program}`;
    case "could-not-run":
      return `could not run: ${result.reason}`;
  }
}
