import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identifyProcess, isSameProcessAlive, readBootId } from "./process-identity.ts";

const PREFIX = "breakwater-index-";

/** A folder of this process alone, below that for temporary files; it goes away when `use` ends, whichever way. */
export async function withPrivateFolder<Value>(use: (folder: string) => Promise<Value>): Promise<Value> {
  const { pid, startTime } = identifyProcess(process.pid);
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${pid}-${startTime.replaceAll(/\W/g, "_")}-`));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Removes the private folders of processes that are gone, which a kill left behind, and returns how many.
 * A folder whose process may still live stays. May run in several processes at once.
 */
export async function sweepPrivateFolders(): Promise<number> {
  const names = await readdir(tmpdir());
  const left = names.filter((name) => ownerOf(name) === "dead");
  await Promise.all(left.map((name) => rm(join(tmpdir(), name), { recursive: true, force: true })));
  return left.length;
}

function ownerOf(name: string): ReturnType<typeof isSameProcessAlive> {
  const owner = /^breakwater-index-(\d+)-(\d+)-\w+$/.exec(name);
  if (owner === null) return "unknown";
  const [, pid, startTime = ""] = owner;
  return isSameProcessAlive({ pid: Number(pid), bootId: readBootId(), startTime });
}
