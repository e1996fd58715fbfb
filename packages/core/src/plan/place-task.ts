import type { TaskId } from "../ids.ts";
import type { Resolved } from "./environment.ts";
import type { Plan, PlanTask, Role } from "./plan.ts";
import { roles, roleTitles } from "./role.ts";
import { chainLengths, inWaitingOrder } from "./task-order.ts";
import { phaseOf, wavesFor } from "./wave-table.ts";

/** A wave that will run: it has tasks. `written` are the numbers of the headings its tasks came from. */
export type PlacedWave = {
  readonly number: number;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly written: readonly number[];
  readonly tasks: readonly PlanTask[];
};

/** How tasks were placed, and the waves that were split because they held too many. */
export type Placement = {
  readonly waves: readonly PlacedWave[];
  readonly by: "heading" | "role" | "housekeeping";
  readonly split: readonly (readonly Role[])[];
};

/** What placing needs beside the plan. `meets` says whether two tasks may write the same file. */
export type PlacementTerms = {
  readonly count: Resolved<number>;
  readonly agentsPerWave: number;
  readonly meets: (left: PlanTask, right: PlanTask) => boolean;
};

/**
 * Puts every task into a wave (`docs/spec/plan.md`).
 *
 * A housekeeping session has one wave. Where every task stands under a wave heading, the headings hold,
 * unless a flag, the environment or the plan itself asks for fewer waves than there are. Otherwise the roles
 * decide by the table. Waves without a task are dropped and the rest numbered from 1.
 */
export function placeTasks(plan: Plan, terms: PlacementTerms): Placement {
  const written = plan.waves.filter((wave) => wave.tasks.length > 0);
  const located = written.flatMap((wave) => wave.tasks.map((task) => ({ task, wave: wave.number })));
  if (plan.session === "housekeeping") {
    return { by: "housekeeping", split: [], waves: numbered([{ name: "Housekeeping", located }]) };
  }
  const { count } = terms;
  const asked = count.origin === "flag" || count.origin === "environment" || count.origin === "plan";
  const last = Math.max(0, ...written.map((wave) => wave.number));
  if (written.every((wave) => wave.number > 0) && !(asked && last > count.value)) {
    const groups = written
      .toSorted((left, right) => left.number - right.number)
      .map((wave) => ({ name: wave.name, located: wave.tasks.map((task) => ({ task, wave: wave.number })) }));
    return { by: "heading", split: [], waves: numbered(groups) };
  }
  return placeByRole(located, terms);
}

type Located = { readonly task: PlanTask; readonly wave: number };
type Group = { readonly name: string; readonly located: readonly Located[] };
type Slot = { readonly roles: readonly Role[]; located: Located[] };

function placeByRole(all: readonly Located[], terms: PlacementTerms): Placement {
  const slots: Slot[] = wavesFor(terms.count.value).map((each) => ({ roles: each, located: [] }));
  for (const role of roles.filter((each) => each !== "docs")) {
    const tasks = all.filter(({ task }) => task.role === role);
    const homes = slots.filter((slot) => slot.roles.includes(role));
    const parts = homes.length === 2 ? splitInTwo(tasks) : [tasks];
    homes.forEach((home, index) => home.located.push(...(parts[index] ?? [])));
  }
  const filled = slots.filter((slot) => slot.located.length > 0);
  const apart = filled.flatMap((slot) => splitOverCap(slot, terms.agentsPerWave));
  placeDocs(
    apart,
    all.filter(({ task }) => task.role === "docs"),
    terms,
  );
  return {
    by: "role",
    split: filled
      .filter((slot) => splitOverCap(slot, terms.agentsPerWave).length > 1)
      .map((slot) => slot.roles),
    waves: numbered(apart.map(groupOf)),
  };
}

/** Tasks that wait for others of their role go to the second half; without any, the halves are even. */
function splitInTwo(all: readonly Located[]): readonly (readonly Located[])[] {
  const ids = new Set(all.map(({ task }) => task.id));
  const waits = (task: PlanTask): boolean => task.depends.some((id) => ids.has(id) && id !== task.id);
  const first = all.filter(({ task }) => !waits(task));
  if (first.length < all.length && first.length > 0) return [first, all.filter(({ task }) => waits(task))];
  const half = Math.ceil(all.length / 2);
  return [all.slice(0, half), all.slice(half)];
}

