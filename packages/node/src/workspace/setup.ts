import { fail, ok } from "@breakwater/core";
import type { Failure, Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { scrubbedEnvironment } from "../process/environment.ts";
import { runInGroup } from "../process/run-in-group.ts";
import { uncommittedPaths } from "../repository/clean-tree.ts";
import type { Lane } from "./lane.ts";

const TIMEOUT_MS = 20 * 60_000;

/**
 * Runs the project's `workspace-setup` in a workspace, by the system's shell and in the environment of the
 * lane. Fails with BW718 when it fails, does not end within 20 minutes, or changes a file that git would
 * take for work of the agent.
 */
export async function runSetup(context: GitContext, command: string, lane: Lane): Promise<Result<void>> {
  const before = await uncommittedPaths(context);
  if (!before.ok) return before;
  const exit = await runInGroup({
    command: ["/bin/sh", "-c", command],
    cwd: context.cwd,
    env: scrubbedEnvironment({ source: process.env, extra: lane.env }),
    timeoutMs: TIMEOUT_MS,
  });
  if (exit.timedOut) return fail(setupFailed(command, "did not end within 20 minutes"));
  if (exit.code !== 0)
    return fail(setupFailed(command, `ended with ${exit.code ?? exit.signal}: ${lastLine(exit.stderr)}`));
  const after = await uncommittedPaths(context);
  if (!after.ok) return after;
  const known = new Set(before.value.map(({ path }) => path));
  const changed = after.value.find(({ path }) => !known.has(path));
  return changed === undefined
    ? ok(undefined)
    : fail(setupFailed(command, `changed ${JSON.stringify(changed.path)}`));
}

function lastLine(output: Buffer): string {
  return output.toString("utf8").trimEnd().split("\n").at(-1)?.slice(0, 200) ?? "";
}

function setupFailed(command: string, how: string): Failure {
  return {
    code: "BW718",
    message: `workspace-setup "${command.slice(0, 120)}" ${how}`,
    why: "It prepares a fresh checkout before agents and gates start, and may touch ignored files only.",
    fix: "Run it by hand in a fresh clone until it succeeds and git status stays empty; prefer npm ci to npm install.",
  };
}
