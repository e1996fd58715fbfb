import type { Failure } from "../../failure.ts";
import type { GateSpec } from "../../plan/plan.ts";
import { isWaived, recordOf, verdictOfRecord } from "../gate-record.ts";
import type { GateRun } from "../gate-run.ts";
import type { Question } from "../question.ts";
import { isUsableBaseline, sessionGates } from "../phase.ts";
import type { GateRecord, RunState } from "../state.ts";
import { askPerson } from "./decision.ts";
import { combine, commandIdOf, nothing, order, record, type Wish } from "./wish.ts";

/**
 * Runs every gate once on the base, one after the other, and settles what cannot be told apart later: a
 * missing command refuses the session, a red gate without names asks, or refuses where nobody attends.
 */
export function decideBaseline(state: RunState): Wish {
  const { session } = state;
  if (session === undefined || state.control.stopped !== undefined) return stopBeforeStart(state);
  const runs = sessionGates(state).map((spec) => ({ spec, run: baselineRun(state, spec) }));
  const next = runs.find(({ run }) => recordOf(state, run) === undefined);
  if (next !== undefined) return orderBaseline(next);
  const unusable = runs.flatMap(({ spec, run }) => {
    const found = recordOf(state, run);
    if (found === undefined || isUsableBaseline(state, found) || isWaived(state, spec.id, run.commit))
      return [];
    return [{ spec, found }];
  });
  const missing = unusable.filter(({ found }) => found.report.result.kind === "missing-command");
  if (missing.length > 0) {
    return record({
      type: "session.refused",
      failures: missing.map(({ spec, found }) => missingFailure(spec, found)),
    });
  }
  if (session.settings.unattended && unusable.length > 0) {
    return record({
      type: "session.refused",
      failures: unusable.map(({ spec, found }) => redFailure(state, spec, found)),
    });
  }
  return combine(...unusable.map(({ spec, found }) => askPerson(state, redQuestion(state, spec, found))));
}

/** On the express path the base is checked only once there is a failure to tell from old ones. */
export function decideLateBaseline(state: RunState, spec: GateSpec): Wish | undefined {
  const run = baselineRun(state, spec);
  const isDue = state.session?.schedule.express === true && recordOf(state, run) === undefined;
  return isDue ? orderBaseline({ spec, run }) : undefined;
}

function orderBaseline({ spec, run }: { readonly spec: GateSpec; readonly run: GateRun }): Wish {
  const id = commandIdOf("run-gate", "baseline", spec.id);
  return order({ type: "run-gate", id, run, spec, lookUp: true });
}

function stopBeforeStart(state: RunState): Wish {
  const stopped = state.control.stopped;
  if (stopped === undefined) return nothing;
  const failure: Failure = {
    code: "BW453",
    message: `stopped by ${stopped.by} before the first wave: ${stopped.reason}`,
  };
  return record({ type: "session.refused", failures: [failure] });
}

function baselineRun(state: RunState, spec: GateSpec): GateRun {
  const commit =
    state.integration.line.length === 0
      ? state.integration.head
      : (state.session?.base.commit ?? state.integration.head);
  return { purpose: { kind: "baseline" }, gate: spec.id, commit };
}

function missingFailure(spec: GateSpec, found: GateRecord): Failure {
  const program = found.report.result.kind === "missing-command" ? found.report.result.program : spec.command;
  return {
    code: "BW452",
    message: `gate "${spec.id}" cannot run: ${program} is not there`,
    why: "a check that cannot run is unknown, and unknown is never pass",
    fix: `install ${program}, or correct the command of "${spec.id}": ${spec.command}`,
  };
}

function redFailure(state: RunState, spec: GateSpec, found: GateRecord): Failure {
  return {
    code: "BW451",
    message: `gate "${spec.id}" is not green on the base: ${reasonOf(state, found)}`,
    why: "red before and red after cannot be told apart by an exit code alone",
    fix: `fix it first, give it a reporter that names failures, or accept it with --accept-red ${spec.id}`,
  };
}

function redQuestion(state: RunState, spec: GateSpec, found: GateRecord): Question {
  return {
    subject: { kind: "baseline", gate: spec.id },
    text: `Gate "${spec.id}" is not green on the base (${reasonOf(state, found)}). Fix it first?`,
    options: [
      { id: "fix-first", label: "fix it first", consequence: "the session ends here; nothing was started" },
      {
        id: "accept-red",
        label: "accept it as red",
        consequence: `"${spec.id}" cannot block anything in this session`,
      },
    ],
  };
}

function reasonOf(state: RunState, found: GateRecord): string {
  const verdict = verdictOfRecord(state, found);
  if (verdict.kind === "unknown") return verdict.reason;
  return found.report.result.kind === "exited"
    ? `exit ${found.report.result.code}`
    : found.report.result.kind;
}
