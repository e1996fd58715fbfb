import { taskOfAttempt, type AttemptId, type DecisionId, type TaskId } from "../ids.ts";
import { dispositionOf, explainOpen } from "../run/disposition.ts";
import { evolve } from "../run/evolve/evolve.ts";
import type { Correction, Fact, RecordedFact } from "../run/fact.ts";
import type { QuestionSubject } from "../run/question.ts";
import { lastAttempt, outcomeOf } from "../run/outcome.ts";
import { stepAfter } from "../policy/adaptation.ts";
import { adaptationQuestion } from "../run/standing.ts";
import { initialState, type RunState, type TaskState } from "../run/state.ts";
import { plainLine } from "./plain-text.ts";
import { describeFact } from "./timeline.ts";

/** One link of a chain: what a fact says, or what a rule made of the facts up to it. */
export type ExplainLine = {
  /** Number of the fact in the journal. */
  readonly fact: number;
  readonly at: number;
  readonly text: string;
  /** The rule that applied, where the line is the work of one. */
  readonly rule?: string;
  /** Numbers of earlier facts that this one answers. */
  readonly because: readonly number[];
};

/**
 * Everything that led to where a task is: its dispatches, denials, checks, retries and its end, each with
 * the fact and the rule behind it. Facts in the order of the journal; empty for a task that does not exist.
 */
export function explainTask(facts: Iterable<RecordedFact>, id: TaskId): readonly ExplainLine[] {
  const lines: ExplainLine[] = [];
  let told = "";
  walk(facts, (recorded, state, orders) => {
    const task = state.tasks.get(id);
    if (task === undefined) return;
    if (concernsTask(recorded.fact, task, state)) lines.push(...factLines(recorded, state, orders));
    const judgement = judge(state, task);
    if (judgement !== undefined && judgement.text !== told) {
      told = judgement.text;
      lines.push({ fact: recorded.seq, at: recorded.at, because: [], ...judgement });
    }
  });
  return lines;
}

/** Everything of one review: its attempts, what it found, what was checked, and what followed. */
export function explainReview(facts: Iterable<RecordedFact>, review: string): readonly ExplainLine[] {
  return chain(facts, (fact) => {
    if (fact.type === "review.finished" || fact.type === "review.failed") return fact.review === review;
    if (fact.type === "plan.amended") return fact.rule === `review:${review}`;
    if (fact.type === "deviation.noted") return fact.rule.startsWith(`review:${review}:`);
    return "attempt" in fact && taskOfAttempt(fact.attempt) === review;
  });
}

/** Why a person was or is asked: what happened to the subject, the question, the answer and its effect. */
export function explainDecision(facts: readonly RecordedFact[], id: DecisionId): readonly ExplainLine[] {
  const asked = facts.find((each) => each.fact.type === "decision.asked" && each.fact.decision === id);
  if (asked?.fact.type !== "decision.asked") return [];
  const { subject, options } = asked.fact.question;
  const before = facts.filter((each) => each.seq < asked.seq);
  const cause = explainSubject(before, subject);
  const choices = options.map(({ id, label, consequence }) => ({
    fact: asked.seq,
    at: asked.at,
    text: plainLine(`option ${id}: ${label}; ${consequence}`),
    because: [],
  }));
  return [
    ...cause,
    ...chain(facts, (fact) => fact.type === "decision.asked" && fact.decision === id),
    ...choices,
    ...answerLines(facts, id),
  ];
}

/** What happened to the subject of a question before it was asked. */
function explainSubject(before: readonly RecordedFact[], subject: QuestionSubject): readonly ExplainLine[] {
  switch (subject.kind) {
    case "task-failed":
    case "scope-held":
    case "agent-question":
      return explainTask(before, subject.task);
    case "baseline":
    case "gate-stuck":
      return gateChain(before, subject.gate);
    case "course":
      return chain(before, ({ type }) => type === "task.carried" || type === "task.dropped");
  }
}

/** Why the session or its agents stopped, were parked, paused, refused or ran out; empty while nothing did. */
export function explainStop(facts: Iterable<RecordedFact>): readonly ExplainLine[] {
  return chain(
    facts,
    (fact) =>
      STOPS.has(fact.type) || (fact.type === "attempt.exited" && fact.report.ending.kind !== "completed"),
  );
}

const STOPS: ReadonlySet<Fact["type"]> = new Set<Fact["type"]>([
  "session.refused",
  "session.paused",
  "session.resumed",
  "session.stopped",
  "session.parked",
  "session.unparked",
  "session.limit-reached",
  "session.settled",
  "attempt.stopping",
  "close.refused",
]);

type Visit = (recorded: RecordedFact, state: RunState, orders: ReadonlyMap<string, number>) => void;

/** Folds the facts one by one; `orders` tells in which fact each command was issued. */
function walk(facts: Iterable<RecordedFact>, visit: Visit): void {
  const orders = new Map<string, number>();
  let state = initialState;
  for (const recorded of facts) {
    state = evolve(state, recorded);
    if (recorded.fact.type === "command.issued") orders.set(recorded.fact.command.id, recorded.seq);
    visit(recorded, state, orders);
  }
}

function chain(facts: Iterable<RecordedFact>, wanted: (fact: Fact) => boolean): readonly ExplainLine[] {
  const lines: ExplainLine[] = [];
  walk(facts, (recorded, state, orders) => {
    if (wanted(recorded.fact)) lines.push(...factLines(recorded, state, orders));
  });
  return lines;
}

