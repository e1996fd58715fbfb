import { rename, rm, stat } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { git } from "../git/run-git.ts";
import { withIndex } from "../git/git-context.ts";
import type { GitContext } from "../git/git-context.ts";
import { copyWithAge } from "../integration/private-index.ts";
import { createTurnQueue } from "./turn-queue.ts";

/** A fresh folder as git sees it, and the trusted index of its files. */
export type Fresh = { readonly context: GitContext; readonly pristine: string };

/**
 * Makes trusted indexes cheap to use. git reads every file again that is as young as its index, which is all
 * of them in a fresh folder, and again at each look. One look in the background, once the second of the
 * checkout is over, spares every later one. Only time is at stake: whatever goes wrong, the old index stays.
 */
export type Settling = {
  /** Looks at the folder once its files are old enough; returns at once. Small indexes are left alone. */
  readonly later: (fresh: Fresh) => void;
  /** Gives up on an index, and resolves when nobody writes it any more; to be called before it is moved or removed. */
  readonly stop: (pristine: string) => Promise<void>;
  /** Resolves when every look that was asked for is over. */
  readonly settled: () => Promise<void>;
  /** Gives up on all. */
  readonly close: () => Promise<void>;
};

/** Opens the looks of one session. They run one at a time, and only when `quiet` resolves: nothing waits for them. */
export function openSettling(quiet: () => Promise<void>): Settling {
  const oneAtATime = createTurnQueue(1);
  const asked = new Map<string, Look>();
  const stop = async (pristine: string): Promise<void> => {
    const look = asked.get(pristine);
    asked.delete(pristine);
    look?.abort.abort();
    await look?.writing;
  };
  const take = async (look: Look, fresh: Fresh): Promise<void> => {
    await nextSecond(fresh.pristine, look.abort.signal);
    await oneAtATime(async () => {
      if (look.abort.signal.aborted) return;
      await quiet();
      if (look.abort.signal.aborted) return;
      look.writing = settle(fresh).catch(() => undefined);
      await look.writing;
    });
  };
  return {
    later: (fresh) => {
      const look: Look = { abort: new AbortController(), over: Promise.resolve() };
      asked.set(fresh.pristine, look);
      look.over = take(look, fresh)
        .catch(() => undefined)
        .finally(() => asked.get(fresh.pristine) === look && asked.delete(fresh.pristine));
    },
    stop,
    settled: async () => void (await Promise.all([...asked.values()].map(({ over }) => over))),
    close: async () => void (await Promise.all([...asked.keys()].map(stop))),
  };
}

/** A look that was asked for. While `writing` is under way the index must stay where it is. */
type Look = { readonly abort: AbortController; writing?: Promise<void>; over: Promise<void> };

/** Below this size of an index, bytes, reading its files again costs less than starting git. */
const WORTH_IT = 64 * 1024;

/** The clock of the file system goes in steps and may be so late; milliseconds. */
const CLOCKS_APART_MS = 50;

async function nextSecond(pristine: string, signal: AbortSignal): Promise<void> {
  const { size, mtimeMs } = await stat(pristine);
  if (size < WORTH_IT) throw new Error("not worth it");
  const left = Math.floor(mtimeMs / 1_000) * 1_000 + 1_000 - Date.now();
  await setTimeout(Math.max(0, left) + CLOCKS_APART_MS, undefined, { signal });
}

/** What changed meanwhile keeps the marks of its old content, so that it is found as before. */
async function settle({ context, pristine }: Fresh): Promise<void> {
  const draft = `${pristine}.settling`;
  // A younger copy would make git trust, unseen, what was edited in the second of the checkout.
  await copyWithAge(pristine, draft);
  const look = ["update-index", "-q", "--refresh", "--force-write-index"];
  const looked = await git(withIndex(context, draft), look, { okCodes: [0, 1] });
  if (looked.ok) await rename(draft, pristine);
  else await rm(draft, { force: true });
}
