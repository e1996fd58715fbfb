import { proofOfTask, taskOfAttempt, type Fact, type RunState } from "@breakwater/core";
import { repairOf, type Course } from "./course.ts";
import type { Observed } from "./observed.ts";
import { filesOfStory, PIECES, SHARED_TEST } from "./story.ts";

/** Something that the demo claims, whether it was borne out, and by what. */
export type Check = { readonly claim: string; readonly holds: boolean; readonly seen: string };

/** Judges every claim of the demo by what was really recorded; none is taken for granted. */
export function checkDemo(course: Course, observed: Observed): readonly Check[] {
  return [
    ...wallChecks(course, observed),
    ...gateChecks(course, observed),
    ...crashChecks(observed),
    ...traceChecks(observed),
    ...[...PIECES.map(({ id }) => id), repairOf(course)].map((id) => doneCheck(id, observed.state)),
  ];
}

type Test = (fact: Fact) => boolean;

function wallChecks({ denied, strayed }: Course, { facts }: Observed): readonly Check[] {
  const told = tellerOf(facts);
  return [
    told(
      `${denied} was denied a write at the door`,
      (fact) => fact.type === "scope.denied" && isOf(fact.attempt, denied) && !fact.allowed,
    ),
    told(
      `${strayed} went past the door without asking, and the audit held ${SHARED_TEST}`,
      (fact) =>
        fact.type === "candidate.audited" &&
        isOf(fact.attempt, strayed) &&
        fact.held.some(({ path }) => path === SHARED_TEST) &&
        fact.quarantine !== undefined,
    ),
    told(
      "a decision was asked for",
      (fact) => fact.type === "decision.asked" && fact.question.subject.kind === "scope-held",
    ),
    told(
      "the decision took its default, because nobody answered",
      (fact) => fact.type === "decision.expired" && fact.option === "drop",
    ),
  ];
}

function gateChecks(course: Course, { facts }: Observed): readonly Check[] {
  const told = tellerOf(facts);
  const { culprit } = course;
  return [
    told(
      "the gate was red after wave 2, by the name of a test",
      (fact) =>
        fact.type === "gate.finished" &&
        fact.run.purpose.kind === "wave" &&
        (fact.report.failing ?? []).length > 0,
    ),
    told(
      `the search blamed ${culprit}`,
      (fact) => fact.type === "gate.blamed" && isOf(fact.attempt, culprit),
    ),
    told(
      `the plan was amended with ${repairOf(course)}`,
      (fact) =>
        fact.type === "plan.amended" &&
        fact.amendment.kind === "add-task" &&
        fact.amendment.task.id === repairOf(course),
    ),
  ];
}

function crashChecks({ facts, state, starts, killedBy, working, early, exits }: Observed): readonly Check[] {
  const adopted = working.filter((id) => id !== early);
  const takeover = facts.findIndex(
    ({ fact }, index) => index > 0 && fact.type === "coordinator.started" && hasStarted(facts, index),
  );
  const since = takeover === -1 ? [] : facts.slice(takeover);
  const told = tellerOf(since);
  const attempts = [...state.attempts.values()].filter((each) => each.started !== undefined);
  return [
    {
      claim: "the coordinator was killed while agents were at work",
      holds: killedBy === "SIGKILL" && working.length > 0,
      seen: `${killedBy ?? "it ended by itself"}; at work: ${working.join(", ") || "nobody"}`,
    },
    ...(early === undefined
      ? []
      : [
          told(
            `${early} ended without a coordinator, and was collected`,
            (fact) => fact.type === "attempt.exited" && isOf(fact.attempt, early),
          ),
        ]),
    ...adopted.map((id) =>
      told(
        `${id} was still at work, and was adopted`,
        (fact) => fact.type === "attempt.adopted" && isOf(fact.attempt, id),
      ),
    ),
    {
      claim: "nothing ran twice",
      holds:
        attempts.length > 0 &&
        sameIds(
          starts,
          attempts.map(({ task }) => task),
        ),
      seen: `${starts.length} starts, ${attempts.length} attempts`,
    },
    { claim: "the resumed session ended well", holds: exits.resume === 0, seen: `exit ${exits.resume}` },
  ];
}

function traceChecks({ facts, touched, worktrees, changed, exits }: Observed): readonly Check[] {
  const told = tellerOf(facts);
  const expected = filesOfStory();
  return [
    {
      claim: "your checkout was untouched until close",
      holds: touched.length === 0,
      seen: touched.length === 0 ? "files, index, refs, config and hooks compared" : touched.join("; "),
    },
    told("close moved the branch", (fact) => fact.type === "branch.advanced"),
    { claim: "close ended well", holds: exits.close === 0, seen: `exit ${exits.close}` },
    {
      claim: "the branch holds what was agreed, and nothing else",
      holds: changed.join("\n") === expected.join("\n"),
      seen: `${changed.length} files changed, ${expected.length} agreed`,
    },
    { claim: "no worktree was left over", holds: worktrees === 0, seen: `${worktrees} left` },
  ];
}

/** What proves that a task is done: the tree that was checked, by which command, with which exit. */
export function doneCheck(id: string, state: RunState): Check {
  const task = [...state.tasks.values()].find((each) => each.task.id === id)?.task;
  const proof = task === undefined ? "attempt" : proofOfTask(state, task.id);
  if (typeof proof === "string")
    return { claim: `${id} is done`, holds: false, seen: `no proof: the ${proof} is missing` };
  const [check] = proof.checks;
  const seen = `tree ${proof.landed.tree.slice(0, 12)}  ${check?.command ?? ""}  ${check?.exit ?? ""}`;
  return { claim: `${id} is done`, holds: check !== undefined, seen };
}

function tellerOf(facts: Observed["facts"]): (claim: string, test: Test) => Check {
  return (claim, test) => {
    const found = facts.find(({ fact }) => test(fact));
    return {
      claim,
      holds: found !== undefined,
      seen: found === undefined ? "not in the journal" : `fact ${found.seq}`,
    };
  };
}

function isOf(attempt: Parameters<typeof taskOfAttempt>[0], task: string): boolean {
  return taskOfAttempt(attempt) === task;
}

function hasStarted(facts: Observed["facts"], before: number): boolean {
  return facts.slice(0, before).some(({ fact }) => fact.type === "attempt.started");
}

function sameIds(left: readonly string[], right: readonly string[]): boolean {
  return left.toSorted().join(" ") === right.toSorted().join(" ");
}