function gateChain(facts: Iterable<RecordedFact>, gate: string): readonly ExplainLine[] {
  return chain(facts, (fact) => {
    if (fact.type === "gate.finished") return fact.run.gate === gate;
    return (fact.type === "gate.blamed" || fact.type === "gate.waived") && fact.gate === gate;
  });
}

/** The answer, and what was recorded at once because of it. */
function answerLines(facts: readonly RecordedFact[], id: DecisionId): readonly ExplainLine[] {
  const isAnswer = (fact: Fact): boolean =>
    (fact.type === "decision.answered" || fact.type === "decision.expired") && fact.decision === id;
  return chain(facts, isAnswer);
}

function factLines(
  recorded: RecordedFact,
  state: RunState,
  orders: ReadonlyMap<string, number>,
): readonly ExplainLine[] {
  const { seq, at, cause, fact } = recorded;
  const text = fact.type === "attempt.opened" ? openedText(fact, state) : describeFact(recorded, state);
  if (text === undefined) return [];
  const issued = cause === undefined ? undefined : orders.get(cause);
  const rule = ruleOf(fact);
  return [
    {
      fact: seq,
      at,
      text,
      because: issued === undefined ? [] : [issued],
      ...(rule === undefined ? {} : { rule }),
    },
  ];
}

function openedText(fact: Extract<Fact, { readonly type: "attempt.opened" }>, state: RunState): string {
  const { attempt, wave, round, base, correction, reviewing } = fact;
  if (reviewing !== undefined)
    return `${attempt} reviews ${reviewing.from.slice(0, 7)}..${base.slice(0, 7)} after wave ${wave}`;
  const task = state.tasks.get(taskOfAttempt(attempt))?.task;
  const needs =
    task === undefined || task.depends.length === 0
      ? "it depends on nothing"
      : `${task.depends.join(", ")} landed`;
  const why = correction === undefined ? `wave ${wave} runs and ${needs}` : correctionText(correction);
  return plainLine(`${attempt} dispatched in wave ${wave}, round ${round}, on ${base.slice(0, 7)}: ${why}`);
}

function correctionText({ brief, resume }: Correction): string {
  if (resume === undefined) return brief;
  return `resumes the agent's session ${resume.session} of ${resume.from}: ${brief}`;
}

/** The rule that a fact names itself. */
function ruleOf(fact: Fact): string | undefined {
  if (fact.type === "attempt.opened")
    return fact.reviewing === undefined ? (fact.correction?.rule ?? "wave:ready") : "wave:review";
  return "rule" in fact ? fact.rule : undefined;
}

function concernsTask(fact: Fact, task: TaskState, state: RunState): boolean {
  const { id, depends } = task.task;
  if (fact.type === "integration.advanced" && depends.includes(taskOfAttempt(fact.attempt))) return true;
  if (fact.type === "wave.started" || fact.type === "wave.skipped") return fact.wave === task.wave;
  if (fact.type === "plan.amended") return amends(fact, task);
  if (fact.type === "gate.finished") {
    const { purpose } = fact.run;
    return (purpose.kind === "verify" || purpose.kind === "reproduce") && isAttemptOf(purpose.attempt, id);
  }
  if (fact.type === "decision.asked")
    return "task" in fact.question.subject && fact.question.subject.task === id;
  if (fact.type === "decision.answered" || fact.type === "decision.expired") {
    const subject = state.decisions.get(fact.decision)?.question.subject;
    return subject !== undefined && "task" in subject && subject.task === id;
  }
  if ("task" in fact) return fact.task === id;
  return "attempt" in fact && isAttemptOf(fact.attempt, id);
}

function amends(
  { amendment }: Extract<Fact, { readonly type: "plan.amended" }>,
  { task: { id }, wave }: TaskState,
): boolean {
  switch (amendment.kind) {
    case "add-wave":
      return amendment.wave.tasks.includes(id);
    case "scale-wave":
      return amendment.wave === wave;
    case "add-task":
      return amendment.task.id === id;
    case "split-task":
      return amendment.task === id || amendment.parts.some((part) => part.id === id);
    case "move-task":
    case "widen-scope":
      return amendment.task === id;
  }
}

const isAttemptOf = (attempt: AttemptId, id: TaskId): boolean => taskOfAttempt(attempt) === id;

/** What the rules make of a task's newest attempt, once its evidence is complete. */
function judge(
  state: RunState,
  task: TaskState,
): { readonly text: string; readonly rule: string } | undefined {
  const { id } = task.task;
  const disposition = dispositionOf(state, task);
  if (disposition?.kind === "done")
    return { text: `${id} is done: every proof is there`, rule: "proof-of-done" };
  if (disposition?.kind === "carried" || disposition?.kind === "dropped") {
    return { text: plainLine(`${id} is ${disposition.kind}: ${disposition.reason}`), rule: "disposition" };
  }
  const attempt = lastAttempt(state, id);
  const outcome = attempt === undefined ? undefined : outcomeOf(state, attempt);
  if (attempt === undefined || outcome === undefined) return undefined;
  const judged = `${attempt.id} judged ${outcome.kind} (${outcome.cause}): ${outcome.detail}`;
  if (disposition !== undefined) return { text: plainLine(judged), rule: "outcome" };
  if (outcome.kind === "done") {
    return { text: plainLine(`${judged}; not done yet: ${explainOpen(state, task)}`), rule: "outcome" };
  }
  const { step, rule } = stepAfter(adaptationQuestion(state, task, attempt, outcome));
  return { text: plainLine(`${judged}; what follows: ${step}`), rule };
}
