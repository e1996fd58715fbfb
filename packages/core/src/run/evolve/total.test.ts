import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attemptId, commitId, decisionId, gateId, taskId, treeId } from "../../ids.ts";
import { exitCodeOf } from "../../projection/exit-code.ts";
import { accept } from "../accept.ts";
import { decide } from "../decide/decide.ts";
import { dispositionOf } from "../disposition.ts";
import type { Fact, RecordedFact } from "../fact.ts";
import { playLines } from "../scenario/perform-line.test-support.ts";
import { readScript } from "../scenario/script.test-support.ts";
import { plain } from "../scenario/stage.test-support.ts";
import { initialState, type RunState } from "../state.ts";
import { evolve, replay } from "./evolve.ts";

const tasks = ["T1", "T2", "T3", "T9"].map(taskId);
const attempts = tasks.flatMap((task) => [1, 2, 3].map((n) => attemptId(task, n)));
const commits = ["base", "c1", "c2", "c3", "x", ""].map(commitId);
const trees = ["base-tree", "tree1", "tree2", "x", ""].map(treeId);

/** Facts of real sessions, in which every kind of fact occurs with believable fields. */
const real: readonly Fact[] = [
  `gate test runs "npm test"
   wave impl-core
   task T1 write src/a/** verify "npm run t1"
   task T2 write src/b/** after T3
   task T3 read-only
   gate test red one with T2 without T2F1
   T1.1 strays lib/x
   go
   run`,
  `settings unattended
   budget minutes 5
   wave impl-core warn
   task T1 write src/a/** needs T2
   task T2 write src/a/** on-fail ask needs T1
   task T3 write src/c/**
   T3.1 strays lib/x
   T3.1 exits error quota
   go
   run
   resume
   run
   timer session-minutes
   run
   close
   run`,
].flatMap((text) => playLines(readScript(text).lines).stage.facts.map(({ fact }) => fact));

const opening = real.filter((fact) => fact.type === "session.opened" || fact.type === "session.approved");

/** A real fact in which some ids were exchanged for others, known and unknown. */
const shuffled: fc.Arbitrary<Fact> = fc
  .record({
    fact: fc.constantFrom(...real),
    attempt: fc.option(fc.constantFrom(...attempts), { nil: undefined }),
    task: fc.option(fc.constantFrom(...tasks), { nil: undefined }),
    commit: fc.option(fc.constantFrom(...commits), { nil: undefined }),
    tree: fc.option(fc.constantFrom(...trees), { nil: undefined }),
    wave: fc.option(fc.integer({ min: -1, max: 5 }), { nil: undefined }),
  })
  .map(({ fact, ...ids }): Fact => exchanged(fact, ids));

/** Facts that no session of today writes: other ids, other orders, kinds of a later version. */
const strange: fc.Arbitrary<Fact> = fc.oneof(
  fc.constantFrom<Fact>(
    {
      type: "plan.amended",
      amendment: { kind: "move-task", task: taskId("T9"), wave: 77 },
      rule: "",
      reason: "",
    },
    {
      type: "plan.amended",
      amendment: { kind: "widen-scope", task: taskId("T3"), globs: [""] },
      rule: "",
      reason: "",
    },
    { type: "task.retried", task: taskId("T1"), by: "" },
    { type: "task.dropped", task: taskId("T2"), by: "", reason: "" },
    { type: "decision.answered", decision: decisionId("d9"), option: "", by: "" },
    { type: "decision.answered", decision: decisionId("d1"), option: "nonsense", by: "" },
    { type: "decision.answered", decision: decisionId("d1"), option: "stop", by: "" },
    {
      type: "gate.blamed",
      gate: gateId("test"),
      attempt: attempts[0] ?? attemptId(taskId("T1"), 1),
      commit: commitId("nowhere"),
      newFailures: [],
    },
    { type: "gate.waived", gate: gateId("nothing"), commit: commitId("base"), by: "" },
    { type: "session.parked", reason: "guard", message: "" },
    { type: "session.unparked", reason: "" },
    { type: "session.settled" },
    { type: "close.requested", by: "", commits: "summary" },
    { type: "timer.fired", timer: "overdue:T1.1" },
    { type: "timer.fired", timer: "lost:T1.1" },
    { type: "timer.fired", timer: "decision:d1" },
  ),
  fc.constantFrom("session.sang", "toString", "__proto__", "constructor", "").map(ofLater),
);

