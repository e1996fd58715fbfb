import { exitCodeOf } from "../../projection/exit-code.ts";
import type { ScheduledTask } from "../../plan/schedule.ts";
import type { Command, Timer } from "../command.ts";
import { dispositionOf } from "../disposition.ts";
import type { Amendment, Fact } from "../fact.ts";
import { verdictOfRecord } from "../gate-record.ts";
import { outcomeOf } from "../outcome.ts";
import { phaseOf } from "../phase.ts";
import { standingOf } from "../standing.ts";
import type { RunState, TaskState } from "../state.ts";

/** Fields that would only repeat what a scenario says anyway. */
const SILENT: ReadonlySet<string> = new Set([
  "type",
  "id",
  "schedule",
  "settings",
  "title",
  "workspace",
  "isolation",
  "scope",
  "tree",
]);

/** A command as one line: its type and what distinguishes it. */
export function describeCommand(command: Command): string {
  switch (command.type) {
    case "start-agent": {
      const scope = command.scope.kind === "write" ? command.scope.globs.join(",") : "read-only";
      const { model, resume, resumedUsd = 0 } = command;
      const cost = resumedUsd === 0 ? "" : ` (${resumedUsd} usd recorded)`;
      const resumed = resume === undefined ? "" : ` resuming ${resume}${cost}`;
      const by = model === undefined ? "" : ` by ${model}`;
      return `start-agent ${command.attempt} ${scope} ${command.enforcement}${by}${resumed}`;
    }
    case "run-gate": {
      const { purpose, gate, commit } = command.run;
      return `run-gate ${purpose.kind} ${gate} on ${commit}: ${command.spec.command}${command.lookUp ? "" : " (never looked up)"}`;
    }
    case "ask-person": {
      const { question, decision } = command;
      const options = question.options.map((each) => each.id).join("|");
      const deadline = question.deadline === undefined ? "" : `, else ${question.fallback ?? ""}`;
      return `ask-person ${decision} ${question.subject.kind} (${options}${deadline}): ${question.text}`;
    }
    case "prepare-workspace":
    case "nudge-agent":
    case "stop-agent":
    case "snapshot-result":
    case "check-findings":
    case "merge-result":
    case "audit-result":
    case "advance-integration":
    case "check-review":
    case "file-carryover":
    case "discard-workspace":
    case "advance-branch":
    case "settle-issue":
      return `${command.type} ${plain(command)}`;
  }
}

/** A fact as one line. */
export function describeFact(fact: Fact): string {
  if (fact.type === "plan.amended") {
    const { amendment, rule, reason } = fact;
    return `plan.amended ${describeAmendment(amendment)} by ${rule}: ${reason}`;
  }
  if (fact.type !== "attempt.opened") return `${fact.type} ${plain(fact)}`.trim();
  const { attempt, round, base, correction, reviewing } = fact;
  const reviews = reviewing === undefined ? "" : `, reviewing from ${reviewing.from}`;
  const start = `attempt.opened ${attempt} on ${base}${round === 1 ? "" : `, round ${round}`}${reviews}`;
  if (correction === undefined) return start;
  const globs = correction.globs === undefined ? "" : `, only ${correction.globs.join(",")}`;
  const carry = correction.carry === undefined ? "" : `, with ${correction.carry}`;
  const resume = correction.resume === undefined ? "" : `, resuming ${correction.resume.session}`;
  return `${start} by ${correction.rule}${globs}${carry}${resume}`;
}

function describeAmendment(amendment: Amendment): string {
  switch (amendment.kind) {
    case "add-task":
      return `+${amendment.task.id} in wave ${amendment.wave}`;
    case "move-task":
      return `${amendment.task} to wave ${amendment.wave}`;
    case "add-wave":
      return `+wave ${amendment.wave.number}`;
    case "split-task":
      return `${amendment.task} to ${amendment.globs.join(",")} ${amendment.parts.map(splitPart).join(" ")}`;
    case "scale-wave":
      return `wave ${amendment.wave} to ${amendment.agents} of ${amendment.planned} agents`;
    case "widen-scope":
      return `${amendment.task} may write ${amendment.globs.join(",")}`;
  }
}

function splitPart({ id, scope, after = [], verify }: ScheduledTask): string {
  const globs = scope.kind === "write" ? scope.globs.join(",") : "";
  return `+${id} ${globs} after ${after.join(",")}${verify.length === 0 ? "" : ` verify ${verify.join(",")}`}`;
}

/** What is left to see of a session: tasks, waves, line, questions and how it would exit. */
export function describeState(state: RunState, timers: readonly Timer[], start: number): readonly string[] {
  const steps = state.integration.line.map((step) => `${step.attempt}@${step.commit}`);
  const { code, reason } = exitCodeOf(state);
  const control = Object.keys(state.control).filter((key) => key !== "since");
  return [
    ...[...state.tasks.values()].map((task) => describeTask(state, task)),
    `waves ${state.waves.map((each) => `${each.wave.number} ${each.status}`).join(", ") || "none"}`,
    `line ${["base", ...steps].join(" ")}`,
    ...state.blames.map(
      (blame) => `blamed ${blame.attempt} by ${blame.gate}: ${blame.newFailures.join(",")}`,
    ),
    ...lastGates(state),
    ...[...state.decisions.values()].map(({ id, question, answer }) => {
      const given = answer === undefined ? "open" : `${answer.option} by ${answer.by}`;
      return `question ${id} ${question.subject.kind}: ${given}`;
    }),
    ...timers.map((timer) => `timer ${timer.id} in ${Math.round((timer.at - start) / 1_000)} s`),
    ...(control.length === 0 ? [] : [`control ${control.join(", ")}`]),
    `phase ${phaseOf(state).kind}`,
    `exit ${code}: ${reason}`,
  ];
}

function describeTask(state: RunState, task: TaskState): string {
  const attempts = task.attempts.flatMap((id) => {
    const attempt = state.attempts.get(id);
    if (attempt === undefined) return [];
    const outcome = outcomeOf(state, attempt);
    return [`${id} ${outcome === undefined ? "open" : `${outcome.kind}/${outcome.cause}`}`];
  });
  const disposition = dispositionOf(state, task);
  const word = disposition?.kind ?? standingOf(state, task).kind;
  const why = disposition !== undefined && "reason" in disposition ? ` (${disposition.reason})` : "";
  return `task ${task.task.id} wave ${task.wave} ${word}${why}: ${attempts.join(", ") || "no attempt"}`;
}

/** The newest verdict of every session gate that was run. */
function lastGates(state: RunState): readonly string[] {
  const newest = new Map(state.gates.map((record) => [`${record.run.gate} on ${record.run.commit}`, record]));
  return [...newest].map(([key, record]) => {
    const verdict = verdictOfRecord(state, record);
    const names = verdict.kind === "red" ? ` ${verdict.newFailures.join(",")}` : "";
    const why = verdict.kind === "unknown" ? ` (${verdict.reason})` : "";
    return `gate ${key}: ${verdict.kind}${names}${why}`;
  });
}

function plain(value: object): string {
  return Object.entries(value)
    .filter(([key]) => !SILENT.has(key))
    .map(([key, each]: [string, unknown]) =>
      key === "attempt" || key === "task" || key === "wave" ? text(each) : `${key}=${text(each)}`,
    )
    .join(" ");
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
