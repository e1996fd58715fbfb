import { readFileSync } from "node:fs";
import { join } from "node:path";
import { plainLine, readEarlierState, type EarlierState } from "@breakwater/core";
import type { CommandContext } from "../command-context.ts";
import type { Workplace } from "./open-workplace.ts";
import { listSessions } from "./session-place.ts";

/** The folders in which programs keep a `STATE.md`; the project's own is looked at first. */
const FOLDERS = [".orchestrator", ".claude", ".codex", ".cursor"] as const;

/**
 * The session of another program that ended in the middle, by its `STATE.md`. One of another branch is told
 * as stale and left alone; our own sessions speak by their journals.
 */
export function earlierSession(
  { repository, config }: Workplace,
  context: CommandContext,
): EarlierState | undefined {
  const own = new Set<string>(listSessions(repository).map(({ id }) => id));
  for (const folder of new Set([config.platform.stateDir, ...FOLDERS])) {
    const state = readEarlierState(textOf(join(repository.root, folder, "STATE.md")));
    if (state === undefined || (state.session !== undefined && own.has(state.session))) continue;
    if (state.status !== "active" && state.status !== "paused") continue;
    if (state.branch === repository.branch) return state;
    const branch = plainLine(state.branch ?? "no branch");
    context.stderr.write(`${folder}/STATE.md is of ${branch}, not of ${repository.branch}: it is ignored\n`);
  }
  return undefined;
}

/** One line about it: how far it came. */
export function earlierText({ status, wave, waves }: EarlierState): string {
  const place = wave === undefined ? "" : ` in wave ${wave}${waves === undefined ? "" : ` of ${waves}`}`;
  return `an earlier session is ${plainLine(status)}${place} and was never ended`;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
