import { counted } from "../count-text.ts";
import { agentsOf } from "../run/scaling.ts";
import type { Fact, RecordedFact } from "../run/fact.ts";
import type { RunState, SettledIssue } from "../run/state.ts";
import { describeAttemptFact, describeLandingFact } from "./describe-attempt.ts";
import { describeJudgementFact } from "./describe-judgement.ts";
import { isAttemptFact, isJudgementFact, isLandingFact, isWholeFact, type WholeFact } from "./fact-family.ts";
import { plainLine } from "./plain-text.ts";
import { clock } from "./time.ts";

/**
 * One line of plain text for a fact worth telling, without its time; undefined for the rest.
 *
 * `state` is the state after the fact. The line is harmless (see `plainLine`), names the task where the fact
 * has one, and uses the word `denied` for exactly the writes that were refused.
 */
export function describeFact(recorded: RecordedFact, state: RunState): string | undefined {
  const text = textOf(recorded.fact, state);
  return text === undefined ? undefined : plainLine(text, 400);
}

/** The line of `describeFact` behind its time since the session opened: `[5:29] T2 denied Edit src/a.ts`. */
export function timelineLine(recorded: RecordedFact, state: RunState): string | undefined {
  const text = describeFact(recorded, state);
  const opened = state.session?.openedAt ?? recorded.at;
  return text === undefined ? undefined : `[${clock(recorded.at - opened)}] ${text}`;
}

function textOf(fact: Fact, state: RunState): string | undefined {
  if (isWholeFact(fact)) return sessionText(fact, state);
  if (isJudgementFact(fact)) return describeJudgementFact(fact, state);
  if (isAttemptFact(fact)) return describeAttemptFact(fact, state);
  if (isLandingFact(fact)) return describeLandingFact(fact);
  switch (fact.type) {
    case "plan.amended":
      return `plan amended: ${state.deviations.at(-1)?.text ?? fact.reason} (${fact.rule})`;
    case "deviation.noted":
      return `deviation in wave ${fact.wave}: ${fact.text} (${fact.rule})`;
    case "task.carried":
      return `${fact.task} carried over: ${fact.reason}`;
    case "task.dropped":
      return `${fact.task} dropped by ${fact.by}: ${fact.reason}`;
    case "task.retried":
      return `${fact.task} gets one more attempt, asked for by ${fact.by}`;
    case "wave.started":
      return waveText(fact.wave, state);
    case "wave.skipped":
      return `wave ${fact.wave} skipped, no tasks`;
    case "wave.finished":
      return `wave ${fact.wave} finished at ${fact.head.slice(0, 7)}`;
    case "timer.fired":
    case "command.issued":
      return undefined;
    case "command.failed":
      return `${fact.command} could not be performed: ${fact.failure.code} ${fact.failure.message}`;
    case "close.requested":
      return `close asked for by ${fact.by}, commits ${fact.commits}`;
    case "session.abandoned":
      return `session abandoned by ${fact.by}: ${fact.reason}`;
    case "branch.advanced":
      return `branch ${fact.branch} moved from ${fact.from.slice(0, 7)} to ${fact.to.slice(0, 7)}`;
    case "issue.settled":
      return issueText(fact);
    case "close.replayed":
      return `the branch had moved: ${fact.line.length} tasks put onto ${fact.onto.slice(0, 7)} as ${fact.head.slice(0, 7)}, to be judged there`;
    case "close.refused":
      return `close refused: ${fact.failure.code} ${fact.failure.message}`;
  }
}

function issueText({ issue, done, where, queued }: SettledIssue): string {
  const told = queued === undefined ? where : `waits in ${where}: ${queued}`;
  return `issue #${issue} ${done ? "done" : "not done"}, ${told}`;
}

function sessionText(fact: WholeFact, state: RunState): string {
  switch (fact.type) {
    case "session.opened": {
      const { schedule, base } = fact;
      const plan = `${counted(schedule.tasks.length, "task")} in ${counted(schedule.waves.length, "wave")}`;
      return `session ${fact.session} opened: ${schedule.title}, ${plan}, base ${base.branch}@${base.commit.slice(0, 7)}`;
    }
    case "session.approved":
      return `plan ${fact.hash.slice(0, 12)} approved by ${fact.by}`;
    case "session.refused":
      return `session refused: ${fact.failures.map((each) => `${each.code} ${each.message}`).join("; ")}`;
    case "coordinator.started":
      return state.attempts.size === 0
        ? `coordinator started, breakwater ${fact.version}`
        : `a new coordinator took over, breakwater ${fact.version}; the one before was killed or ended`;
    case "session.settled":
      return "session settled: every task has its disposition";
    case "session.paused":
      return `paused by ${fact.by}: ${fact.reason}`;
    case "session.resumed":
      return `resumed by ${fact.by}`;
    case "session.stopped":
      return `stopped by ${fact.by}: ${fact.reason}; results are kept`;
    case "session.parked":
      return `parked for ${fact.reason}: ${fact.message}${parkedUntil(fact.until, state)}`;
    case "session.unparked":
      return `goes on: ${fact.reason}`;
    case "session.limit-reached":
      return `the session reached its limit of ${fact.limit}; nothing new starts`;
  }
}

function parkedUntil(until: number | undefined, state: RunState): string {
  return until === undefined ? "; a person has to resume" : `; goes on in ${clock(until - state.now)}`;
}

function waveText(number: number, state: RunState): string {
  const found = state.waves.find((each) => each.wave.number === number);
  const wave = found?.wave;
  const tasks = [...state.tasks.values()].filter((each) => each.wave === number).length;
  const parallel = found === undefined ? 1 : agentsOf(state, found);
  const name = wave === undefined ? "" : ` ${wave.name}`;
  return `wave ${number}/${state.waves.length}${name}: ${counted(tasks, "task")}, up to ${parallel} in parallel`;
}
