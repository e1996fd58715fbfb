import { attemptId, commitId, sessionId, taskId, treeId } from "@breakwater/core";
import type { CommitId, TreeId } from "@breakwater/core";
import { addScratchWorkspace, createScratchRepository } from "@breakwater/testkit";
import type { ScratchFiles, ScratchRepository } from "@breakwater/testkit";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { GitContext } from "../git/git-context.ts";
import { advanceBranch } from "./advance-branch.ts";
import type { BranchAdvanced } from "./advance-branch.ts";
import { closeCommits } from "./close-commits.ts";
import type { CloseRequest } from "./close-commits.ts";
import { readCommitter } from "./committer.ts";
import { attributeSharedTree } from "./shared-tree.ts";

const opened: ScratchRepository[] = [];
const homeBefore = process.env["HOME"];
beforeEach(() => {
  delete process.env["XDG_CONFIG_HOME"];
});
afterEach(() => {
  process.env["HOME"] = homeBefore;
  for (const each of opened.splice(0)) each.dispose();
});

const session = sessionId("main-2026-01-01-1000");

type Scene = {
  readonly repository: ScratchRepository;
  readonly context: GitContext;
  readonly base: CommitId;
  readonly file: (path: string) => string;
};

function scene(files: ScratchFiles): Scene {
  const repository = createScratchRepository(files, "my project");
  opened.push(repository);
  process.env["HOME"] = repository.home;
  const gitDir = join(repository.root, ".git");
  const context = { gitDir, commonDir: gitDir, workTree: repository.root, cwd: repository.root };
  const base = commitId(repository.git("rev-parse", "HEAD").trim());
  return { repository, context, base, file: (path) => join(repository.root, path) };
}

/** A commit made in a worktree of its own, so that the checkout under test stays as it is. */
function commitOn(
  at: Scene,
  from: string,
  change: { write?: ScratchFiles; remove?: readonly string[] },
): CommitId {
  const work = addScratchWorkspace(at.repository, `w${Math.floor(performance.now() * 1000)}`, from);
  for (const path of change.remove ?? []) rmSync(join(work.path, path), { recursive: true });
  work.write(change.write ?? {});
  work.git("add", "-A", "-f");
  work.git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "-q", "--allow-empty", "-m", "work");
  return commitId(work.git("rev-parse", "HEAD").trim());
}

function treeAt(at: Scene, commit: string): TreeId {
  return treeId(at.repository.git("rev-parse", `${commit}^{tree}`).trim());
}

