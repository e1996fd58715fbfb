import type { DecisionId } from "../../ids.ts";
import type { CloseFact, CommandFact, ControlFact, DecisionFact, SessionFact } from "../fact.ts";
import type { DecisionState, TaskState, WaveState } from "../state.ts";
import { applyAnswer } from "./answer.ts";
import { updateAttempt, updateSession, type DraftState, type Reducers } from "./draft.ts";

type Handled = SessionFact | ControlFact | DecisionFact | CloseFact | CommandFact;

/** Reducers of what concerns the session as a whole. */
export const sessionReducers: Reducers<Handled["type"]> = {
  "session.opened": (draft, fact, at) => {
    const { session: id, schedule, base, settings, agents } = fact;
    const known = agents === undefined ? {} : { agents };
    draft.session = { id, schedule, base, settings, ...known, openedAt: at };
    draft.integration = { head: base.commit, tree: base.tree, line: [] };
    draft.waves = schedule.waves.map((wave): WaveState => ({ wave, status: "planned", repair: false }));
    const waveOf = new Map(schedule.waves.flatMap((wave) => wave.tasks.map((id) => [id, wave.number])));
    draft.tasks = new Map(
      schedule.tasks.map((task, order): [TaskState["task"]["id"], TaskState] => [
        task.id,
        { task, wave: waveOf.get(task.id) ?? 1, order, attempts: [] },
      ]),
    );
  },
  "session.approved": (draft, fact, at) => updateSession(draft, { approved: { by: fact.by, at } }),
  "session.refused": (draft, fact) => updateSession(draft, { refused: fact.failures }),
  "session.settled": (draft, _fact, at) => updateSession(draft, { settledAt: at }),
  "coordinator.started": () => {},
  "session.paused": (draft, { by, reason }) => {
    draft.control = { ...draft.control, paused: { by, reason } };
  },
  "session.resumed": (draft) => {
    const { paused: _paused, parked: _parked, ...control } = draft.control;
    draft.control = control;
  },
  "session.stopped": (draft, { by, reason }, at) => {
    draft.control = { ...draft.control, stopped: { by, reason }, since: at };
  },
  "session.parked": (draft, { type: _type, ...parked }) => {
    draft.control = { ...draft.control, parked };
  },
  "session.unparked": (draft) => {
    const { parked: _parked, ...control } = draft.control;
    draft.control = control;
  },
  "session.limit-reached": (draft, fact, at) => {
    draft.control = { ...draft.control, limit: draft.control.limit ?? fact.limit, since: at };
  },
  "timer.fired": (draft, fact) => {
    draft.firedTimers.add(fact.timer);
  },
  "decision.asked": (draft, fact, at) => {
    draft.decisions.set(fact.decision, { id: fact.decision, question: fact.question, askedAt: at });
  },
  "decision.answered": (draft, { decision, option, by }, at) =>
    answer(draft, decision, { option, by, expired: false, at }),
  "decision.expired": (draft, { decision, option }, at) =>
    answer(draft, decision, { option, by: "default", expired: true, at }),
  "close.requested": (draft, { type: _type, ...asked }) => {
    const attempt = (draft.close.requested?.attempt ?? 0) + 1;
    draft.close = { requested: { ...asked, attempt } };
  },
  "session.abandoned": (draft, { by, reason }, at) => {
    const { refused: _refused, ...close } = draft.close;
    draft.close = { ...close, abandoned: { by, reason } };
    if (draft.session?.settledAt !== undefined || draft.control.stopped !== undefined) return;
    draft.control = { ...draft.control, stopped: { by, reason: `abandoned: ${reason}` }, since: at };
  },
  "issue.settled": (draft, { type: _type, ...settled }) => {
    draft.close = { ...draft.close, issues: [...(draft.close.issues ?? []), settled] };
  },
  "close.replayed": (draft, { type: _type, ...replayed }) => {
    const count = (draft.close.replayed?.count ?? 0) + 1;
    draft.close = { ...draft.close, replayed: { ...replayed, count } };
  },
  "close.refused": (draft, { failure }) => {
    draft.close = { ...draft.close, refused: failure };
  },
  "branch.advanced": (draft, { branch, from, to }) => {
    draft.close = { ...draft.close, advanced: { branch, from, to } };
  },
  "command.issued": (draft, { command }) => {
    draft.issued.add(command.id);
    draft.open.set(command.id, command);
    if (command.type !== "start-agent") return;
    const { attempt, agent: name, model } = command;
    updateAttempt(draft, attempt, { agent: { name, ...(model === undefined ? {} : { model }) } });
  },
  "command.failed": (draft, { command, failure }) => {
    draft.open.delete(command);
    draft.failedCommands.set(command, failure);
  },
};

/** The first answer counts; a later one changes nothing. */
function answer(draft: DraftState, id: DecisionId, given: NonNullable<DecisionState["answer"]>): void {
  const decision = draft.decisions.get(id);
  if (decision !== undefined && decision.answer === undefined) {
    draft.decisions.set(id, { ...decision, answer: given });
    applyAnswer(draft, decision.question.subject, given);
  }
}
