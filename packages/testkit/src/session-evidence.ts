import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import type { RecordedFact } from "@breakwater/core";
import type { ScratchRepository } from "./scratch-repository.ts";

/** Commits of results and landings that a journal tells of. */
export function namedCommits(facts: readonly RecordedFact[]): readonly string[] {
  return facts.flatMap(({ fact }) => {
    if (fact.type === "result.snapshotted") return [fact.commit];
    return fact.type === "integration.advanced" ? [fact.to] : [];
  });
}

/** Commits that no ref of the engine holds any more: what would be lost with the next upkeep of git. */
export function lostCommits(scratch: ScratchRepository, facts: readonly RecordedFact[]): readonly string[] {
  return namedCommits(facts).filter((commit) => {
    try {
      return scratch.git("for-each-ref", "--contains", commit, "refs/breakwater").trim() === "";
    } catch {
      return true;
    }
  });
}

/** Processes that work below a folder or were started with its name; Linux only, elsewhere none. */
export function processesBelow(folder: string): readonly string[] {
  // Who was killed by an end of the session is there for a moment longer.
  let found = processesNow(folder);
  for (let look = 0; look < MOST_LOOKS && found.length > 0; look += 1) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    found = processesNow(folder);
  }
  return found;
}

const MOST_LOOKS = 200;

function processesNow(folder: string): readonly string[] {
  return namesIn("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    const cwd = linkOf(join("/proc", name, "cwd"));
    const command = textOfFile(join("/proc", name, "cmdline")).replaceAll("\0", " ");
    return cwd.startsWith(folder) || command.includes(folder) ? [`${name} ${command}`] : [];
  });
}

/** Every file below a folder, relative to it; none where there is no folder. */
export function filesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
      (name) => !statSync(join(folder, name)).isDirectory(),
    );
  } catch {
    return [];
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function textOfFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
