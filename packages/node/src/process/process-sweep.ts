import { readdirSync, readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { readProcessStart } from "./process-identity.ts";

/**
 * The processes whose environment has exactly this `NAME=value`, this very process left out. It finds what
 * left its process group, where the group cannot; a process that cleaned its environment is not found.
 * Linux only: elsewhere the list is empty. Never throws; zombies have no environment and are not listed.
 */
export function markedProcesses(marker: {
  readonly name: string;
  readonly value: string;
}): readonly number[] {
  const needle = Buffer.from(`\0${marker.name}=${marker.value}\0`);
  return processIds().filter((pid) => pid !== process.pid && environmentOf(pid).includes(needle));
}

/**
 * Kills every process with the marker and resolves when none is left, to how many there were. After five
 * seconds it gives up on what cannot be killed, or forks faster than it is killed.
 */
export async function endMarked(marker: { readonly name: string; readonly value: string }): Promise<number> {
  const seen = new Map<number, string | undefined>();
  const deadline = performance.now() + GIVE_UP_MS;
  for (;;) {
    for (const pid of markedProcesses(marker)) {
      if (!seen.has(pid)) seen.set(pid, readProcessStart(pid));
      kill(pid);
    }
    // A dying process has no environment any more but is still there, hence the look at its start.
    const left = [...seen].filter(([pid, start]) => start !== undefined && readProcessStart(pid) === start);
    if (left.length === 0 || performance.now() > deadline) return seen.size;
    await new Promise((next) => setTimeout(next, LOOK_AGAIN_MS));
  }
}

const GIVE_UP_MS = 5_000;
const LOOK_AGAIN_MS = 5;

function processIds(): readonly number[] {
  if (process.platform !== "linux") return [];
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

/** The environment as the kernel gave it to the program, with a NUL before the first entry too. */
function environmentOf(pid: number): Buffer {
  try {
    return Buffer.concat([Buffer.of(0), readFileSync(`/proc/${pid}/environ`)]);
  } catch {
    return Buffer.alloc(0);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone by itself, or not ours to kill; the next look tells.
  }
}
