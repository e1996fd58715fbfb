import { attemptId, sessionId, taskId } from "@breakwater/core";
import type { AttemptId, CommitId, Result } from "@breakwater/core";
import { createScratchRepository, useScratchState } from "@breakwater/testkit";
import type { ScratchRepository } from "@breakwater/testkit";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { recordWorkspace, snapshotResult } from "../integration/snapshot.ts";
import type { SnapshotRequest } from "../integration/snapshot.ts";
import { openRepository } from "../repository/open-repository.ts";
import { workspaceContext } from "./workspace-context.ts";
import { openWorkspaces } from "./workspaces.ts";
import type { PreparedWorkspace, Workspaces } from "./workspaces.ts";

const session = sessionId("main-2026-01-01-0000");
const opened: ScratchRepository[] = [];
const restores: (() => void)[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.dispose();
  for (const restore of restores.splice(0).reverse()) restore();
});

type Scene = {
  readonly ours: ScratchRepository;
  readonly workspaces: Workspaces;
  readonly made: PreparedWorkspace;
  readonly request: SnapshotRequest;
};

const FILES = {
  "a.txt": "aaaa\n",
  "Case.txt": "case\n",
  "run.sh": "#!/bin/sh\n",
  "d/one.txt": "one\n",
  "d/two.txt": "two\n",
  "d/.gitignore": "*.log\n",
  "becomes-folder": "file\n",
  ".gitattributes": "*.crlf text eol=lf\n",
};

async function stage(attempt: AttemptId = attemptId(taskId("T1"), 1)): Promise<Scene> {
  const ours = createScratchRepository(FILES, "my project");
  opened.push(ours);
  restores.push(useScratchState(ours));
  const repository = value(await openRepository(ours.root));
  const workspaces = openWorkspaces({ repository, session });
  const base = repository.commit;
  const made = value(await workspaces.prepare({ attempt, base, isolation: "worktree" }));
  const context = workspaceContext(repository, made);
  const { pristine } = made;
  return { ours, workspaces, made, request: { context, workspace: made, base, attempt, session, pristine } };
}

function value<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value;
  throw new Error(`${result.failure.code}: ${result.failure.message}`);
}

type Act = (at: { readonly path: string; readonly git: (...args: readonly string[]) => string }) => void;

const ACTS: readonly (readonly [string, Act])[] = [
  ["nothing", () => {}],
  [
    "an edit of the same length in the same second",
    ({ path }) => writeFileSync(join(path, "a.txt"), "bbbb\n"),
  ],
  [
    "new, empty and odd names",
    ({ path }) => {
      for (const name of ["empty", "with space", "new\nline", "quote\"'", "ünï"])
        writeFileSync(join(path, name), "");
      writeFileSync(Buffer.concat([Buffer.from(`${path}/bytes-`), Buffer.from([0xff, 0xfe])]), "x\n");
    },
  ],
  ["a rename by case alone", ({ path }) => renameSync(join(path, "Case.txt"), join(path, "case.txt"))],
  [
    "modes and links",
    ({ path }) => {
      chmodSync(join(path, "run.sh"), 0o755);
      rmSync(join(path, "d/one.txt"));
      symlinkSync("two.txt", join(path, "d/one.txt"));
    },
  ],
  [
    "a file that became a folder, and a folder that became a file",
    ({ path }) => {
      rmSync(join(path, "becomes-folder"));
      mkdirSync(join(path, "becomes-folder"));
      writeFileSync(join(path, "becomes-folder/x"), "x\n");
      rmSync(join(path, "d"), { recursive: true });
      writeFileSync(join(path, "d"), "file\n");
    },
  ],
  ["line ends", ({ path }) => writeFileSync(join(path, "x.crlf"), "one\r\ntwo\r\n")],
  [
    "ignored and forced files",
    ({ path, git }) => {
      writeFileSync(join(path, "d/x.log"), "log\n");
      writeFileSync(join(path, "d/forced.log"), "log\n");
      git("add", "-f", "d/forced.log");
    },
  ],
  [
    "rules of its own",
    ({ path }) => {
      writeFileSync(join(path, ".gitignore"), "*\n");
      writeFileSync(join(path, "hidden.txt"), "x\n");
    },
  ],
  [
    "what was staged, hidden and taken out of the index",
    ({ path, git }) => {
      appendFileSync(join(path, "a.txt"), "more\n");
      git("add", "a.txt");
      git("update-index", "--assume-unchanged", "d/one.txt");
      git("update-index", "--skip-worktree", "d/two.txt");
      for (const name of ["d/one.txt", "d/two.txt"]) writeFileSync(join(path, name), "changed\n");
      git("rm", "-q", "--cached", "Case.txt");
    },
  ],
  [
    "commits of its own",
    ({ path, git }) => {
      writeFileSync(join(path, "own.txt"), "own\n");
      git("add", "-A");
      git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "own");
      writeFileSync(join(path, "later.txt"), "later\n");
    },
  ],
  [
    "a repository of its own inside",
    ({ path, git }) => {
      git("init", "-q", "inner");
      writeFileSync(join(path, "inner/file"), "x\n");
    },
  ],
  [
    "an index that is no index",
    ({ path, git }) => {
      writeFileSync(join(git("rev-parse", "--absolute-git-dir").trim(), "index"), "garbage");
      writeFileSync(join(path, "a.txt"), "c\n");
    },
  ],
];

