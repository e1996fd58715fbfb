import { attemptId, commitId, taskId, taskOfAttempt, treeId } from "../../ids.ts";
import type { AttemptId, CommitId, TreeId } from "../../ids.ts";
import type { Failure } from "../../failure.ts";
import type { AttemptReport } from "../attempt-report.ts";
import type { Command } from "../command.ts";
import type { Fact } from "../fact.ts";
import { isHeld } from "../decide/start.ts";
import { weighFindings, type ReviewReport } from "../review-report.ts";
import type { RunState } from "../state.ts";
import type { Survey } from "../survey.ts";
import { scenarioBase } from "./draft-plan.test-support.ts";
import { goodFate, type Fate } from "./fate.test-support.ts";
import { reportBy, type GateRule } from "./gate-rule.test-support.ts";

type CommandOf<Type extends Command["type"]> = Extract<Command, { readonly type: Type }>;
type Made = { readonly commit: CommitId; readonly tree: TreeId; readonly holds: readonly AttemptId[] };

const failure: Failure = { code: "BW900", message: "the scenario lets it fail" };

/** The machine of a scenario: commits, and what the lines said of attempts and gates. */
export class World {
  readonly #made = new Map<string, Made>();
  readonly #fates: { readonly of: string; readonly fate: Partial<Fate> }[] = [];
  readonly #rules: GateRule[] = [];

  #moves = 0;

  /** Before the next close somebody commits to the branch, as `user1` and so on. */
  moveBranch(): void {
    this.#moves += 1;
  }

  tell(of: string, fate: Partial<Fate>): void {
    this.#fates.push({ of, fate });
  }

  rule(rule: GateRule): void {
    this.#rules.push(rule);
  }

  /** What was said of an attempt; a line about the attempt beats one about its task. */
  fate(attempt: AttemptId): Fate {
    const ofTask = this.#fates.filter((each) => each.of === taskOfAttempt(attempt));
    const own = this.#fates.filter((each) => each.of === attempt);
    return [...ofTask, ...own].reduce((fate, each): Fate => ({ ...fate, ...each.fate }), goodFate);
  }

