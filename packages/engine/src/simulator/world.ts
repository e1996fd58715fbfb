import {
  commitId,
  taskOfAttempt,
  treeId,
  type AttemptId,
  type AttemptReport,
  type Command,
  type CommitId,
  type GateReport,
  type ScheduledTask,
  type TreeId,
} from "@breakwater/core";
import { hashOf, randomFrom } from "../memory/random.ts";
import { fateOf, type Fate } from "./fate.ts";
import { simulatedBase } from "./random-plan.ts";

type RunGate = Extract<Command, { readonly type: "run-gate" }>;

/** A commit of the simulated repository: which attempts' changes it holds, in the order of landing. */
export type SimulatedCommit = { readonly tree: TreeId; readonly holds: readonly AttemptId[] };

/** A simulated agent process, which lives on when its coordinator dies. */
export type SimulatedProcess = {
  starts: number;
  readonly startedAt: number;
  endsAt: number;
  report?: AttemptReport;
  stopped?: string;
  /** The conversation that it holds, and whether it went on with one that was there before. */
  readonly conversation: string;
  readonly resumed: boolean;
};

/**
 * The machine outside the coordinator: repository and processes. It survives every crash, and what
 * happens in it depends on the seed and on names, not on timing.
 */
export class World {
  readonly seed: number;
  readonly commits = new Map<CommitId, SimulatedCommit>([
    [simulatedBase.commit, { tree: simulatedBase.tree, holds: [] }],
  ]);
  readonly processes = new Map<AttemptId, SimulatedProcess>();
  readonly tasks = new Map<string, ScheduledTask>();
  /** Where the integration ref is. */
  head: CommitId = simulatedBase.commit;
  /** Where the user's branch is. */
  branch: CommitId = simulatedBase.commit;

  /** How often the user commits while the session closes; most never do, some more often than it is followed. */
  #userCommits: number;

  constructor(seed: number) {
    this.seed = seed;
    const random = randomFrom(hashOf(`${seed}/user`));
    this.#userCommits = random.chance(0.6) ? 0 : 1 + random.below(5);
  }

  /** The user commits on `base`, where the branch still is, as often as the seed says. */
  letUserCommit(base: CommitId): void {
    if (this.#userCommits === 0 || this.branch !== base) return;
    this.#userCommits -= 1;
    this.branch = commitId(`user-${hashOf(base).toString(16)}`);
  }

  /** The changes of a commit on top of another one; the same inputs give the same commit. */
  replay(head: CommitId, onto: CommitId): { readonly commit: CommitId; readonly tree: TreeId } {
    const key = hashOf(`${head}/${onto}`).toString(16);
    const [commit, tree] = [commitId(`replayed-${key}`), treeId(`tree-replayed-${key}`)];
    this.commits.set(commit, { tree, holds: this.commits.get(head)?.holds ?? [] });
    return { commit, tree };
  }

  /** The fate of an attempt of a task that the session knows. */
  fate(attempt: AttemptId): Fate {
    const scope = this.tasks.get(taskOfAttempt(attempt))?.scope ?? ({ kind: "read-only" } as const);
    return fateOf(this.seed, attempt, scope);
  }

  /** Makes the commit that holds a commit's changes and one attempt's; the same inputs give the same ids. */
  commit(
    parent: CommitId,
    attempt: AttemptId,
    part: "whole" | "kept",
  ): { readonly commit: CommitId; readonly tree: TreeId } {
    const holds = [...(this.commits.get(parent)?.holds ?? []), attempt];
    const tree = treeId(`tree-${hashOf([...holds].toSorted().join("+") + part).toString(16)}`);
    const commit = commitId(`commit-${hashOf(`${parent}/${attempt}/${part}`).toString(16)}`);
    this.commits.set(commit, { tree, holds });
    return { commit, tree };
  }

  /** What a check shows on a commit. */
  gateReport({ run, spec }: RunGate): GateReport {
    const found = this.commits.get(run.commit);
    const random = randomFrom(hashOf(`${this.seed}/${spec.command}/${run.commit}`));
    const failing = this.failuresOn(spec.command, found?.holds ?? []);
    const named = randomFrom(hashOf(`${this.seed}/${spec.command}/named`)).chance(0.8);
    return {
      gate: spec.id,
      tree: found?.tree ?? treeId("nowhere"),
      command: spec.command,
      environment: "simulated",
      result: random.chance(0.01)
        ? { kind: "timed-out", afterMs: 1 }
        : { kind: "exited", code: failing.length > 0 ? 1 : 0 },
      evidence: named ? "report-file" : "exit-code",
      counts: named ? { passed: 10, failed: failing.length } : {},
      ...(named ? { failing } : {}),
      flaky: false,
      lookedUp: false,
      durationMs: 1,
      tail: failing.join("\n"),
    };
  }

  /** The names of what fails where these attempts' changes are together. */
  failuresOn(command: string, holds: readonly AttemptId[]): readonly string[] {
    const gate = ["npm test", "tsc", "lint"].includes(command);
    const broken = holds.filter((each) =>
      gate ? this.#breaks(each, command) : this.#failsOwn(each, command),
    );
    return broken
      .filter((each) => !this.#isRepaired(each, command, holds))
      .map((each) => `${command}: ${each}`);
  }

  #breaks(attempt: AttemptId, command: string): boolean {
    return this.fate(attempt).breaks && hashOf(`${attempt}/${command}`) % 3 === 0;
  }

  #failsOwn(attempt: AttemptId, command: string): boolean {
    return command.endsWith(` ${taskOfAttempt(attempt)}`) && this.fate(attempt).failsVerify;
  }

  #isRepaired(attempt: AttemptId, command: string, holds: readonly AttemptId[]): boolean {
    return holds.some((each) => {
      const source = this.tasks.get(taskOfAttempt(each))?.source;
      if (source?.kind !== "fix" || source.of !== taskOfAttempt(attempt)) return false;
      return this.fate(each).repairs && commandOf(source.gate) === command;
    });
  }
}

function commandOf(gate: string): string {
  return gate === "test" ? "npm test" : gate === "typecheck" ? "tsc" : gate;
}
