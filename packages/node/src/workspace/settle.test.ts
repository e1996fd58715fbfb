import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { attemptId, sessionId, taskId } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import { createScratchRepository, PATIENCE, useScratchState } from "@breakwater/testkit";
import { expect, it } from "vitest";
import { snapshotResult } from "../integration/snapshot.ts";
import { openRepository } from "../repository/open-repository.ts";
import { workspaceContext } from "./workspace-context.ts";
import { openWorkspaces } from "./workspaces.ts";
import type { PreparedWorkspace } from "./workspaces.ts";

const session = sessionId("main-2026-01-01-0000");
const attempt = attemptId(taskId("T1"), 1);

it(
  "makes the trusted index older than no file, and hides no edit of before, during or after",
  async () => {
    using stage = await openStage(1_200);
    const made: PreparedWorkspace[] = [];
    // Several, so that one is edited in the very second of its checkout, which its times then do not show.
    for (const n of [1, 2, 3, 4]) {
      const one = value(
        await stage.workspaces.prepare({ ...stage.order, attempt: attemptId(taskId("T1"), n) }),
      );
      editInPlace(join(one.path, "f1.txt"));
      made.push(one);
    }
    await stage.workspaces.settled();
    for (const { path, pristine } of made) {
      const unedited = readdirSync(path).filter((name) => name.startsWith("f") && name !== "f1.txt");
      expect(secondOf(pristine)).toBeGreaterThan(
        Math.max(...unedited.map((name) => secondOf(join(path, name)))),
      );
      editInPlace(join(path, "f2.txt"));
    }
    const changed = made.map(async (workspace) => {
      const context = workspaceContext(stage.repository, workspace);
      return value(await snapshotResult({ ...workspace, context, workspace, session })).changed;
    });
    expect(await Promise.all(changed)).toEqual([2, 2, 2, 2]);
  },
  PATIENCE,
);

it(
  "leaves a small index alone, and nothing behind when a workspace goes before its look",
  async () => {
    for (const files of [3, 1_200]) {
      using stage = await openStage(files);
      const made = value(await stage.workspaces.prepare(stage.order));
      if (files === 3) await stage.workspaces.settled();
      const { base, pristine } = made;
      const context = workspaceContext(stage.repository, made);
      const asked = { context, workspace: made, base, attempt, session, pristine };
      const { commit } = value(await snapshotResult(asked));
      value(await stage.workspaces.discard(attempt, commit));
      value(await stage.workspaces.close());
      expect(readdirSync(dirname(pristine))).toEqual([]);
    }
  },
  PATIENCE,
);

async function openStage(files: number) {
  const names = Array.from({ length: files }, (_, n) => [`f${n}.txt`, `file ${n}\n`] as const);
  const ours = createScratchRepository(Object.fromEntries(names));
  const restore = useScratchState(ours);
  const repository = value(await openRepository(ours.root));
  const workspaces = openWorkspaces({ repository, session });
  const order = { attempt, base: repository.commit, isolation: "worktree" as const };
  return {
    repository,
    workspaces,
    order,
    [Symbol.dispose]: () => {
      restore();
      ours.dispose();
    },
  };
}

/** An edit of the same length whose author puts the times back. */
function editInPlace(file: string): void {
  const { atime, mtime } = statSync(file);
  writeFileSync(file, readFileSync(file, "utf8").replace("file", "edit"));
  utimesSync(file, atime, mtime);
}

function secondOf(file: string): number {
  return Math.floor(statSync(file).mtimeMs / 1_000);
}

function value<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value;
  throw new Error(`${result.failure.code}: ${result.failure.message}`);
}
