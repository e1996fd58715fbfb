import { counted } from "../count-text.ts";
import { roleTitles } from "../plan/role.ts";
import { OUTCOME_TABLE } from "../policy/outcome-table.ts";
import { outcomeOf } from "../run/outcome.ts";
import { phaseOf } from "../run/phase.ts";
import type { QuestionSubject } from "../run/question.ts";
import { notToRetry, recommendationOf } from "../record/handover.ts";
import type { AttemptState, RunState, TaskState, WaveState } from "../run/state.ts";
import { tasksOfWave } from "../run/standing.ts";
import { plainLine } from "./plain-text.ts";
import { isoTime } from "./time.ts";
import { yamlScalar } from "./yaml-scalar.ts";

/**
 * The text of `STATE.md`: a view of the session that other programs read, in the format that
 * `docs/spec/projections.md` gives. Undefined without a session. It is never read back for control.
 */
export function stateMarkdown(state: RunState): string | undefined {
  if (state.session === undefined) return undefined;
  const parts = [
    frontMatter(state, state.session),
    `## Current Wave\n\n${currentWave(state)}`,
    `## Wave History\n\n${history(state)}`,
    `## Deviations\n\n${deviations(state)}`,
    ...openQuestions(state),
    ...whatNotToRetry(state),
  ];
  return `${parts.join("\n\n")}\n`;
}

function frontMatter(state: RunState, session: NonNullable<RunState["session"]>): string {
  const { schedule } = session;
  const lines = [
    "schema-version: 1",
    `session-type: ${schedule.session}`,
    `branch: ${yamlScalar(plainLine(session.base.branch))}`,
    `issues: [${schedule.issues.join(", ")}]`,
    `started_at: ${isoTime(session.openedAt)}`,
    `status: ${statusOf(state)}`,
    `current-wave: ${finishedWave(state)}`,
    `total-waves: ${state.waves.length}`,
    `updated: ${isoTime(state.now)}`,
    `session: ${yamlScalar(session.id)}`,
    `session-start-ref: ${yamlScalar(session.base.commit)}`,
    ...docsTasks(state, schedule.docsTasks),
    ...recommendation(state),
  ];
  return `---\n${lines.join("\n")}\n---`;
}

/** Absent where there are none; absent and empty mean the same. */
function docsTasks(
  { close }: RunState,
  tasks: NonNullable<RunState["session"]>["schedule"]["docsTasks"],
): readonly string[] {
  if (tasks.length === 0) return [];
  const known = close.advanced === undefined ? [] : (close.requested?.docs ?? []);
  const statusOfTask = new Map(known.map(({ id, status }) => [id, status]));
  return [
    "docs-tasks:",
    ...tasks.flatMap((task) => [
      `  - id: ${yamlScalar(plainLine(task.id))}`,
      `    audience: ${task.audience}`,
      `    target-pattern: ${JSON.stringify(plainLine(task.targetPattern))}`,
      `    rationale: ${JSON.stringify(plainLine(task.rationale))}`,
      `    wave: ${task.wave}`,
      `    status: ${statusOfTask.get(task.id) ?? "planned"}`,
    ]),
  ];
}

/** For the next session, once this one is over. */
function recommendation(state: RunState): readonly string[] {
  if (phaseOf(state).kind !== "closed") return [];
  const { mode, priorities, carryoverRatio, completionRate, rationale } = recommendationOf(state);
  return [
    `recommended-mode: ${mode}`,
    ...(priorities.length === 0 ? ["top-priorities: []"] : ["top-priorities:"]),
    ...priorities.map((each) => `  - ${JSON.stringify(plainLine(each, 120))}`),
    `carryover-ratio: ${carryoverRatio}`,
    `completion-rate: ${completionRate}`,
    `rationale: ${JSON.stringify(plainLine(rationale, 200))}`,
  ];
}

function whatNotToRetry(state: RunState): readonly string[] {
  const { session } = state;
  if (session === undefined || phaseOf(state).kind !== "closed") return [];
  const date = isoTime(state.now).slice(0, 10);
  const lines = notToRetry(state).map(
    ({ approach, why }) =>
      `- **${plainLine(approach, 200).replaceAll("*", "")}** (${session.id}, ${date})\n  - why: ${plainLine(why, 300)}`,
  );
  return lines.length === 0 ? [] : [`## What Not To Retry\n\n${lines.join("\n")}`];
}

function statusOf(state: RunState): "active" | "paused" | "completed" | "abandoned" {
  const { kind } = phaseOf(state);
  if (kind === "closed") return state.close.advanced === undefined ? "abandoned" : "completed";
  const waits = [...state.decisions.values()].some((each) => each.answer === undefined);
  const halted = state.control.paused !== undefined || state.control.parked !== undefined;
  return waits || halted || kind === "awaiting-approval" || kind === "refused" ? "paused" : "active";
}

function finishedWave({ waves }: RunState): number {
  return waves.findLast((each) => each.status === "finished" || each.status === "skipped")?.wave.number ?? 0;
}

