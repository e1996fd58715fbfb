import { PLAYER_VERB, runScriptedPlayer } from "@breakwater/agents";
import { runAttemptHost } from "./run-attempt-host.ts";

/** The word by which an entry file is asked to host an attempt: `ENTRY attempt ORDER`. */
export const ATTEMPT_VERB = "attempt";

/**
 * Runs the part of an attempt that the arguments of an entry file name, and resolves to its exit code;
 * `undefined` when they name none. The entry exits with the code at once: open handles may be left.
 */
export async function runAttemptEntry(args: readonly string[]): Promise<number | undefined> {
  const [verb, file] = args;
  if (verb === PLAYER_VERB) return runScriptedPlayer();
  return verb === ATTEMPT_VERB && file !== undefined ? runAttemptHost(file) : undefined;
}
