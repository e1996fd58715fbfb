import type { CommitId, GateId } from "../ids.ts";
import { gateVerdict } from "../policy/gate-verdict.ts";
import type { GateReport, GateVerdict } from "./gate-report.ts";
import { gateRunKey, type GateRun } from "./gate-run.ts";
import type { GateRecord, RunState } from "./state.ts";

/** The newest report of exactly this run, if it has ended. */
export function recordOf(state: RunState, run: GateRun): GateRecord | undefined {
  const key = gateRunKey(run);
  return state.gates.findLast((record) => gateRunKey(record.run) === key);
}

/** The report of a command on the base tree, against which new failures are told from old ones. */
export function baselineOf(state: RunState, command: string): GateReport | undefined {
  return state.gates.find((each) => each.run.purpose.kind === "baseline" && each.report.command === command)
    ?.report;
}

/** Judges a report against the baseline of its command. */
export function verdictOf(report: GateReport, baseline: GateReport | undefined): GateVerdict {
  return gateVerdict(report, baseline);
}

/** Judges a recorded report; the one place where a stored gate becomes green, red or unknown. */
export function verdictOfRecord(state: RunState, record: GateRecord): GateVerdict {
  return verdictOf(
    record.report,
    record.run.purpose.kind === "baseline" ? undefined : baselineOf(state, record.report.command),
  );
}

/** The newest verdict of a gate on a commit, from a run of any purpose but a task's own check. */
export function verdictAt(state: RunState, gate: GateId, commit: CommitId): GateVerdict | undefined {
  const record = state.gates.findLast(
    (each) => each.run.gate === gate && each.run.commit === commit && isSessionRun(each),
  );
  return record === undefined ? undefined : verdictOfRecord(state, record);
}

/** True for runs that judge the merged line as a whole. */
export function isSessionRun(record: GateRecord): boolean {
  switch (record.run.purpose.kind) {
    case "baseline":
    case "wave":
    case "bisect":
    case "final":
    case "close":
      return true;
    case "verify":
    case "reproduce":
      return false;
  }
}

/** True where a person accepted that this gate is not green, for this commit or from the base on. */
export function isWaived(state: RunState, gate: GateId, commit: CommitId): boolean {
  const base = state.session?.base.commit;
  return (
    (state.session?.settings.acceptRed.includes(gate) ?? false) ||
    state.waived.some((each) => each.gate === gate && (each.commit === commit || each.commit === base))
  );
}
