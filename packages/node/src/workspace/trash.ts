import { randomUUID } from "node:crypto";
import { mkdir, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { runInGroup } from "../process/run-in-group.ts";
import { createTurnQueue } from "./turn-queue.ts";
import { errorCode } from "./disk-failure.ts";

/** Where folders go that nobody needs: out of the way at once, off the disk in the background. */
export type Trash = {
  /** Renames `path` away and deletes it later; a path that is not there is fine. */
  readonly discard: (path: string) => Promise<void>;
  /** Resolves when everything thrown away so far is off the disk. */
  readonly emptied: () => Promise<void>;
};

/** Opens the trash in `folder`, which must be on the disk of what is thrown away; old contents go too. */
export function openTrash(folder: string): Trash {
  const oneAtATime = createTurnQueue(1);
  let last: Promise<void> = Promise.resolve();
  const later = (path: string): void => {
    last = oneAtATime(() => erase(path));
  };
  return {
    discard: async (path) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const aside = join(folder, `${basename(path)}-${randomUUID()}`);
      try {
        await rename(path, aside);
      } catch (cause) {
        if (errorCode(cause) === "ENOENT") return;
        throw cause;
      }
      later(aside);
    },
    emptied: async () => {
      await last;
      await erase(folder);
    },
  };
}

/** An agent may have taken the write bits off its folders, so these are put back when deletion fails. */
async function erase(path: string): Promise<void> {
  if ((await run(["rm", "-rf", "--", path])) === 0) return;
  await run(["chmod", "-R", "u+rwX", "--", path]);
  await run(["rm", "-rf", "--", path]);
}

async function run(command: readonly [string, ...string[]]): Promise<number | null> {
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C" };
  return (await runInGroup({ command, cwd: "/", env, tailBytes: 4096 })).code;
}