function status(at: Scene): string {
  return at.repository.git("status", "--porcelain");
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

describe("moving the person's branch", () => {
  async function advance(at: Scene, to: CommitId, branch = "main"): Promise<BranchAdvanced | string> {
    const done = await advanceBranch({ context: at.context, branch, from: at.base, to });
    return done.ok ? done.value : `${done.failure.code} ${done.failure.message} ${done.failure.fix ?? ""}`;
  }
  const updated = { moved: true, checkout: "updated" };

  it("brings index and files along and leaves the person's other work as it is", async () => {
    const at = scene({ "a.txt": "a\n", "gone.txt": "g\n", "mine.txt": "m\n", "staged.txt": "s\n" });
    const to = commitOn(at, at.base, {
      write: { "a.txt": "b\n", "dir/new.txt": "n\n", run: { content: "x\n", executable: true } },
      remove: ["gone.txt"],
    });
    writeFileSync(at.file("mine.txt"), "edited\n");
    writeFileSync(at.file("staged.txt"), "staged\n");
    at.repository.git("add", "staged.txt");
    writeFileSync(at.file("untracked.txt"), "u\n");
    expect(await advance(at, to)).toEqual(updated);
    expect(at.repository.git("rev-parse", "main").trim()).toBe(to);
    expect(status(at)).toBe(" M mine.txt\nM  staged.txt\n?? untracked.txt\n");
    expect(readFileSync(at.file("dir/new.txt"), "utf8")).toBe("n\n");
    expect(existsSync(at.file("gone.txt"))).toBe(false);
    expect(at.repository.git("reflog", "-1", "--format=%gs", "main").trim()).toBe("breakwater: close");
  });

  it("changes nothing when it is repeated, also after the person went on", async () => {
    const at = scene({ "a.txt": "a\n" });
    const to = commitOn(at, at.base, { write: { "a.txt": "b\n", "n.txt": "n\n" } });
    expect(await advance(at, to)).toEqual(updated);
    writeFileSync(at.file("a.txt"), "my next edit\n");
    expect(await advance(at, to)).toEqual({ moved: false, checkout: "updated" });
    expect(readFileSync(at.file("a.txt"), "utf8")).toBe("my next edit\n");
    at.repository.commit("my next commit");
    expect(await advance(at, to)).toEqual({ moved: false, checkout: "not-touched" });
    expect(status(at)).toBe("");
  });

  it.each([
    ["an edited file", (at: Scene) => writeFileSync(at.file("a.txt"), "mine\n"), "a.txt"],
    [
      "a staged change",
      (at: Scene) => (writeFileSync(at.file("a.txt"), "mine\n"), at.repository.git("add", ".")),
      "a.txt",
    ],
    ["a deleted file", (at: Scene) => rmSync(at.file("a.txt")), "a.txt"],
    ["an untracked file", (at: Scene) => writeFileSync(at.file("new.txt"), "mine\n"), "new.txt"],
    ["an ignored file", (at: Scene) => writeFileSync(at.file("local.env"), "SECRET=1\n"), "local.env"],
    ["an ignored file where a folder must go", (at: Scene) => writeFileSync(at.file("out"), "mine\n"), "out"],
    [
      "a folder of ignored files where a file must go",
      (at: Scene) => (mkdirSync(at.file("flat")), writeFileSync(at.file("flat/x.env"), "SECRET=1\n")),
      "flat",
    ],
    ["a changed mode", (at: Scene) => chmodSync(at.file("a.txt"), 0o755), "a.txt"],
  ])("refuses before anything moved when %s is in the way", async (_, disturb, path) => {
    const at = scene({ "a.txt": "a\n", "b.txt": "b\n", ".gitignore": "*.env\nout\n" });
    const to = commitOn(at, at.base, {
      write: {
        "a.txt": "theirs\n",
        "b.txt": "theirs\n",
        "new.txt": "n\n",
        "local.env": "e\n",
        "out/x": "x\n",
        flat: "f\n",
      },
    });
    disturb(at);
    const before = [
      status(at),
      existsSync(at.file(path)) && !existsSync(at.file(`${path}/x.env`))
        ? readFileSync(at.file(path), "utf8")
        : "",
    ];
    const said = await advance(at, to);
    expect(said).toContain("BW726");
    expect(said).toContain(JSON.stringify(path));
    expect(said).toContain(`git -C '${at.repository.root}' merge --ff-only ${to}`);
    expect(at.repository.git("rev-parse", "main").trim()).toBe(at.base);
    expect(readFileSync(at.file("b.txt"), "utf8")).toBe("b\n");
    expect(status(at)).toBe(before[0]);
    if (before[1] !== "") expect(readFileSync(at.file(path), "utf8")).toBe(before[1]);
  });

  it("lets a tracked folder become a file and a file become a folder", async () => {
    const at = scene({ "d/1": "1\n", "d/2": "2\n", f: "f\n" });
    const to = commitOn(at, at.base, { write: { "f/in": "i\n", d: "flat\n" }, remove: ["d", "f"] });
    expect(await advance(at, to)).toEqual(updated);
    expect(status(at)).toBe("");
    expect(readFileSync(at.file("f/in"), "utf8")).toBe("i\n");
  });

  it("refuses while a merge is under way", async () => {
    const at = scene({ "a.txt": "a\n" });
    const to = commitOn(at, at.base, { write: { "n.txt": "n\n" } });
    writeFileSync(join(at.context.gitDir, "MERGE_HEAD"), `${to}\n`);
    expect(await advance(at, to)).toContain("git -C");
    expect(at.repository.git("rev-parse", "main").trim()).toBe(at.base);
  });

  it("refuses a branch that moved or is gone, and names the commands", async () => {
    const at = scene({ "a.txt": "a\n" });
    const to = commitOn(at, at.base, { write: { "n.txt": "n\n" } });
    writeFileSync(at.file("b.txt"), "b\n");
    const theirs = at.repository.commit("person");
    expect(await advance(at, to)).toContain(`git merge ${to}`);
    expect(await advance(at, to)).toContain("BW725");
    expect(at.repository.git("rev-parse", "main").trim()).toBe(theirs);
    expect(await advance(at, to, "no-such")).toContain(`git branch no-such ${to}`);
  });

  it("moves a branch that is checked out nowhere without touching a file", async () => {
    const at = scene({ "a.txt": "a\n" });
    const to = commitOn(at, at.base, { write: { "a.txt": "b\n" } });
    at.repository.git("checkout", "-q", "-b", "elsewhere");
    expect(await advance(at, to)).toEqual({ moved: true, checkout: "not-touched" });
    expect([at.repository.git("rev-parse", "main").trim(), status(at)]).toEqual([to, ""]);
  });

  it("refuses a branch that another worktree has checked out", async () => {
    const at = scene({ "a.txt": "a\n" });
    const to = commitOn(at, at.base, { write: { "a.txt": "b\n" } });
    at.repository.git("checkout", "-q", "-b", "elsewhere");
    const other = join(at.repository.home, "other tree");
    at.repository.git("worktree", "add", "-q", other, "main");
    const said = await advance(at, to);
    expect(said).toContain("BW727");
    expect(said).toContain(`git -C '${other}' merge --ff-only ${to}`);
  });

  it("finishes an update that was cut off after any file, and then holds exactly the new commit", async () => {
    const change = { write: { "a.txt": "b\n", "d/new.txt": "n\n", z: "2\n" }, remove: ["gone.txt"] };
    const steps: ((at: Scene) => unknown)[] = [
      (at) => writeFileSync(at.file("a.txt"), "b\n"),
      (at) => (mkdirSync(at.file("d")), writeFileSync(at.file("d/new.txt"), "n\n")),
      (at) => rmSync(at.file("gone.txt")),
      (at) => writeFileSync(at.file("z"), "2\n"),
    ];
    for (let cut = 0; cut <= steps.length; cut += 1) {
      const at = scene({ "a.txt": "a\n", "gone.txt": "g\n", z: "1\n" });
      const to = commitOn(at, at.base, change);
      // The branch moves first; then git writes the files one by one and the index last.
      at.repository.git("update-ref", "refs/heads/main", to);
      for (const step of steps.slice(0, cut)) step(at);
      expect(await advance(at, to)).toEqual({ moved: false, checkout: "updated" });
      expect(status(at)).toBe("");
      expect(treeAt(at, "main")).toBe(treeAt(at, to));
    }
  });

  it("names the command when a file changed between a cut-off update and its repetition", async () => {
    const at = scene({ "a.txt": "a\n" });
    const to = commitOn(at, at.base, { write: { "a.txt": "b\n" } });
    at.repository.git("update-ref", "refs/heads/main", to);
    writeFileSync(at.file("a.txt"), "mine\n");
    expect(await advance(at, to)).toContain(`read-tree -m -u ${at.base} ${to}`);
    expect(readFileSync(at.file("a.txt"), "utf8")).toBe("mine\n");
  });
});

describe("taking a result out of a shared tree", () => {
  const write = (globs: string[]): { kind: "write"; globs: string[] } => ({ kind: "write", globs });
  const first = attemptId(taskId("A1"), 1);
  const second = attemptId(taskId("A2"), 1);

  it("takes what lies in the own scope, leaves others theirs and quarantines what is nobody's", async () => {
    const at = scene({ "one/a": "a\n", "two/b": "b\n", "three/c": "c\n" });
    const work = addScratchWorkspace(at.repository, "shared");
    work.write({ "one/a": "mine\n", "one/new": "n\n", "two/b": "theirs\n", "three/c": "whose\n" });
    const asked = {
      context: at.context,
      workspace: work,
      base: at.base,
      session,
      attempt: first,
      scope: write(["one/**"]),
      others: [{ attempt: second, scope: write(["two/**"]) }],
    };
    const done = await attributeSharedTree(asked);
    if (!done.ok) throw new Error(done.failure.message);
    const { result, unattributed, quarantine, suspects } = done.value;
    expect(at.repository.git("diff-tree", "-r", "--name-only", at.base, result.commit)).toBe(
      "one/a\none/new\n",
    );
    expect(result.changed).toBe(2);
    expect(unattributed).toEqual(["three/c"]);
    expect(suspects).toEqual([first, second]);
    expect(at.repository.git("show", `${quarantine ?? ""}:three/c`)).toBe("whose\n");
    expect(await attributeSharedTree({ ...asked, now: 9_000_000 })).toEqual(done);
  });

  it("quarantines nothing where every change has an owner", async () => {
    const at = scene({ "one/a": "a\n" });
    const work = addScratchWorkspace(at.repository, "shared");
    work.write({ "one/a": "mine\n" });
    const { context, base } = at;
    const place = { context, workspace: work, base, session, attempt: first };
    const done = await attributeSharedTree({ ...place, scope: write(["one/**"]), others: [] });
    expect(done.ok && [done.value.unattributed, done.value.quarantine]).toEqual([[], undefined]);
  });

  it("takes nothing where the own part cannot stand without a foreign one", async () => {
    const at = scene({ one: "a file\n" });
    const work = addScratchWorkspace(at.repository, "shared");
    rmSync(join(work.path, "one"));
    work.write({ "one/a": "a\n" });
    const { context, base } = at;
    const place = { context, workspace: work, base, session, attempt: first };
    const done = await attributeSharedTree({ ...place, scope: write(["one/**"]), others: [] });
    expect(done.ok && done.value.result.changed).toBe(0);
    expect(done.ok && [...done.value.unattributed].sort()).toEqual(["one", "one/a"]);
  });
});