/**
 * Implementation that does not fit beside an earlier role gets a wave of its own. Quality and Finalization
 * stay: they are a later phase of the wave and run when the earlier one has ended.
 */
function splitOverCap(slot: Slot, cap: number): readonly Slot[] {
  const working = slot.located.filter(({ task }) => phaseOf[task.role] < phaseOf.quality);
  if (working.length <= cap || new Set(working.map(({ task }) => task.role)).size < 2) return [slot];
  const parts: Slot[] = [];
  for (const role of slot.roles) {
    const located = slot.located.filter(({ task }) => task.role === role);
    const previous = parts.at(-1);
    if (located.length === 0) continue;
    if (phaseOf[role] >= phaseOf.quality && previous !== undefined) previous.located.push(...located);
    else parts.push({ roles: [role], located });
  }
  return parts;
}

/** One docs task runs in the last wave; several run beside the polish where they fit; never a wave more. */
function placeDocs(slots: Slot[], docs: readonly Located[], terms: PlacementTerms): void {
  if (docs.length === 0) return;
  const last = slots.at(-1);
  if (last === undefined) {
    slots.push({ roles: ["docs"], located: [...docs] });
    return;
  }
  if (docs.length === 1) {
    last.located.push(...docs);
    return;
  }
  const polish = slots.filter((slot) => slot.located.some(({ task }) => task.role === "impl-polish"));
  const beforeLast = [...slots].reverse();
  const candidates = [...polish, ...beforeLast.slice(1), last];
  const free = candidates.find((slot) => hasRoom(slot, docs, terms));
  (free ?? last).located.push(...docs);
}

function hasRoom(slot: Slot, docs: readonly Located[], { agentsPerWave, meets }: PlacementTerms): boolean {
  const beside = slot.located.filter(({ task }) => phaseOf[task.role] === phaseOf.docs);
  if (beside.length + docs.length > agentsPerWave) return false;
  return docs.every((doc) => beside.every(({ task }) => !meets(doc.task, task)));
}

function groupOf(slot: Slot): Group {
  const present = roles.filter((role) => slot.located.some(({ task }) => task.role === role));
  return { name: present.map((role) => roleTitles[role]).join(" + "), located: slot.located };
}

function numbered(groups: readonly Group[]): readonly PlacedWave[] {
  return groups
    .filter((group) => group.located.length > 0)
    .map(({ name, located }, index) => ({
      number: index + 1,
      name,
      roles: roles.filter((role) => located.some(({ task }) => task.role === role)),
      written: [...new Set(located.map(({ wave }) => wave))],
      tasks: located.map(({ task }) => task),
    }));
}

/** Task ids of one wave as they are started: contract tasks first, then the longest chain, then as written. */
export function dispatchOrder(
  tasks: readonly {
    readonly id: TaskId;
    readonly contractLock: boolean;
    readonly waits: readonly TaskId[];
  }[],
): readonly TaskId[] {
  const waits = new Map(tasks.map((task) => [task.id, task.waits]));
  const lengths = chainLengths(waits);
  const contract = new Set(tasks.filter((task) => task.contractLock).map((task) => task.id));
  const position = new Map(inWaitingOrder(waits).map((id, index) => [id, index]));
  const depth = depths(waits);
  return [...waits.keys()].sort(
    (left, right) =>
      (depth.get(left) ?? 0) - (depth.get(right) ?? 0) ||
      Number(contract.has(right)) - Number(contract.has(left)) ||
      (lengths.get(right) ?? 1) - (lengths.get(left) ?? 1) ||
      (position.get(left) ?? 0) - (position.get(right) ?? 0),
  );
}

function depths(waits: ReadonlyMap<TaskId, readonly TaskId[]>): ReadonlyMap<TaskId, number> {
  const found = new Map<TaskId, number>();
  for (const id of inWaitingOrder(waits)) {
    const before = (waits.get(id) ?? []).filter((each) => waits.has(each));
    found.set(id, Math.max(0, ...before.map((each) => (found.get(each) ?? 0) + 1)));
  }
  return found;
}
