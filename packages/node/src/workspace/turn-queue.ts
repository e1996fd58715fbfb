/** Runs functions with at most `limit` of them at work at once, in the order of asking. */
export type TurnQueue = {
  <Value>(work: () => Promise<Value>): Promise<Value>;
  /** Resolves at the next moment at which nothing is at work, which is now if nothing is. */
  readonly idle: () => Promise<void>;
};

/** Makes a queue of its own. A function that throws frees its place and rejects for its own caller alone. */
export function createTurnQueue(limit: number): TurnQueue {
  const waiting: (() => void)[] = [];
  const forIdle: (() => void)[] = [];
  let atWork = 0;
  const handOn = (): void => {
    // A place is handed over rather than freed, so that nobody can slip in between.
    const next = waiting.shift();
    if (next !== undefined) return next();
    atWork -= 1;
    if (atWork === 0) for (const resolve of forIdle.splice(0)) resolve();
  };
  const run = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    if (atWork >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else atWork += 1;
    try {
      return await work();
    } finally {
      handOn();
    }
  };
  const idle = async (): Promise<void> => {
    if (atWork > 0) await new Promise<void>((resolve) => forIdle.push(resolve));
  };
  return Object.assign(run, { idle });
}
