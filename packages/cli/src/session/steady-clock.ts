import { performance } from "node:perf_hooks";

/** A clock that a session can count on. */
export type SteadyClock = {
  /** Milliseconds since the epoch; never less than before. */
  readonly now: () => number;
  /** From now on the clock shows at least this. */
  readonly raise: (at: number) => void;
};

/**
 * The clock of the machine without its steps back. Where the machine's clock is behind what was shown
 * already, time goes on from there at its usual pace: deadlines are reckoned from times in the journal,
 * which never decrease, and a clock that waited for the machine's to catch up would keep every deadline that
 * much longer. Steps forward are followed, because a machine that slept was really away.
 */
export function steadyClock(
  wall: () => number,
  elapsed: () => number = () => performance.now(),
): SteadyClock {
  let shown = wall();
  let since = elapsed();
  const now = (): number => {
    const at = elapsed();
    shown = Math.max(wall(), shown + Math.floor(at - since));
    // What is less than a millisecond stays for the next look.
    since += Math.floor(at - since);
    return shown;
  };
  const raise = (at: number): void => {
    shown = Math.max(now(), at);
  };
  return { now, raise };
}
