/** Runs functions with at most `limit` of them at work at once, in the order of asking. */
export type TurnQueue = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** Makes a queue of its own. A function that throws frees its place and rejects for its own caller alone. */
export function createTurnQueue(limit: number): TurnQueue {
  const waiting: (() => void)[] = [];
  let atWork = 0;
  return async (work) => {
    if (atWork >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else atWork += 1;
    try {
      return await work();
    } finally {
      // A place is handed over rather than freed, so that nobody can slip in between.
      const next = waiting.shift();
      if (next === undefined) atWork -= 1;
      else next();
    }
  };
}
