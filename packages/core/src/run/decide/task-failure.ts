import type { TaskId } from "../../ids.ts";
import { CONTRACT_RULE } from "../../policy/adaptation.ts";
import { lastAttempt } from "../outcome.ts";
import type { Question } from "../question.ts";
import { parkRule, standingOf, wasParkedFor, type Standing } from "../standing.ts";
import type { Fact } from "../fact.ts";
import type { RunState, TaskState } from "../state.ts";
import { DEFAULT_PARK_MS, isLonger } from "./breaker.ts";
import { askPerson } from "./decision.ts";
import { splitFacts } from "./split.ts";
import { placeNext } from "./placement.ts";
import { nothing, record, type Wish } from "./wish.ts";

type Failed = Extract<Standing, { readonly kind: "failed" }>;

/**
 * What follows for tasks that did not succeed and for tasks that depend on them. Facts are given for one
 * task at a time, because each changes where the next one goes.
 */
export function decideFailures(state: RunState, tasks: readonly TaskState[]): Wish {
  const wishes = tasks.map((task) => decideFailure(state, task));
  const facts = wishes.find((wish) => wish.record.length > 0);
  return facts ?? wishes.find((wish) => wish.commands.length > 0) ?? nothing;
}

function decideFailure(state: RunState, task: TaskState): Wish {
  const standing = standingOf(state, task);
  switch (standing.kind) {
    case "resolved":
    case "ready":
    case "active":
      return nothing;
    case "blocked":
      return record({
        type: "task.carried",
        task: task.task.id,
        reason: `depends on ${standing.by}, which did not get done`,
      });
    case "waiting":
      return followDependency(state, task, standing.for);
    case "failed":
      return afterFailure(state, task, standing);
  }
}

/** A task goes where the task it depends on went. */
function followDependency(state: RunState, task: TaskState, waitsFor: readonly TaskId[]): Wish {
  const waves = waitsFor.map((id) => state.tasks.get(id)?.wave ?? 0);
  const latest = Math.max(task.wave, ...waves);
  if (latest === task.wave) return nothing;
  const amendment = { kind: "move-task", task: task.task.id, wave: latest } as const;
  return record({
    type: "plan.amended",
    amendment,
    rule: "follow-dependency",
    reason: `it depends on ${waitsFor.join(", ")}`,
  });
}

function afterFailure(state: RunState, task: TaskState, standing: Failed): Wish {
  const { outcome, rule } = standing;
  switch (standing.step) {
    case "same-wave":
      return nothing;
    case "carry":
      return record({
        type: "task.carried",
        task: task.task.id,
        reason: `${outcome.kind}: ${outcome.detail}${rule.startsWith("budget:") ? `; the task has used up its ceiling (${rule})` : ""}`,
      });
    case "park":
      return park(state, task, standing);
    case "ask":
      return askPerson(state, failureQuestion(task, standing));
    case "next-wave": {
      const person = rule === "retry:person";
      const reason = `${outcome.kind}: ${outcome.detail}`;
      const place = placeNext(state, { rule, reason, person });
      if (place === undefined) return askPerson(state, failureQuestion(task, standing));
      const attempt = state.attempts.get(standing.attempt);
      const { wave } = place;
      const split = attempt === undefined ? [] : splitFacts(state, task, { attempt, outcome, wave });
      return record(...place.added, ...split, moveTo(task, wave, { rule, reason }));
    }
  }
}

function moveTo(
  task: TaskState,
  wave: number,
  why: { readonly rule: string; readonly reason: string },
): Fact {
  return { type: "plan.amended", amendment: { kind: "move-task", task: task.task.id, wave }, ...why };
}

/** The machine failed, not the agent: the session rests a while. What a provider refuses, the breaker tells. */
function park(state: RunState, task: TaskState, standing: Failed): Wish {
  const attempt = lastAttempt(state, task.task.id);
  if (attempt === undefined || wasParkedFor(state, attempt)) return nothing;
  const { detail: message } = standing.outcome;
  const noted: Fact = {
    type: "deviation.noted",
    wave: task.wave,
    rule: parkRule(attempt.id),
    text: `the session rests because of ${attempt.id}: ${message}`,
  };
  const until = state.now + DEFAULT_PARK_MS;
  const parking = { type: "session.parked", reason: "environment", message, until } as const;
  return isLonger(parking, state.control.parked) ? record(noted, parking) : record(noted);
}

/** A contract is tried again before those that build on it go on without it; everything else can be carried. */
function failureQuestion(task: TaskState, standing: Failed): Question {
  const question = plainQuestion(task, standing);
  if (standing.rule !== CONTRACT_RULE) return question;
  const [carry, retry, ...rest] = question.options;
  if (retry === undefined) return question;
  const here = { ...retry, consequence: "one more attempt in this wave; those that build on it wait" };
  return {
    ...question,
    text: `Others wait for ${task.task.id}. ${question.text}`,
    options: [here, carry, ...rest],
    fallback: "retry",
  };
}

function plainQuestion(task: TaskState, { attempt, outcome }: Failed): Question {
  const { id, title } = task.task;
  return {
    subject: { kind: "task-failed", task: id, attempt },
    text: `${id} (${title}) did not get done: ${outcome.kind}, ${outcome.detail}. What now?`,
    options: [
      {
        id: "carry",
        label: "carry it over",
        consequence: "its result stays under a ref; the session goes on without it",
      },
      { id: "retry", label: "try once more", consequence: "one more attempt in the next wave" },
      { id: "drop", label: "drop it", consequence: "it is taken out of the plan" },
      { id: "stop", label: "stop the session", consequence: "running agents are stopped; results are kept" },
    ],
    fallback: "carry",
  };
}

/** Tasks of waves that are over, put back to work by a person: they go to a later wave. */
export function decideRevived(state: RunState): Wish {
  const over = new Set(
    state.waves
      .filter((each) => each.status === "finished" || each.status === "skipped")
      .map((each) => each.wave.number),
  );
  const revived = [...state.tasks.values()].filter((task) => over.has(task.wave));
  const failures = decideFailures(state, revived);
  if (failures.record.length > 0) return failures;
  const ready = revived.find((task) => standingOf(state, task).kind === "ready");
  return ready === undefined ? failures : placeRetried(state, ready);
}

/** Finds a wave for a task that a person put back to work. */
export function placeRetried(state: RunState, task: TaskState): Wish {
  const why = { rule: "retry:person", reason: "a person asked for another attempt" };
  const place = placeNext(state, { ...why, person: true });
  if (place === undefined) return nothing;
  const amendment = { kind: "move-task", task: task.task.id, wave: place.wave } as const;
  return record(...place.added, { type: "plan.amended", amendment, ...why });
}
