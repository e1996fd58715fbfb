import { attemptId, sessionId, taskId } from "@breakwater/core";
import type { AttemptId, CommitId, Result } from "@breakwater/core";
import { countGit, createScratchRepository, useScratchState } from "@breakwater/testkit";
import type { CountedGit, ScratchRepository } from "@breakwater/testkit";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { auditCandidate } from "../integration/audit-candidate.ts";
import { buildCandidate } from "../integration/candidate.ts";
import { advanceIntegration, openSessionRefs } from "../integration/integration-line.ts";
import { snapshotResult } from "../integration/snapshot.ts";
import { openRepository } from "../repository/open-repository.ts";
import type { Repository } from "../repository/repository.ts";
import { workspaceContext } from "./workspace-context.ts";
import { openWorkspaces } from "./workspaces.ts";
import type { Workspaces } from "./workspaces.ts";

const session = sessionId("main-2026-01-01-0000");
const scope = { kind: "write" as const, globs: ["**"] };

let ours: ScratchRepository;
let counted: CountedGit;
const restores: (() => void)[] = [];

beforeEach(() => {
  ours = createScratchRepository({ "a.txt": "a\n", "b/c.txt": "c\n" }, "my project");
  restores.push(useScratchState(ours));
  counted = countGit();
});
afterEach(() => {
  counted.dispose();
  ours.dispose();
  for (const restore of restores.splice(0).reverse()) restore();
});

function value<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value;
  throw new Error(`${result.failure.code}: ${result.failure.message}`);
}

/** The two that stay and answer many questions end when nobody asks, so how often they start is a matter of time. */
function spawned(): readonly string[] {
  return counted.taken().filter((verb) => verb !== "cat-file" && verb !== "update-ref");
}

describe("what an attempt costs in processes of git", () => {
  it("is three for a new workspace, four for its result, none for landing and two for giving it back", async () => {
    const { repository, workspaces } = await stage();
    await work(repository, workspaces, 1);
    const one = await work(repository, workspaces, 2);
    expect(one.prepare).toEqual(["worktree", "reset", "diff-index"]);
    expect(one.result).toEqual(["config", "ls-files", "update-index", "write-tree"]);
    await land(repository, one);
    expect(spawned()).toEqual([]);
    value(await workspaces.discard(one.id, one.commit));
    expect(spawned()).toEqual(["config", "ls-files"]);
    await workspaces.close();
  });

  it("is three for a workspace that was used before, and only the first at a commit is compared file by file", async () => {
    const { repository, workspaces } = await stage();
    const costs: (readonly string[])[] = [];
    for (const n of [1, 2, 3]) {
      const worked = await work(repository, workspaces, n);
      costs.push(worked.prepare);
      value(await workspaces.discard(worked.id, worked.commit));
    }
    expect(costs.slice(1)).toEqual([
      ["ls-files", "reset", "status"],
      ["ls-files", "reset", "diff-index"],
    ]);
    await workspaces.close();
  });

  it("has git merge contents only where both sides changed one file", async () => {
    const { repository, workspaces } = await stage();
    const one = await work(repository, workspaces, 1, "a.txt", "one\n\n\na\n");
    const two = await work(repository, workspaces, 2, "b/c.txt", "c\n");
    const head = await land(repository, one);
    spawned();
    await land(repository, two, head);
    expect(spawned()).toEqual([]);
    const three = await work(repository, workspaces, 3, "a.txt", "a\n\n\nthree\n");
    spawned();
    const { context } = repository;
    const { base, commit: result, id: attempt } = three;
    await buildCandidate({ context, head, base, result, task: taskId("T"), attempt, title: "T" });
    expect(spawned()).toContain("merge-tree");
    await workspaces.close();
  });
});

type Worked = {
  readonly id: AttemptId;
  readonly base: CommitId;
  readonly commit: CommitId;
  readonly prepare: readonly string[];
  readonly result: readonly string[];
};

async function stage(): Promise<{ readonly repository: Repository; readonly workspaces: Workspaces }> {
  const repository = value(await openRepository(ours.root));
  value(await openSessionRefs({ context: repository.context, session }, repository.commit));
  return { repository, workspaces: openWorkspaces({ repository, session }) };
}

async function work(
  repository: Repository,
  workspaces: Workspaces,
  n: number,
  ...[file = `new-${n}.txt`, text = "new\n"]: readonly string[]
): Promise<Worked> {
  const id = attemptId(taskId(`T${n}`), 1);
  const { commit: base } = repository;
  spawned();
  const made = value(await workspaces.prepare({ attempt: id, base, isolation: "worktree" }));
  const prepare = spawned();
  writeFileSync(join(made.path, file), text);
  const context = workspaceContext(repository, made);
  const { pristine } = made;
  const asked = { context, workspace: made, base, attempt: id, session, pristine };
  const { commit } = value(await snapshotResult(asked));
  return { id, base, commit, prepare, result: spawned() };
}

async function land(repository: Repository, worked: Worked, head = worked.base): Promise<CommitId> {
  const { context } = repository;
  const { base, commit: result, id: attempt } = worked;
  const task = taskId("T");
  const built = value(await buildCandidate({ context, head, base, result, task, attempt, title: "T" }));
  if (built.kind !== "built") throw new Error("It conflicted");
  const candidate = built.commit;
  const audit = { context, session, attempt, head, candidate, scope, keepRest: false };
  expect(value(await auditCandidate(audit)).held).toEqual([]);
  const moved = value(await advanceIntegration({ context, session }, { from: head, to: candidate }));
  expect(moved).toEqual({ moved: true });
  return candidate;
}