describe("a snapshot by the index that the agent never had", () => {
  it.each(ACTS)("gives the tree that a slow look gives, after %s", async (what, act) => {
    const { ours, made, request } = await stage();
    act({ path: made.path, git: (...args) => ours.git("-C", made.path, ...args) });
    const quick = value(await recordWorkspace(request, "quick"));
    const { pristine: _pristine, ...without } = request;
    if (what === "an index that is no index") rmSync(join(made.gitDir, "index"));
    const slow = value(await recordWorkspace(without, "slow"));
    expect([quick.tree, quick.changed, quick.leftOut]).toEqual([slow.tree, slow.changed, slow.leftOut]);
    expect(ours.git("ls-tree", "-r", quick.commit)).toBe(ours.git("ls-tree", "-r", slow.commit));
  });

  it("is known again when the workspace is given back, and any later edit is found", async () => {
    const later: readonly ((path: string) => void)[] = [
      (path) => writeFileSync(join(path, "a.txt"), "cccc\n"),
      (path) => writeFileSync(join(path, "late.txt"), "late\n"),
      (path) => rmSync(join(path, "d/one.txt")),
      (path) => chmodSync(join(path, "run.sh"), 0o755),
    ];
    for (const act of later) {
      const { workspaces, made, request } = await stage();
      writeFileSync(join(made.path, "a.txt"), "bbbb\n");
      const { commit } = value(await snapshotResult(request));
      act(made.path);
      const refused = await workspaces.discard(made.attempt, commit);
      expect(refused.ok ? "ok" : refused.failure.code).toBe("BW717");
    }
  });

  it("is known again after files were staged, by the agent or by the engine that carried a kept result over", async () => {
    const { ours, workspaces, made, request } = await stage();
    writeFileSync(join(made.path, "new.txt"), "new\n");
    writeFileSync(join(made.path, "d/forced.log"), "log\n");
    ours.git("-C", made.path, "add", "-f", "new.txt", "d/forced.log");
    const kept = value(await snapshotResult(request)).commit;
    value(await workspaces.discard(made.attempt, kept));
    const attempt = attemptId(taskId("T1"), 2);
    const order = { attempt, base: request.base, isolation: "worktree", carry: kept } as const;
    const again = value(await workspaces.prepare(order));
    const { path, pristine } = again;
    const asked = { ...request, attempt, workspace: again, pristine };
    const { commit } = value(await snapshotResult(asked));
    writeFileSync(join(path, "new.txt"), "late\n");
    const refused = await workspaces.discard(attempt, commit);
    expect(refused.ok ? "ok" : refused.failure.code).toBe("BW717");
    writeFileSync(join(path, "new.txt"), "new\n");
    value(await workspaces.discard(attempt, commit));
    expect(ours.git("diff", "--name-only", kept, commit)).toBe("");
  });

  it("leaves no index behind once the workspace is used by the next attempt", async () => {
    const { ours, workspaces, made, request } = await stage();
    writeFileSync(join(made.path, "a.txt"), "bbbb\n");
    const { commit } = value(await snapshotResult(request));
    value(await workspaces.discard(made.attempt, commit));
    const next = attemptId(taskId("T2"), 1);
    const order = { attempt: next, base: request.base, isolation: "worktree" as const };
    const second = value(await workspaces.prepare(order));
    expect(readFileSync(join(second.path, "a.txt"), "utf8")).toBe("aaaa\n");
    const result: CommitId = value(
      await snapshotResult({ ...request, workspace: second, attempt: next, pristine: second.pristine }),
    ).commit;
    expect(ours.git("diff", "--name-only", request.base, result)).toBe("");
    value(await workspaces.discard(next, result));
    value(await workspaces.close());
  });
});
