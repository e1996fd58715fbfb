/**
 * Sends a signal to every member of a process group. `false` when the group has no member left or may
 * not be signalled; never throws. A pid below 2 is refused, since 0 and 1 would reach beyond the group.
 */
export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  if (!Number.isSafeInteger(groupId) || groupId < 2) return false;
  try {
    process.kill(-groupId, signal);
    return true;
  } catch {
    return false;
  }
}

/** How long a group may take over each step of the ladder before the next one; milliseconds. */
export type Grace = {
  /** From SIGINT to SIGTERM. */
  readonly interruptMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly terminateMs: number;
};

/** Long enough to flush files, short enough that a stop feels like one. */
export const defaultGrace: Grace = { interruptMs: 2_000, terminateMs: 3_000 };

/**
 * Starts the ladder SIGINT, SIGTERM, SIGKILL on a group and returns what cancels the steps still to come.
 * The first signal is sent before this returns. Cancel it once the leader is gone.
 */
export function climbKillLadder(groupId: number, grace: Grace): () => void {
  signalGroup(groupId, "SIGINT");
  let timer = setTimeout(() => {
    signalGroup(groupId, "SIGTERM");
    timer = setTimeout(() => signalGroup(groupId, "SIGKILL"), grace.terminateMs);
  }, grace.interruptMs);
  return () => clearTimeout(timer);
}
