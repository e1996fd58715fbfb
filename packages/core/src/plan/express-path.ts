import type { Plan } from "./plan.ts";

/** As many tasks, and as many issues, as are small work (`docs/spec/planning.md`). */
const MOST = 3;

/**
 * Whether a plan takes the express path: a little housekeeping is checked once, after its last task, and the
 * base is checked only where that is not green. `isEnabled` is the key `express-path.enabled`.
 */
export function takesExpressPath({ session, issues, waves }: Plan, isEnabled: boolean): boolean {
  const tasks = waves.reduce((sum, wave) => sum + wave.tasks.length, 0);
  return isEnabled && session === "housekeeping" && tasks <= MOST && issues.length <= MOST;
}
