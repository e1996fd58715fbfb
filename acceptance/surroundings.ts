import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, relative } from "node:path";
import type { Places } from "@breakwater/guard";

/** What lies around an attempt: a line for each path of the checkout, its git folder, the home and a sibling. */
export type Surroundings = ReadonlyMap<string, string>;

/** What git and the engine write on their own while a workspace is made and thrown away. */
const ENGINE_WRITES = /^repo\/\.git\/(?:objects|worktrees|logs\/refs\/breakwater|refs\/breakwater)(?:\/|$)/;

/** Reads every path around the workspace with its kind, mode and content. */
export function stateOf(places: Places): Surroundings {
  const lines = new Map<string, string>();
  const base = join(places.main, "..");
  for (const folder of [places.main, places.home, places.worktree]) addFolder(folder, base, lines);
  return lines;
}

function addFolder(folder: string, base: string, lines: Map<string, string>): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const key = relative(base, path);
    if (ENGINE_WRITES.test(key)) continue;
    const stat = lstatSync(path);
    if (stat.isDirectory()) {
      lines.set(key, `folder ${stat.mode}`);
      addFolder(path, base, lines);
    } else if (stat.isSymbolicLink()) lines.set(key, `link ${readlinkSync(path)}`);
    else lines.set(key, stat.isFile() ? `file ${stat.mode} ${digest(path)}` : `other ${stat.mode}`);
  }
}

function digest(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** Each path that came, went or changed. */
export function differencesOf(before: Surroundings, after: Surroundings): readonly string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    if (was === is) return [];
    if (was === undefined) return [`came: ${key}`];
    return [is === undefined ? `went: ${key}` : `changed: ${key}`];
  });
}