function currentWave(state: RunState): string {
  const { kind } = phaseOf(state);
  const next = state.waves.find((each) => each.status === "running" || each.status === "planned");
  if (kind === "settled" || kind === "closing" || kind === "closed" || next === undefined) {
    const abandoned = state.close.advanced === undefined ? "Abandoned" : "Closed";
    return `Wave ${finishedWave(state)} — ${kind === "closed" ? abandoned : "All waves finished"}`;
  }
  if (next.status === "planned" && next.wave.number === 1) return "Wave 0 — Initializing";
  const tasks = tasksOfWave(state, next.wave.number);
  const names = tasks.map((each) => `"${quoted(each.task.title)}"`).join(", ");
  const agents = counted(tasks.length, "agent");
  return `Wave ${next.wave.number} — ${roleOf(next)}: ${agents}${names === "" ? "" : `: ${names}`}`;
}

function roleOf({ wave }: WaveState): string {
  const titles = wave.roles.map((role) => roleTitles[role]).join(" + ");
  return titles === "" ? plainLine(wave.name, 80) : titles;
}

function history(state: RunState): string {
  const ended = state.waves.filter((each) => each.status === "finished" || each.status === "skipped");
  return ended.length === 0 ? "(none yet)" : ended.map((wave) => waveHistory(state, wave)).join("\n\n");
}

function waveHistory(state: RunState, wave: WaveState): string {
  const title = `### Wave ${wave.wave.number} — ${roleOf(wave)}`;
  if (wave.status === "skipped") return `${title} (skipped, no tasks)`;
  const attempts = [...state.attempts.values()].filter((each) => each.wave === wave.wave.number);
  return [title, ...attempts.flatMap((attempt) => agentLine(state, attempt))].join("\n");
}

const STATUS_WORDS = { complete: "done", partial: "partial", failed: "failed", spiral: "failed" } as const;

function agentLine(state: RunState, attempt: AttemptState): readonly string[] {
  const outcome = outcomeOf(state, attempt);
  const of = state.tasks.get(attempt.task);
  if (outcome === undefined) return [];
  if (of === undefined)
    return attempt.reviewing === undefined
      ? []
      : [
          `- Reviewer: ${STATUS_WORDS[OUTCOME_TABLE[outcome.kind].bucket]} — ${plainLine(outcome.detail, 160)}`,
        ];
  const { task } = of;
  const changed = attempt.result?.changed ?? 0;
  const files = counted(changed, "file");
  const note = plainLine(outcome.detail, 160).replaceAll(" — ", " - ");
  return [
    `- Agent "${quoted(task.title)}": ${STATUS_WORDS[OUTCOME_TABLE[outcome.kind].bucket]} — ${files} — ${note}${issueOf(of, attempt)}`,
  ];
}

/** The last attempt of a carried task names the issue that its work became. */
function issueOf({ attempts, carriedIssue }: TaskState, { id }: AttemptState): string {
  if (carriedIssue === undefined || attempts.at(-1) !== id) return "";
  return ` → ${carriedIssue.existing ? "existing" : "issue"} #${carriedIssue.number}`;
}

/** A description between double quotes, which it must not end. */
const quoted = (text: string): string => plainLine(text, 120).replaceAll('"', "'");

function deviations(state: RunState): string {
  if (state.deviations.length === 0) return "(none yet)";
  return state.deviations
    .map(
      ({ at, wave, text, rule }) =>
        `- [${isoTime(at)}] Wave ${wave}: ${plainLine(text, 400)} (${plainLine(rule, 120)})`,
    )
    .join("\n");
}

function sourceOf(subject: QuestionSubject): string {
  if ("task" in subject) return subject.task;
  return subject.kind === "course" ? `W${subject.wave}` : subject.gate;
}

function openQuestions(state: RunState): readonly string[] {
  const lines = [...decisionLines(state), ...agentQuestions(state)];
  return lines.length === 0 ? [] : [`## Open Questions\n\n${lines.join("\n")}`];
}

/** What agents asked at their end; nobody answered it yet. */
function agentQuestions({ attempts }: RunState): readonly string[] {
  const asked = [...attempts.values()].flatMap(({ id, task, report }) =>
    (report?.questions ?? []).map(
      (text) => `- [ ] ${plainLine(text, 300)} (source: ${plainLine(task)}/${id}, prio: medium)`,
    ),
  );
  return asked.slice(-20);
}

function decisionLines(state: RunState): readonly string[] {
  const decisions = [...state.decisions.values()];
  return decisions.slice(-20).map(({ id, question, answer }) => {
    const source = sourceOf(question.subject);
    const text = `${plainLine(question.text, 300)} (source: ${plainLine(source)}/${id}, prio: high)`;
    return answer === undefined ? `- [ ] ${text}` : `- [x] ${text} → Antwort: ${plainLine(answer.option)}`;
  });
}
