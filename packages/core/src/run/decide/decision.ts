import { decisionId } from "../../ids.ts";
import type { Question, QuestionSubject } from "../question.ts";
import type { DecisionState, RunState } from "../state.ts";
import { combine, commandIdOf, order, record, wake, type Wish } from "./wish.ts";

/** Expires questions whose deadline has passed and keeps the timers of the others. */
export function decideDecisions(state: RunState): Wish {
  return combine(...[...state.decisions.values()].map((each) => decideDecision(state, each)));
}

function decideDecision(state: RunState, decision: DecisionState): Wish {
  const { fallback, deadline } = decision.question;
  if (decision.answer !== undefined || fallback === undefined || deadline === undefined) return combine();
  const timer = `decision:${decision.id}`;
  if (state.firedTimers.has(timer)) {
    return record({ type: "decision.expired", decision: decision.id, option: fallback });
  }
  return wake({ id: timer, at: deadline });
}

/**
 * Asks once about a subject. Where nobody attends, a question with a fallback gets a deadline; one
 * without waits, and the session rests until somebody answers.
 */
export function askPerson(state: RunState, question: Omit<Question, "deadline">): Wish {
  const id = commandIdOf("ask-person", subjectKey(question.subject));
  if (state.issued.has(id)) return combine();
  const asked = [...state.issued].filter((each) => each.startsWith("ask-person:")).length;
  const settings = state.session?.settings;
  const timed = settings?.unattended === true && question.fallback !== undefined;
  return order({
    type: "ask-person",
    id,
    decision: decisionId(`d${asked + 1}`),
    question: timed ? { ...question, deadline: state.now + settings.decisionTimeoutMs } : question,
  });
}

/** The decision about a subject, if it was asked. */
export function decisionAbout(state: RunState, subject: QuestionSubject): DecisionState | undefined {
  const key = subjectKey(subject);
  return [...state.decisions.values()].find((each) => subjectKey(each.question.subject) === key);
}

function subjectKey(subject: QuestionSubject): string {
  switch (subject.kind) {
    case "baseline":
      return `baseline:${subject.gate}`;
    case "task-failed":
      return `task-failed:${subject.attempt}`;
    case "scope-held":
      return `scope-held:${subject.attempt}`;
    case "gate-stuck":
      return `gate-stuck:${subject.gate}:${subject.commit}`;
    case "course":
      return `course:${subject.wave}`;
    case "agent-question":
      return `agent-question:${subject.task}:${subject.text}`;
  }
}
