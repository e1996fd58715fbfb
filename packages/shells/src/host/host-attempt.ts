import { join } from "node:path";
import { isTaken, type Offer, readOffer } from "@breakwater/agents";
import { type AttemptId, type RunState, type TaskState } from "@breakwater/core";
import { attemptFiles, type AttemptOrder, companionFiles, readOrder } from "../attempt/order.ts";
import { doorFolder } from "../hook/door-folder.ts";

/** The name of the agent by which a plan gives a task to the host's own subagents. */
export const HOST_AGENT = "host";

/** An attempt that a host may work on now, and the folder of its door. */
export type HostAttempt = {
  readonly attempt: AttemptId;
  readonly task: TaskState;
  readonly order: AttemptOrder;
  readonly offer: Offer;
  readonly door: string;
  /** Whether it was handed out before. */
  readonly isTaken: boolean;
};

/** The attempts of a session that are on offer to a host, in the order of the plan. `folder` is the session's. */
export async function hostAttempts(folder: string, state: RunState): Promise<readonly HostAttempt[]> {
  const open = [...state.attempts.values()].filter(
    ({ task, started, report }) =>
      started !== undefined && report === undefined && state.tasks.get(task)?.task.agent === HOST_AGENT,
  );
  const found = await Promise.all(open.map(({ id, task }) => hostAttempt(folder, id, state.tasks.get(task))));
  return found
    .filter((each) => each !== undefined)
    .toSorted((a, b) => a.task.wave - b.task.wave || a.task.order - b.task.order);
}

async function hostAttempt(
  folder: string,
  attempt: AttemptId,
  task: TaskState | undefined,
): Promise<HostAttempt | undefined> {
  const files = attemptFiles(attempt, {
    folder: join(folder, "attempts"),
    eventFolder: join(folder, "agents"),
  });
  const order = await readOrder(companionFiles(files).order);
  if (!order.ok || task === undefined) return undefined;
  const door = doorFolder(order.value.resultFile);
  const offer = readOffer(door);
  if (offer?.attempt !== attempt) return undefined;
  return { attempt, task, order: order.value, offer, door, isTaken: isTaken(door) };
}