  /** Performs a command; the same command gives the same fact. */
  perform(state: RunState, command: Command): Fact {
    switch (command.type) {
      case "run-gate": {
        const report = reportBy(this.#rules, command, this.#at(command.run.commit));
        return { type: "gate.finished", run: command.run, report };
      }
      case "check-review":
        return reviewed(command, this.fate(command.attempt).review);
      case "ask-person":
        return { type: "decision.asked", decision: command.decision, question: command.question };
      case "file-carryover":
        return { type: "carryover.filed", task: command.task, where: "carryover.md" };
      case "settle-issue": {
        const { issue, done } = command;
        return { type: "issue.settled", issue, done, where: `#${issue}` };
      }
      case "advance-branch": {
        const { branch, base, head, last } = command;
        if (this.#moves === 0) return { type: "branch.advanced", branch, from: base, to: head };
        return last === true ? { type: "close.refused", failure } : this.#replay(state);
      }
      case "merge-result":
      case "audit-result":
      case "advance-integration":
        return this.#land(command);
      case "prepare-workspace":
      case "start-agent":
      case "nudge-agent":
      case "stop-agent":
      case "snapshot-result":
      case "check-findings":
      case "discard-workspace":
        return this.#attempt(state, command);
    }
  }

  #replay(state: RunState): Fact {
    this.#moves -= 1;
    const onto = commitId(`user${this.#made.size}`);
    const { head, line } = state.integration;
    const holds = [...this.#at(head).holds, attemptId(taskId("user"), 1)];
    const commit = commitId(`c${this.#made.size + 1}`);
    const tree = treeId(`tree${this.#made.size + 1}`);
    this.#made.set(`replay/${commit}`, { commit, tree, holds });
    const tasks = line.map(({ attempt }) => ({ task: taskOfAttempt(attempt), commit }));
    return { type: "close.replayed", onto, head: commit, tree, line: tasks };
  }

  /** The report of an attempt at its end; one that was stopped says so. */
  report(state: RunState, attempt: AttemptId): AttemptReport {
    const { ending, claim, usage, session, review } = this.fate(attempt);
    const isReview = state.attempts.get(attempt)?.reviewing !== undefined;
    const stopped = state.attempts.get(attempt)?.stopping;
    return {
      ending: stopped === undefined ? ending : { kind: "stopped", reason: stopped },
      exitCode: 0,
      claim,
      usage,
      findings: this.#findings(attempt),
      questions: [],
      ...(isReview && review !== "nothing" ? { review } : {}),
      ...(session === undefined ? {} : { runtimeSession: session }),
    };
  }

  #attempt(
    state: RunState,
    command: CommandOf<
      | "prepare-workspace"
      | "start-agent"
      | "nudge-agent"
      | "stop-agent"
      | "snapshot-result"
      | "check-findings"
      | "discard-workspace"
    >,
  ): Fact {
    const { attempt } = command;
    const { fails, changed, rejects } = this.fate(attempt);
    switch (command.type) {
      case "prepare-workspace":
        return fails === "workspace"
          ? { type: "workspace.failed", attempt, failure }
          : { type: "workspace.prepared", attempt, path: `/workspaces/${attempt}` };
      case "start-agent":
        if (isHeld(state)) return { type: "attempt.held", attempt };
        return fails === "start"
          ? { type: "attempt.not-started", attempt, failure }
          : { type: "attempt.started", attempt, pid: 1, token: attempt };
      case "nudge-agent":
        return { type: "attempt.nudged", attempt, delivered: true };
      case "stop-agent":
        return { type: "attempt.stopping", attempt, reason: command.reason };
      case "snapshot-result": {
        if (fails === "snapshot") return { type: "result.failed", attempt, failure };
        const reads = state.tasks.get(taskOfAttempt(attempt))?.task.scope.kind !== "write";
        const made = this.#make("result", attempt, command.base);
        const survey = surveyed(command, this.fate(attempt));
        return {
          type: "result.snapshotted",
          attempt,
          ...made,
          changed: changed ?? (reads ? 0 : 1),
          ...survey,
        };
      }
      case "check-findings": {
        const findings = this.#findings(attempt);
        const rejected = findings.map((finding) => ({ finding, reason: "there is no such path" }));
        return {
          type: "findings.checked",
          attempt,
          accepted: rejects ? [] : findings,
          rejected: rejects ? rejected : [],
        };
      }
      case "discard-workspace":
        return { type: "workspace.discarded", attempt };
    }
  }

  #land(command: CommandOf<"merge-result" | "audit-result" | "advance-integration">): Fact {
    const { attempt } = command;
    const { fails, conflicts, held, skips, lacks } = this.fate(attempt);
    switch (command.type) {
      case "merge-result": {
        const { head } = command;
        if (fails === "candidate") return { type: "candidate.failed", attempt, failure };
        if (conflicts.length > 0) return { type: "candidate.conflicted", attempt, head, paths: conflicts };
        return { type: "candidate.built", attempt, head, ...this.#make("whole", attempt, head) };
      }
      case "audit-result": {
        const { candidate: commit, head, keepRest } = command;
        const { tree } = this.#at(commit);
        const integrity = skips.map((path) => ({
          path,
          rule: "integrity:test-skipped" as const,
          message: 'the test "adds" is skipped now',
        }));
        const audited = {
          ...({ type: "candidate.audited", attempt, commit, tree } as const),
          ...(integrity.length === 0 ? {} : { integrity }),
          ...(lacks.length === 0 ? {} : { missing: lacks }),
        };
        if (held.length === 0) return { ...audited, held: [] };
        return {
          ...audited,
          held: held.map((path) => ({ path, rule: "out-of-scope", message: "not in scope" })),
          quarantine: `quarantine/${attempt}`,
          ...(keepRest ? { kept: this.#make("kept", attempt, head) } : {}),
        };
      }
      case "advance-integration": {
        const { from, to, tree } = command;
        return fails === "advance"
          ? { type: "integration.refused", attempt, expected: from, found: "elsewhere" }
          : { type: "integration.advanced", attempt, from, to, tree };
      }
    }
  }

  #findings(attempt: AttemptId): AttemptReport["findings"] {
    return this.fate(attempt).findings ?? [{ claim: "there is one route", paths: ["src/index.ts"] }];
  }

  /** A commit on top of another, numbered in the order of making; the same one for the same inputs. */
  #make(part: "result" | "whole" | "kept", attempt: AttemptId, on: CommitId): Omit<Made, "holds"> {
    const key = `${part}/${attempt}/${on}`;
    const n = this.#made.size + 1;
    const holds = [...this.#at(on).holds, attempt];
    const made = this.#made.get(key) ?? { commit: commitId(`c${n}`), tree: treeId(`tree${n}`), holds };
    this.#made.set(key, made);
    return { commit: made.commit, tree: made.tree };
  }

  #at(commit: CommitId): Made {
    const found = [...this.#made.values()].find((each) => each.commit === commit);
    return found ?? { commit, tree: scenarioBase.tree, holds: [] };
  }
}

/** What is found where the command asks for it. */
function surveyed(
  { survey }: CommandOf<"snapshot-result">,
  { folders, edits }: Fate,
): { readonly survey?: Survey } {
  if (survey === undefined) return {};
  const found = survey.globs.length === 0 ? [] : folders.map((path) => ({ path, files: 3 }));
  return { survey: { folders: found, regions: edits.filter(({ file }) => survey.files.includes(file)) } };
}

/** A file named `gone` is not there. */
function reviewed(
  { review, wave, from, to }: CommandOf<"check-review">,
  said: ReviewReport | "nothing",
): Fact {
  if (said === "nothing") throw new Error("Playing a scenario: a silent reviewer has nothing to check");
  const { verdict, dimensions, findings } = said;
  const { sure, possible, dropped } = weighFindings(findings);
  const named = [...sure, ...possible];
  return {
    ...({ type: "review.finished", review, wave, from, to, verdict, dimensions } as const),
    findings: named.filter((each) => each.file !== "gone"),
    rejected: named
      .filter((each) => each.file === "gone")
      .map((finding) => ({ finding, reason: "gone is not in the tree" })),
    dropped: dropped.length,
  };
}
