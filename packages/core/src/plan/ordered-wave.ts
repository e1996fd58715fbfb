import type { TaskId } from "../ids.ts";
import { simplifyTask } from "./added-task.ts";
import { orderWave } from "./phase.ts";
import type { WaveWaits } from "./phase.ts";
import type { PlacedWave, Placement } from "./place-task.ts";
import type { Plan, PlanTask } from "./plan.ts";
import type { ScopeBook } from "./scope-book.ts";
import { allWaits } from "./task-order.ts";

/** A wave with everything its tasks wait for; `tasks` includes what the engine adds. */
export type OrderedWave = {
  readonly placed: PlacedWave;
  readonly tasks: readonly PlanTask[];
  readonly waits: WaveWaits;
  readonly before: ReadonlyMap<TaskId, ReadonlySet<TaskId>>;
  readonly added?: TaskId;
};

/** Orders every wave and puts the added simplification into the first one with a Quality task. */
export function orderWaves(
  plan: Plan,
  placement: Placement,
  readsFrom: ScopeBook["readsFrom"],
): readonly OrderedWave[] {
  const simplify = simplifyTask(plan);
  const home = placement.waves.find((wave) => wave.roles.includes("quality"));
  return placement.waves.map((placed): OrderedWave => {
    const added = simplify !== undefined && placed === home ? simplify : undefined;
    const tasks = added === undefined ? placed.tasks : [added, ...placed.tasks];
    const waits = orderWave(tasks, {
      session: plan.session,
      readsFrom,
      ...(added === undefined ? {} : { simplify: added.id }),
    });
    const joined = new Map(
      tasks.map(({ id }) => [id, [...(waits.depends.get(id) ?? []), ...(waits.after.get(id) ?? [])]]),
    );
    return {
      placed,
      tasks,
      waits,
      before: allWaits(joined),
      ...(added === undefined ? {} : { added: added.id }),
    };
  });
}

/** Whether two tasks of a wave that may run at once meet in a file, which only `shared` allows. */
export function sharesIn(wave: OrderedWave, meet: ScopeBook["meet"]): boolean {
  return wave.tasks.some((left, index) =>
    wave.tasks.slice(index + 1).some((right) => {
      const ordered =
        wave.before.get(left.id)?.has(right.id) === true || wave.before.get(right.id)?.has(left.id) === true;
      return !ordered && left.shared.length > 0 && right.shared.length > 0 && meet(left, right);
    }),
  );
}
