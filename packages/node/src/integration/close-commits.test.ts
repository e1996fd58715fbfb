import { commitId, sessionId, taskId, treeId } from "@breakwater/core";
import type { CommitId, TreeId } from "@breakwater/core";
import { commitBeside, createScratchRepository, scratchContext } from "@breakwater/testkit";
import type { ScratchChange, ScratchFiles, ScratchRepository } from "@breakwater/testkit";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { GitContext } from "../git/git-context.ts";
import { closeCommits } from "./close-commits.ts";
import type { CloseRequest } from "./close-commits.ts";
import { readCommitter } from "./committer.ts";

const opened: ScratchRepository[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.dispose();
});

const homeBefore = process.env["HOME"];
const configBefore = process.env["XDG_CONFIG_HOME"];
beforeEach(() => {
  delete process.env["XDG_CONFIG_HOME"];
});
afterEach(() => {
  process.env["HOME"] = homeBefore;
  if (configBefore !== undefined) process.env["XDG_CONFIG_HOME"] = configBefore;
});

const session = sessionId("main-2026-01-01-1000");

type Scene = {
  readonly repository: ScratchRepository;
  readonly context: GitContext;
  readonly base: CommitId;
};

function scene(files: ScratchFiles): Scene {
  const repository = createScratchRepository(files, "my project");
  opened.push(repository);
  process.env["HOME"] = repository.home;
  const base = commitId(repository.git("rev-parse", "HEAD").trim());
  return { repository, context: scratchContext(repository), base };
}

function commitOn(at: Scene, from: string, change: ScratchChange): CommitId {
  return commitId(commitBeside(at.repository, from, change));
}

function treeAt(at: Scene, commit: string): TreeId {
  return treeId(at.repository.git("rev-parse", `${commit}^{tree}`).trim());
}

