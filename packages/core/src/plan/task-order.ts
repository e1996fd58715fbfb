import type { TaskId } from "../ids.ts";

/** What a task has to wait for, by id; ids that are no key are ignored. */
export type Waits = ReadonlyMap<TaskId, readonly TaskId[]>;

/**
 * One cycle, from a task back to itself (`T2, T5, T2`), or `undefined` where there is none. Takes time
 * linear in the edges and needs no deep stack.
 */
export function findCycle(waits: Waits): readonly TaskId[] | undefined {
  const done = new Set<TaskId>();
  for (const start of waits.keys()) {
    const path: TaskId[] = [];
    const onPath = new Set<TaskId>();
    const open: { readonly id: TaskId; next: number }[] = [];
    const enter = (id: TaskId): void => {
      path.push(id);
      onPath.add(id);
      open.push({ id, next: 0 });
    };
    if (!done.has(start)) enter(start);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const next = waits.get(top.id)?.[top.next++];
      if (next === undefined) {
        done.add(top.id);
        onPath.delete(top.id);
        path.pop();
        open.pop();
      } else if (onPath.has(next)) {
        return [...path.slice(path.indexOf(next)), next];
      } else if (waits.has(next) && !done.has(next)) {
        enter(next);
      }
    }
  }
  return undefined;
}

/** Ids so that everything a task waits for stands before it; otherwise in the order of the keys. */
export function inWaitingOrder(waits: Waits): readonly TaskId[] {
  const left = new Map([...waits].map(([id, ids]) => [id, new Set(ids.filter((each) => waits.has(each)))]));
  const order: TaskId[] = [];
  while (left.size > 0) {
    const ready = [...left].filter(([, ids]) => [...ids].every((each) => !left.has(each)));
    // A cycle leaves nothing ready; it was reported, and the rest keeps its order.
    const taken = ready.length > 0 ? ready : [...left];
    for (const [id] of taken) {
      order.push(id);
      left.delete(id);
    }
  }
  return order;
}

/** All tasks that each task has to wait for, directly or not. Needs an order without cycles. */
export function allWaits(waits: Waits): ReadonlyMap<TaskId, ReadonlySet<TaskId>> {
  const all = new Map<TaskId, ReadonlySet<TaskId>>();
  for (const id of inWaitingOrder(waits)) {
    const before = new Set<TaskId>();
    for (const each of waits.get(id) ?? []) {
      if (!waits.has(each)) continue;
      before.add(each);
      for (const further of all.get(each) ?? []) before.add(further);
    }
    all.set(id, before);
  }
  return all;
}

/** The number of tasks on the longest chain that starts with each task and ends with whoever waits last. */
export function chainLengths(waits: Waits): ReadonlyMap<TaskId, number> {
  const lengths = new Map<TaskId, number>();
  for (const id of [...inWaitingOrder(waits)].reverse()) {
    const own = lengths.get(id) ?? 1;
    lengths.set(id, own);
    for (const before of waits.get(id) ?? []) {
      if (waits.has(before)) lengths.set(before, Math.max(lengths.get(before) ?? 1, own + 1));
    }
  }
  return lengths;
}
