import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import {
  fail,
  isAllowed,
  ok,
  parseScope,
  scopeAllows,
  sessionId,
  type Result,
  type WallTier,
} from "@breakwater/core";
import { pathText, splitNul } from "../git/nul-list.ts";
import { git } from "../git/run-git.ts";
import { scrubbedEnvironment } from "../process/environment.ts";
import { runInGroup, type GroupExit } from "../process/run-in-group.ts";
import type { Repository } from "../repository/repository.ts";
import { workspaceContext, type WorkspaceFolder } from "../workspace/workspace-context.ts";
import { openWorkspaces, type GateWorkspace } from "../workspace/workspaces.ts";
import { tryWall } from "./canary.ts";
import { openWall, type OpenWall } from "./open-wall.ts";
import { readMachine } from "./read-machine.ts";
import { noWall, wallBroken } from "./wall-failure.ts";
import { wallLadder } from "./wall-ladder.ts";
import { placeOfWorkspace } from "./wall-place.ts";
import type { WallNetwork, WallSetup } from "./wall-tier.ts";

/** One command for a wall around a fresh workspace. */
export type WallExecOrder = {
  readonly repository: Repository;
  readonly globs: readonly string[];
  readonly network: WallNetwork;
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr: (chunk: Buffer) => void;
  /** Another setup than the best of this machine, and parts to be left out: for tests of the wall itself. */
  readonly setup?: WallSetup;
  readonly without?: readonly string[];
};

/** What a command did. Paths are relative; `held` are those that the scope does not allow. */
export type WallExecResult = {
  readonly tier: WallTier;
  readonly hold: OpenWall["hold"];
  /** What the wall leaves open, in sentences. */
  readonly holes: readonly string[];
  /** How the command itself ended. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly changed: readonly string[];
  readonly held: readonly string[];
  /** What the wall is made of: the parts of its profile, in the order of mounting. */
  readonly parts: readonly string[];
};

/**
 * Runs a command in the wall of a fresh workspace of the repository's commit and says what it changed there.
 * The workspace is thrown away afterwards. Failures: BW774 (no wall holds), BW790 (it did not come up), BW210
 * (the scope) and those of workspaces.
 */
export async function execInWall(order: WallExecOrder): Promise<Result<WallExecResult>> {
  const scope = parseScope(order.globs);
  if (!scope.ok) return scope;
  const ladder = await wallLadder();
  const setup = order.setup ?? ladder.setup;
  if (setup === undefined) return fail(noWall(ladder, "`wall exec` needs"));
  const { repository } = order;
  const workspaces = openWorkspaces({
    repository,
    session: sessionId(`wall-exec-${process.pid}`),
    spares: 0,
  });
  const made = await workspaces.prepareGateWorkspace(repository.commit);
  if (!made.ok) return made;
  try {
    return await runThere(order, setup, made.value);
  } finally {
    made.value.release();
    await workspaces.close();
    await rm(dirname(made.value.path), { recursive: true, force: true });
  }
}

async function runThere(
  order: WallExecOrder,
  setup: WallSetup,
  workspace: GateWorkspace,
): Promise<Result<WallExecResult>> {
  const { repository, globs, network, command, without } = order;
  const env = scrubbedEnvironment({ source: order.env, extra: workspace.lane.env });
  const place = await placeOfWorkspace({ repository, workspace, tmp: workspace.lane.tmp, name: "exec" });
  const opened = await openWall({
    setup,
    place,
    machine: readMachine({ env, program: [] }),
    scope: { kind: "write", globs },
    network,
    privateGit: true,
    ...(without === undefined ? {} : { without }),
  });
  if (!opened.ok) return opened;
  const wall = opened.value;
  try {
    const tried = await tryWall(wall, place, env);
    if (!tried.holds) return fail(wallBroken(setup.tier, tried.reason));
    const exit = await runInGroup({
      command: wall.command({ command, cwd: workspace.path }),
      cwd: workspace.path,
      env: wall.environment(env),
      asks: wall.asks,
      onStdout: order.onStdout,
      onStderr: order.onStderr,
    });
    if (!(await wall.wasEntered())) return fail(wallBroken(setup.tier, `did not come up: ${lastLine(exit)}`));
    const collected = await wall.collect();
    const changed = await changedPaths(repository, workspace);
    if (!changed.ok) return changed;
    const { code: exitCode, signal } = exit;
    const held = [...new Set([...collected.held, ...outOfScope(changed.value, globs)])].toSorted();
    return ok({
      tier: setup.tier,
      hold: wall.hold,
      holes: [
        ...(network === "host" ? ["network: everything that this machine reaches"] : []),
        ...wall.holes,
      ],
      exitCode,
      signal,
      changed: changed.value,
      held,
      parts: wall.parts,
    });
  } finally {
    await wall.close();
  }
}

function outOfScope(paths: readonly string[], globs: readonly string[]): readonly string[] {
  const scope = parseScope(globs);
  return paths.filter((path) => !scope.ok || !isAllowed(scopeAllows(scope.value, path)));
}

async function changedPaths(
  repository: Repository,
  folder: WorkspaceFolder,
): Promise<Result<readonly string[]>> {
  const args = ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"];
  const asked = await git(workspaceContext(repository, folder), args);
  if (!asked.ok) return asked;
  return ok(
    splitNul(asked.value.stdout)
      .map((entry) => pathText(entry).slice(3))
      .toSorted(),
  );
}

function lastLine({ stderr, startError }: GroupExit): string {
  return startError?.message ?? stderr.toString("utf8").trim().split("\n").at(-1)?.slice(0, 300) ?? "";
}
