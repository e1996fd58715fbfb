import { proofOfTask, taskOfAttempt, type Fact, type RecordedFact, type RunState } from "@breakwater/core";
import type { Course } from "./story.ts";

/** Something that the demo claims, and whether the journal bears it out. */
export type Check = { readonly claim: string; readonly holds: boolean; readonly seen: string };

/** What is looked at beside the journal. */
export type Observed = {
  readonly facts: readonly RecordedFact[];
  readonly state: RunState;
  /** The ids that scripted agents wrote down when they were started. */
  readonly starts: readonly string[];
  /** What `git worktree list` shows beyond the checkout. */
  readonly worktrees: number;
  /** The branch before `close` was asked for. */
  readonly branchBeforeClose: string;
};

/** Judges every claim of the demo by what was really recorded; none is taken for granted. */
export function checkDemo(course: Course, observed: Observed): readonly Check[] {
  const { facts, state, starts, worktrees, branchBeforeClose } = observed;
  const has = (test: (fact: Fact) => boolean): number => facts.findIndex(({ fact }) => test(fact)) + 1;
  const fromFact = (claim: string, seq: number): Check => ({
    claim,
    holds: seq > 0,
    seen: seq > 0 ? `fact ${seq}` : "not in the journal",
  });
  const repair = `${course.culprit}F1`;
  const attempts = [...state.attempts.values()].filter((each) => each.started !== undefined).length;
  return [
    fromFact(
      `${course.denied} was denied a write at the door`,
      has((f) => f.type === "scope.denied" && taskOfAttempt(f.attempt) === course.denied && !f.allowed),
    ),
    fromFact(
      `${course.strayed} went past the door and was held at the audit`,
      has(
        (f) =>
          f.type === "candidate.audited" && taskOfAttempt(f.attempt) === course.strayed && f.held.length > 0,
      ),
    ),
    fromFact(
      `the gate blamed ${course.culprit}`,
      has((f) => f.type === "gate.blamed" && taskOfAttempt(f.attempt) === course.culprit),
    ),
    fromFact(
      `the plan was amended with ${repair}`,
      has(
        (f) => f.type === "plan.amended" && f.amendment.kind === "add-task" && f.amendment.task.id === repair,
      ),
    ),
    fromFact(
      "a second coordinator took over",
      facts.filter(({ fact }) => fact.type === "coordinator.started").length > 1
        ? has((f) => f.type === "coordinator.started")
        : 0,
    ),
    fromFact(
      "an attempt outlived its coordinator",
      has((f) => f.type === "attempt.adopted") || collectedAfterTakeover(facts),
    ),
    fromFact(
      "a question took its default",
      has((f) => f.type === "decision.expired"),
    ),
    fromFact(
      "the branch moved only at close",
      branchBeforeClose === state.session?.base.commit ? has((f) => f.type === "branch.advanced") : 0,
    ),
    {
      claim: "no agent was started twice",
      holds: starts.length === attempts,
      seen: `${starts.length} starts of ${attempts} attempts`,
    },
    { claim: "no worktree was left over", holds: worktrees === 0, seen: `${worktrees} left` },
    ...doneChecks(state),
  ];
}

/** An exit that follows a takeover, of an attempt that the former coordinator had started. */
function collectedAfterTakeover(facts: readonly RecordedFact[]): number {
  const takeover = facts.findLastIndex(({ fact }) => fact.type === "coordinator.started");
  const before = new Set(
    facts.slice(0, takeover).flatMap(({ fact }) => (fact.type === "attempt.started" ? [fact.attempt] : [])),
  );
  return (
    facts.findIndex(
      ({ fact }, index) => index > takeover && fact.type === "attempt.exited" && before.has(fact.attempt),
    ) + 1
  );
}

function doneChecks(state: RunState): readonly Check[] {
  return [...state.tasks.values()]
    .filter(({ task, carried }) => task.scope.kind === "write" && carried === undefined)
    .map(({ task }) => {
      const proof = proofOfTask(state, task.id);
      if (typeof proof === "string")
        return { claim: `${task.id} is done`, holds: false, seen: `no proof: ${proof}` };
      const [check] = proof.checks;
      return {
        claim: `${task.id} is done`,
        holds: true,
        seen: `tree ${proof.landed.tree.slice(0, 7)}, ${check?.command ?? "no check"} ${check?.exit ?? ""}`,
      };
    });
}
