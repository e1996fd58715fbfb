import type { TaskId } from "../ids.ts";
import type { PlanTask, SessionType } from "./plan.ts";
import { allWaits, inWaitingOrder } from "./task-order.ts";
import type { Waits } from "./task-order.ts";
import { phaseOf } from "./wave-table.ts";

/** What a task waits for in its own wave: `depends` must be done, `after` must only have ended. */
export type WaveWaits = {
  readonly depends: ReadonlyMap<TaskId, readonly TaskId[]>;
  readonly after: ReadonlyMap<TaskId, readonly TaskId[]>;
};

/** What ordering a wave needs beside its tasks. */
export type WaveOrderTerms = {
  readonly session: SessionType;
  /** The task that the engine added and that the wave's Quality tasks wait for. */
  readonly simplify?: TaskId;
  readonly readsFrom: (reader: PlanTask, writer: PlanTask) => boolean;
};

/**
 * The sub-phases of one wave.
 *
 * Housekeeping tasks run one after the other. Otherwise a later role waits for the earlier ones, Quality
 * waits for the added simplification, and everything of a role waits for its contract tasks; whoever reads
 * what a contract task writes depends on it. Waits that follow from others are left out.
 */
export function orderWave(tasks: readonly PlanTask[], terms: WaveOrderTerms): WaveWaits {
  const depends = dependsInWave(tasks, terms);
  const after = terms.session === "housekeeping" ? inRow(depends) : phased(tasks, depends, terms.simplify);
  return { depends, after: withoutImplied(depends, after) };
}

function dependsInWave(tasks: readonly PlanTask[], { readsFrom }: WaveOrderTerms): Waits {
  const ids = new Set(tasks.map((task) => task.id));
  const written = new Map(
    tasks.map((task) => [task.id, [...new Set(task.depends)].filter((id) => ids.has(id) && id !== task.id)]),
  );
  const before = allWaits(written);
  const contracts = tasks.filter((task) => task.contractLock);
  return new Map(
    tasks.map((task) => {
      const own = written.get(task.id) ?? [];
      const read = contracts.filter(
        (contract) => isFollower(task, contract, contracts, before) && readsFrom(task, contract),
      );
      return [task.id, [...new Set([...own, ...read.map((contract) => contract.id)])]];
    }),
  );
}

/** Whether a task comes after a contract task: same phase, no contract itself, and nothing a contract needs. */
function isFollower(
  task: PlanTask,
  contract: PlanTask,
  contracts: readonly PlanTask[],
  before: ReadonlyMap<TaskId, ReadonlySet<TaskId>>,
): boolean {
  if (task.contractLock || phaseOf[task.role] !== phaseOf[contract.role]) return false;
  return !contracts.some((each) => before.get(each.id)?.has(task.id) === true);
}

function inRow(depends: Waits): Waits {
  const order = inWaitingOrder(depends);
  return new Map(order.map((id, index) => [id, order.slice(Math.max(0, index - 1), index)]));
}

function phased(tasks: readonly PlanTask[], depends: Waits, simplify: TaskId | undefined): Waits {
  const before = allWaits(depends);
  const contracts = tasks.filter((task) => task.contractLock);
  const stageOf = (task: PlanTask): number => {
    const phase = phaseOf[task.role] * 2;
    // Quality has two stages: the added simplification, then the rest.
    return task.role === "quality" && task.id !== simplify ? phase + 1 : phase;
  };
  const stages = [...new Set(tasks.map(stageOf))].sort((left, right) => left - right);
  return new Map(
    tasks.map((task) => {
      const previous = stages[stages.indexOf(stageOf(task)) - 1];
      const earlier = tasks.filter((each) => stageOf(each) === previous).map((each) => each.id);
      const first = contracts
        .filter((contract) => isFollower(task, contract, contracts, before))
        .map((contract) => contract.id);
      return [task.id, [...new Set([...earlier, ...first])]];
    }),
  );
}

/** Leaves out what a task waits for anyway through another task, so that the rest says why it waits. */
function withoutImplied(depends: Waits, after: Waits): Waits {
  const joined = new Map(
    [...depends].map(([id, ids]) => [id, [...new Set([...ids, ...(after.get(id) ?? [])])]]),
  );
  const all = allWaits(joined);
  return new Map(
    [...after].map(([id, ids]) => {
      const others = joined.get(id) ?? [];
      const needed = ids.filter(
        (each) =>
          !(depends.get(id) ?? []).includes(each) &&
          !others.some((other) => all.get(other)?.has(each) === true),
      );
      return [id, needed];
    }),
  );
}
