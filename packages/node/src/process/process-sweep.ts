import { readdirSync, readFileSync } from "node:fs";
import { readProcessStart } from "./process-identity.ts";

/**
 * The processes whose environment has exactly this `NAME=value`, this very process left out. It finds what
 * left its process group, where the group cannot; a process that cleaned its environment is not found.
 * Linux only: elsewhere the list is empty. Never throws; zombies are not listed.
 */
export function markedProcesses(marker: {
  readonly name: string;
  readonly value: string;
}): readonly number[] {
  const needle = Buffer.from(`\0${marker.name}=${marker.value}\0`);
  return processIds().filter((pid) => pid !== process.pid && environmentOf(pid).includes(needle));
}

/**
 * Kills every process with the marker until none is left; the number of processes killed. What forks faster
 * than it is killed is given up after some rounds.
 */
export function killMarked(marker: { readonly name: string; readonly value: string }): number {
  const killed = new Set<number>();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const found = markedProcesses(marker).filter((pid) => readProcessStart(pid) !== undefined);
    const fresh = found.filter((pid) => !killed.has(pid));
    if (fresh.length === 0) break;
    for (const pid of fresh) if (kill(pid)) killed.add(pid);
  }
  return killed.size;
}

const MOST_ROUNDS = 20;

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

function kill(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}
