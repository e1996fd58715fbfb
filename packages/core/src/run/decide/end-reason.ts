import type { RunState } from "../state.ts";

/** Why the session ends, in words. */
export function reasonOf(state: RunState): string {
  const { stopped, limit } = state.control;
  const verb = stopped?.aborted === true ? "aborted" : "stopped";
  if (stopped !== undefined) return `${stopped.by} ${verb} the session: ${stopped.reason}`;
  return limit === undefined ? "the session ended" : `the session reached its limit of ${limit}`;
}

/** How far work had come, and why the session ended, where the one does not say the other. */
export function withReason(open: string, why: string): string {
  return open.includes(why) ? open : `${open}; ${why}`;
}