describe("writing the commits of a session", () => {
  function request(at: Scene, commits: readonly CommitId[], more: Partial<CloseRequest> = {}): CloseRequest {
    const head = commits.at(-1) ?? at.base;
    const line = commits.map((commit, n) => ({ task: taskId(`A${n + 1}`), title: `Task ${n + 1}`, commit }));
    const committer = { identity: { name: "Ada", email: "ada@example.org" }, sign: false };
    const { context, base } = at;
    return {
      context,
      session,
      base,
      head,
      tree: treeAt(at, head),
      line,
      mode: "per-task",
      title: "My session",
      committer,
      ...more,
    };
  }

  // conforms: close-commits
  it("gives each task its commit by the person, ends at the gated tree and runs no hook", async () => {
    const at = scene({ "a.txt": "a\n" });
    const trace = join(at.repository.home, "trace");
    for (const hook of ["pre-commit", "commit-msg", "post-commit", "reference-transaction"]) {
      writeFileSync(join(at.context.gitDir, "hooks", hook), `#!/bin/sh\ntouch '${trace}'\n`);
      chmodSync(join(at.context.gitDir, "hooks", hook), 0o755);
    }
    const one = commitOn(at, at.base, { write: { "b.txt": "b\n" } });
    const same = commitOn(at, one, {});
    const two = commitOn(at, same, { write: { "c.txt": "c\n" } });
    rmSync(trace, { force: true });
    const done = await closeCommits(request(at, [one, same, two]));
    expect(existsSync(trace)).toBe(false);
    const head = done.ok ? done.value.head : "";
    expect(treeAt(at, head)).toBe(treeAt(at, two));
    expect(at.repository.git("log", "--format=%an <%ae>|%cn|%s", `${at.base}..${head}`)).toBe(
      "Ada <ada@example.org>|Ada|A3: Task 3\nAda <ada@example.org>|Ada|A1: Task 1\n",
    );
    expect(at.repository.git("rev-parse", "main").trim()).toBe(at.base);
  });

  it("writes subjects by Conventional Commits where that is the style, and keeps a type that is there", async () => {
    const at = scene({ "a.txt": "a\n" });
    const one = commitOn(at, at.base, { write: { "b.txt": "b\n" } });
    const two = commitOn(at, one, { write: { "c.txt": "c\n" } });
    const line = [
      { task: taskId("T1"), title: "Test\nit", type: "test", commit: one },
      { task: taskId("T2"), title: "feat(core)!: Do it", type: "fix", commit: two },
    ];
    const style = "conventional";
    const done = await closeCommits(request(at, [one, two], { line, style }));
    const said = (head: string): string =>
      at.repository.git("log", "--reverse", "--format=%B", `${at.base}..${head}`);
    expect(said(done.ok ? done.value.head : "")).toBe(
      "test: Test it\n\nBreakwater-Task: T1\n\nfeat(core)!: Do it\n\nBreakwater-Task: T2\n\n",
    );
    const all = await closeCommits(request(at, [one, two], { line, style, mode: "summary" }));
    expect(said(all.ok ? all.value.head : "").split("\n")[0]).toBe("fix: My session");
  });

  // conforms: housekeeping-commit
  it("makes one summary commit that lists the tasks", async () => {
    const at = scene({ "a.txt": "a\n" });
    const one = commitOn(at, at.base, { write: { "b.txt": "b\n" } });
    const two = commitOn(at, one, { write: { "c.txt": "c\n" } });
    const done = await closeCommits(request(at, [one, two], { mode: "summary" }));
    const head = done.ok ? done.value.head : "";
    expect(at.repository.git("log", "--format=%P%n%B", `${at.base}..${head}`).trim()).toBe(
      `${at.base}\nMy session\n\n- A1: Task 1\n- A2: Task 2`,
    );
  });

  it("offers the same commits when it is repeated later, and new ones when the mode changes", async () => {
    const at = scene({ "a.txt": "a\n" });
    const one = commitOn(at, at.base, { write: { "b.txt": "b\n" } });
    const two = commitOn(at, one, { write: { "c.txt": "c\n" } });
    const first = await closeCommits(request(at, [one, two], { now: 1_000_000_000_000 }));
    expect(await closeCommits(request(at, [one, two], { now: 1_500_000_000_000 }))).toEqual(first);
    const summary = await closeCommits(request(at, [one, two], { mode: "summary" }));
    expect(summary.ok && summary.value.commits).toHaveLength(1);
  });

  it("writes nothing for a session that changed nothing", async () => {
    const at = scene({ "a.txt": "a\n" });
    const expected = { ok: true, value: { head: at.base, commits: [] } };
    expect(await closeCommits(request(at, []))).toEqual(expected);
    expect(await closeCommits(request(at, []))).toEqual(expected);
  });

  it("refuses another tree than the gated one and a line that is not the integration", async () => {
    const at = scene({ "a.txt": "a\n" });
    const one = commitOn(at, at.base, { write: { "b.txt": "b\n" } });
    const two = commitOn(at, one, { write: { "c.txt": "c\n" } });
    const beside = commitOn(at, at.base, { write: { "d.txt": "d\n" } });
    const refused = await Promise.all([
      closeCommits(request(at, [one, two], { tree: treeAt(at, one) })),
      closeCommits(request(at, [beside, two])),
      closeCommits(request(at, [one, two], { head: one })),
      closeCommits(request(at, [two], { base: beside })),
    ]);
    expect(refused.map((each) => (each.ok ? "" : each.failure.code))).toEqual(Array(4).fill("BW724"));
  });

  it("signs where the person signs, and says so when that is impossible", async () => {
    const at = scene({ "a.txt": "a\n" });
    const key = join(at.repository.home, "key");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key], { cwd: at.repository.home });
    at.repository.git("config", "gpg.format", "ssh");
    at.repository.git("config", "user.signingKey", key);
    at.repository.git("config", "commit.gpgSign", "true");
    const committer = await readCommitter(at.context);
    expect(committer).toEqual({
      ok: true,
      value: { identity: { name: "Scratch", email: "scratch@example.invalid" }, sign: true },
    });
    if (!committer.ok) return;
    const one = commitOn(at, at.base, { write: { "b.txt": "b\n" } }).trim();
    const asked = request(at, [commitId(one)], { committer: committer.value });
    const done = await closeCommits(asked);
    const head = done.ok ? done.value.head : "";
    expect(at.repository.git("cat-file", "commit", head)).toContain("gpgsig -----BEGIN SSH SIGNATURE-----");
    expect(await closeCommits(asked)).toEqual(done);

    rmSync(key);
    const locked = await closeCommits({ ...asked, mode: "summary" });
    expect(locked.ok ? "" : locked.failure.code).toBe("BW729");
  });

  it("does not guess who the person is", async () => {
    const at = scene({ "a.txt": "a\n" });
    at.repository.git("config", "--unset", "user.email");
    const asked = await readCommitter(at.context);
    expect(asked.ok ? "" : asked.failure.code).toBe("BW728");
  });
});