/** A real session with holes, and with something strange at its end. */
const torn = fc
  .tuple(
    fc.subarray(
      real.map((_, index) => index),
      { minLength: 1 },
    ),
    fc.array(fc.oneof(shuffled, strange), { maxLength: 5 }),
  )
  .map(([kept, more]) => recorded([...kept.flatMap((index) => real[index] ?? []), ...more]));

const mixed = fc
  .tuple(
    fc.constantFrom(true, true, true, false),
    fc.array(fc.oneof({ weight: 6, arbitrary: shuffled }, strange), { maxLength: 60 }),
  )
  .map(([opened, facts]) => recorded(opened ? [...opening.slice(0, 2), ...facts] : facts));

const journals = fc.oneof(torn, mixed);

describe("evolve", () => {
  it("takes every sequence of facts, and replay is the same as evolve one by one", () => {
    fc.assert(
      fc.property(journals, (facts) => {
        const folded = facts.reduce((state, fact) => evolve(state, fact), initialState);
        expect(plain(folded)).toBe(plain(replay(facts)));
      }),
      { numRuns: 300 },
    );
  });

  it("goes on from any state as from the first", () => {
    fc.assert(
      fc.property(journals, fc.nat(60), (facts, cut) => {
        const resumed = replay(facts.slice(cut), replay(facts.slice(0, cut)));
        expect(plain(resumed)).toBe(plain(replay(facts)));
      }),
      { numRuns: 100 },
    );
  });

  it("never touches the state it was given", () => {
    fc.assert(
      fc.property(journals, shuffled, (facts, next) => {
        const state = replay(facts);
        const before = plain(state);
        evolve(state, { seq: 99, at: 99, fact: next });
        expect(plain(state)).toBe(before);
      }),
      { numRuns: 100 },
    );
  });

  it("keeps a task and its attempts when a fact adds it again", () => {
    const added = real.find((fact) => fact.type === "plan.amended" && fact.amendment.kind === "add-task");
    if (added?.type !== "plan.amended" || added.amendment.kind !== "add-task")
      throw new Error("No task was added");
    const { task } = added.amendment;
    const opened: Fact = {
      type: "attempt.opened",
      attempt: attemptId(task.id, 1),
      wave: 2,
      round: 1,
      base: commitId("base"),
    };
    const state = replay(recorded([...opening.slice(0, 2), added, opened, added]));
    expect(state.tasks.get(task.id)?.attempts).toEqual([`${task.id}.1`]);
  });
});

describe("decide", () => {
  it("answers in every state, and twice the same", () => {
    fc.assert(
      fc.property(journals, (facts) => {
        const state = replay(facts);
        expect(JSON.stringify(decide(state))).toBe(JSON.stringify(decide(replay(facts))));
        expect(() => judgeAll(state)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it("answers where tasks wait for one another in a circle", () => {
    const text =
      "wave impl-core\ntask T1 write a after T2\ntask T2 write b after T1\ntask T3 write c needs T4\ntask T4 write d needs T3\ngo\nrun";
    const { stage } = playLines(readScript(text).lines);
    expect(() => judgeAll(stage.state)).not.toThrow();
    expect(stage.state.attempts.size).toBe(0);
  });
});

function judgeAll(state: RunState): void {
  exitCodeOf(state);
  for (const task of state.tasks.values()) dispositionOf(state, task);
  for (const id of tasks) {
    accept(state, { type: "retry", task: id, by: "" });
    accept(state, { type: "drop", task: id, by: "", reason: "" });
    accept(state, { type: "steer", task: id, text: "", by: "" });
  }
  accept(state, { type: "answer", decision: decisionId("d1"), option: "retry", by: "" });
  accept(state, { type: "close", by: "", commits: "summary" });
}

/** Puts the ids that were drawn in the place of those that a fact has. */
function exchanged(fact: Fact, ids: Readonly<Record<string, unknown>>): Fact {
  const drawn = Object.entries(ids).filter(
    ([key, id]) =>
      id !== undefined &&
      key in fact &&
      typeof Object.entries(fact).find(([name]) => name === key)?.[1] !== "object",
  );
  return Object.assign({ ...fact }, Object.fromEntries(drawn));
}

/** A fact of a kind that this version does not know. */
function ofLater(type: string): Fact {
  const known: Fact = { type: "session.unparked", reason: "" };
  return Object.assign({ ...known }, { type });
}

function recorded(facts: readonly Fact[]): readonly RecordedFact[] {
  return facts.map((fact, index) => ({ seq: index + 1, at: index * 1_000, fact }));
}
