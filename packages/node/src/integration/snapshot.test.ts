import { attemptId, commitId, sessionId, taskId } from "@breakwater/core";
import type { CommitId } from "@breakwater/core";
import { addScratchWorkspace, createScratchRepository } from "@breakwater/testkit";
import type { ScratchFiles, ScratchRepository, ScratchWorkspace } from "@breakwater/testkit";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { GitContext } from "../git/git-context.ts";
import { findResult, snapshotProgress, snapshotResult } from "./snapshot.ts";
import type { ResultSnapshot, SnapshotRequest } from "./snapshot.ts";

const opened: ScratchRepository[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.dispose();
});

const session = sessionId("main-2026-01-01-1000");
const attempt = attemptId(taskId("A1"), 1);

type Scene = {
  readonly repository: ScratchRepository;
  readonly work: ScratchWorkspace;
  readonly base: CommitId;
  readonly context: GitContext;
  readonly request: SnapshotRequest;
};

function scene(files: ScratchFiles): Scene {
  const repository = createScratchRepository(files);
  opened.push(repository);
  const gitDir = join(repository.root, ".git");
  const context = { gitDir, commonDir: gitDir, workTree: repository.root, cwd: repository.root };
  const base = commitId(repository.git("rev-parse", "HEAD").trim());
  const work = addScratchWorkspace(repository, "A1");
  return { repository, work, base, context, request: { context, workspace: work, base, attempt, session } };
}

async function snapshot(at: Scene): Promise<ResultSnapshot> {
  const done = await snapshotResult(at.request);
  if (!done.ok) throw new Error(`${done.failure.code} ${done.failure.message}`);
  return done.value;
}

/** What changed between base and result, as git prints it, one change a line. */
function changes(at: Scene, result: ResultSnapshot): string[] {
  const raw = at.repository.git(
    "diff-tree",
    "-r",
    "--no-renames",
    "--name-status",
    "-z",
    at.base,
    result.commit,
  );
  const parts = raw.split("\0");
  return parts.flatMap((part, index) => (index % 2 === 1 ? [`${parts[index - 1]} ${part}`] : []));
}

describe("recording a workspace", () => {
  it("takes new, changed and deleted files, modes, links and empty files, and nothing that did not change", async () => {
    const at = scene({
      "keep.txt": "keep\n",
      "edit.txt": "old\n",
      "gone.txt": "gone\n",
      "run.sh": "echo\n",
      "to-link": "file\n",
      "dir/inner.txt": "inner\n",
    });
    at.work.write({
      "edit.txt": "new\n",
      "new dir/deep/file.ts": "1\n",
      empty: "",
      "a link": { link: "keep.txt" },
    });
    rmSync(join(at.work.path, "gone.txt"));
    chmodSync(join(at.work.path, "run.sh"), 0o755);
    rmSync(join(at.work.path, "to-link"));
    symlinkSync("/etc/passwd", join(at.work.path, "to-link"));

    const result = await snapshot(at);
    expect(changes(at, result)).toEqual([
      "A a link",
      "M edit.txt",
      "A empty",
      "D gone.txt",
      "A new dir/deep/file.ts",
      "M run.sh",
      "T to-link",
    ]);
    expect(result.changed).toBe(7);
    expect(result.leftOut).toEqual([]);
    expect(at.repository.git("ls-tree", result.commit, "to-link", "run.sh", "empty")).toMatch(
      /100644 blob e69de29\S+\tempty\n100755 blob \S+\trun.sh\n120000 blob \S+\tto-link\n/,
    );
    expect(at.repository.git("rev-parse", `${result.commit}^`).trim()).toBe(at.base);
    expect(at.repository.git("log", "-1", "--format=%an <%ae>", result.commit).trim()).toBe(
      "Breakwater <engine@breakwater.invalid>",
    );
    expect(at.repository.git("rev-parse", `refs/breakwater/${session}/tasks/A1/1`).trim()).toBe(
      result.commit,
    );
  });

  it("carries names with spaces, newlines, quotes and bytes that are not UTF-8", async () => {
    const at = scene([
      ["plain", "1\n"],
      [Buffer.from("old \xff name", "latin1"), "2\n"],
    ]);
    rmSync(Buffer.concat([Buffer.from(`${at.work.path}/`), Buffer.from("old \xff name", "latin1")]));
    at.work.write([
      [Buffer.from('new \xfe\nname\t"x"', "latin1"), "3\n"],
      ["-dash", "4\n"],
      [":(top)magic", "5\n"],
      ["star*", "6\n"],
    ]);
    const result = await snapshot(at);
    const listed = at.repository.git("-c", "core.quotePath=true", "ls-tree", "--name-only", result.commit);
    expect(listed).toBe('-dash\n:(top)magic\n"new \\376\\nname\\t\\"x\\""\nplain\nstar*\n');
  });

  it("takes a rename that changes only the case as a deletion and an addition", async () => {
    const at = scene({ "Readme.md": "hello\n" });
    renameSync(join(at.work.path, "Readme.md"), join(at.work.path, "README.md"));
    expect(changes(at, await snapshot(at))).toEqual(["A README.md", "D Readme.md"]);
  });

  it("follows files that became folders, folders that became files and folders that became links", async () => {
    const at = scene({ file: "f\n", "folder/a": "a\n", "folder/b": "b\n", "src/x.ts": "x\n" });
    rmSync(join(at.work.path, "file"));
    rmSync(join(at.work.path, "folder"), { recursive: true });
    at.work.write({ "file/inside": "i\n", folder: "flat\n" });
    renameSync(join(at.work.path, "src"), join(at.work.path, "real"));
    symlinkSync("real", join(at.work.path, "src"));
    expect(changes(at, await snapshot(at))).toEqual([
      "D file",
      "A file/inside",
      "A folder",
      "D folder/a",
      "D folder/b",
      "A real/x.ts",
      "A src",
      "D src/x.ts",
    ]);
  });

  it("keeps line ends as the repository's attributes say and never fails over them", async () => {
    const at = scene({ ".gitattributes": "*.txt text\n*.bin -text\n", "a.txt": "one\n", "a.bin": "one\r\n" });
    at.repository.git("config", "core.safecrlf", "true");
    at.work.write({ "a.txt": "one\r\ntwo\r\n", "b.bin": "x\r\n" });
    const result = await snapshot(at);
    expect(at.repository.git("show", `${result.commit}:a.txt`)).toBe("one\ntwo\n");
    expect(at.repository.git("show", `${result.commit}:b.bin`)).toBe("x\r\n");
  });

  // conforms: antipattern-commit
  it("absorbs what the agent committed, staged, unstaged and hid from git", async () => {
    const at = scene({
      "a.txt": "a\n",
      "b.txt": "b\n",
      "c.txt": "c\n",
      "d.txt": "d\n",
      ".gitignore": "*.log\n",
    });
    at.work.write({ "committed.txt": "1\n", "forced.log": "log\n", "plain.log": "log\n" });
    at.work.git("add", "-f", "committed.txt", "forced.log");
    at.work.git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "sneaky");
    at.work.write({ "a.txt": "staged\n", "c.txt": "hidden edit\n", "d.txt": "hidden edit too\n" });
    at.work.git("add", "a.txt");
    at.work.git("rm", "-q", "--cached", "b.txt");
    at.work.git("update-index", "--assume-unchanged", "c.txt");
    at.work.git("update-index", "--skip-worktree", "d.txt");
    const index = readFileSync(join(at.work.gitDir, "index"));

    const result = await snapshot(at);
    expect(changes(at, result)).toEqual(["M a.txt", "M c.txt", "A committed.txt", "M d.txt", "A forced.log"]);
    expect(readFileSync(join(at.work.gitDir, "index")).equals(index)).toBe(true);
  });

  it("works for a workspace whose index is missing", async () => {
    const at = scene({ "a.txt": "a\n", "b.txt": "b\n" });
    rmSync(join(at.work.gitDir, "index"));
    at.work.write({ "b.txt": "changed\n" });
    expect(changes(at, await snapshot(at))).toEqual(["M b.txt"]);
  });

  it("takes a workspace in the middle of a conflicted merge as it lies on disk", async () => {
    const at = scene({ "a.txt": "a\n" });
    at.repository.write({ "a.txt": "other\n" });
    const other = at.repository.commit("other");
    at.work.write({ "a.txt": "mine\n" });
    at.work.git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qam", "mine");
    expect(() => at.work.git("-c", "user.name=x", "-c", "user.email=x@x", "merge", other)).toThrow(
      "Command failed",
    );
    const result = await snapshot(at);
    expect(at.repository.git("show", `${result.commit}:a.txt`)).toContain("<<<<<<<");
  });
});

describe("ignored files", () => {
  it("are left out by the rules of the base at every depth and by those of the person", async () => {
    const at = scene({
      ".gitignore": "# note\n*.log\n/out/\n!important.log\nfoo/bar\n trailing \n",
      "pkg/.gitignore": "/local\n*.tmp\n!keep.tmp\n",
      "odd [x] dir/.gitignore": "only-here\n",
      "pkg/tracked.ts": "t\n",
    });
    writeFileSync(join(at.context.commonDir, "info", "exclude"), "*.private\n");
    at.work.write({
      "x.log": "",
      "important.log": "",
      "out/a": "",
      "pkg/out/a": "",
      "foo/bar": "",
      "pkg/foo/bar": "",
      "pkg/local": "",
      "pkg/deep/local": "",
      "pkg/deep/a.tmp": "",
      "pkg/keep.tmp": "",
      "a.tmp": "",
      "odd [x] dir/only-here": "",
      "only-here": "",
      "me.private": "",
      "node_modules/dep/index.js": "",
      "pkg/__pycache__/m.pyc": "",
    });
    const result = await snapshot(at);
    expect(changes(at, result)).toEqual([
      "A a.tmp",
      "A important.log",
      "A only-here",
      "A pkg/deep/local",
      "A pkg/foo/bar",
      "A pkg/keep.tmp",
      "A pkg/out/a",
    ]);
    expect(result.leftOut).toEqual([]);
  });

  it("cannot be made by the agent: its own rules hide nothing", async () => {
    const at = scene({ ".gitignore": "*.log\n", "src/a.ts": "a\n" });
    at.work.write({
      ".gitignore": "*\n",
      "src/.gitignore": "evil.ts\n",
      "src/evil.ts": "evil\n",
      "secret/.gitignore": "*\n",
      "secret/x": "x\n",
      "b.log": "log\n",
    });
    const result = await snapshot(at);
    expect(changes(at, result)).toEqual([
      "M .gitignore",
      "A secret/.gitignore",
      "A secret/x",
      "A src/.gitignore",
      "A src/evil.ts",
    ]);
    expect(result.leftOut).toEqual([]);
  });

  it("made by the agent beyond any measure are left out and named, so that the workspace is kept", async () => {
    const at = scene({ "a.txt": "a\n" });
    at.work.write({ ".gitignore": "target/\n", "src/main.rs": "fn main() {}\n" });
    const many = Array.from({ length: 2_001 }, (_, n) => [`target/o${n}`, ""] as const);
    at.work.write(Object.fromEntries(many));
    const result = await snapshot(at);
    expect(changes(at, result)).toEqual(["A .gitignore", "A src/main.rs"]);
    expect(result.leftOut).toHaveLength(2_001);
  });

  it("leave out what the engine put there, be it a folder, a link or a name like a pattern", async () => {
    const at = scene({ "a.txt": "a\n" });
    at.work.write({ "vendor/x": "", "[deps]": { link: "/nowhere" }, d: "", "sub/vendor/y": "" });
    symlinkSync("/nowhere", join(at.work.path, "node_modules"));
    const done = await snapshotResult({ ...at.request, leaveOut: ["vendor", "[deps]"] });
    expect(done.ok && changes(at, done.value)).toEqual(["A d", "A sub/vendor/y"]);
  });
});

describe("repositories inside a workspace", () => {
  it("made by the agent are recorded file by file without their history", async () => {
    const at = scene({ ".gitignore": "*.log\n", "a.txt": "a\n" });
    mkdirSync(join(at.work.path, "app", "inner"), { recursive: true });
    at.work.git("init", "-q", "app");
    at.work.git("init", "-q", "app/inner");
    at.work.write({
      "app/main.ts": "m\n",
      "app/x.log": "l\n",
      "app/.gitignore": "dist\n",
      "app/dist/d": "d\n",
      "app/inner/i": "i\n",
    });
    at.work.git(
      "-C",
      "app",
      "-c",
      "user.name=x",
      "-c",
      "user.email=x@x",
      "commit",
      "-q",
      "--allow-empty",
      "-m",
      "x",
    );
    const result = await snapshot(at);
    expect(changes(at, result)).toEqual([
      "A app/.gitignore",
      "A app/dist/d",
      "A app/inner/i",
      "A app/main.ts",
    ]);
  });

  it("that are submodules stay as the base has them, and files inside keep the workspace", async () => {
    const at = scene({ "a.txt": "a\n" });
    const gitlink = `160000,${at.base},sub`;
    at.repository.git("update-index", "--add", "--cacheinfo", gitlink);
    at.repository.git("commit", "-qm", "submodule");
    const base = commitId(at.repository.git("rev-parse", "HEAD").trim());
    const work = addScratchWorkspace(at.repository, "B");
    const trace = join(at.repository.home, "trace");
    work.git("init", "-q", "sub");
    work.git(
      "-C",
      "sub",
      "-c",
      "user.name=x",
      "-c",
      "user.email=x@x",
      "commit",
      "-q",
      "--allow-empty",
      "-m",
      "moved",
    );
    const program = join(at.repository.home, "program.sh");
    writeFileSync(program, `#!/bin/sh\ntouch '${trace}'\n`);
    chmodSync(program, 0o755);
    work.git("-C", "sub", "config", "core.fsmonitor", program);
    work.write({ "sub/file": "f\n", "b.txt": "b\n" });

    const done = await snapshotResult({ ...at.request, base, workspace: work });
    expect(done.ok && changes({ ...at, base }, done.value)).toEqual(["A b.txt"]);
    expect(done.ok && done.value.leftOut).toEqual(["sub"]);
    expect(existsSync(trace)).toBe(false);
  });

  it("under names that git refuses are named as left out instead of failing the snapshot", async () => {
    const at = scene({ "a.txt": "a\n" });
    at.work.write({ ".GIT/config": "x\n", "x/git~1": "y\n", fine: "z\n" });
    const result = await snapshot(at);
    expect(changes(at, result)).toEqual(["A fine"]);
    expect([...result.leftOut].sort()).toEqual([".GIT/config", "x/git~1"]);
  });
});

describe("what a workspace might run", () => {
  it("stays unrun: hooks, fsmonitor and filters that its attributes ask for", async () => {
    const at = scene({ "a.txt": "a\n" });
    const trace = join(at.repository.home, "trace");
    const program = join(at.repository.home, "program.sh");
    writeFileSync(program, `#!/bin/sh\necho "$0" >> '${trace}'\ncat\n`);
    chmodSync(program, 0o755);
    for (const hook of ["post-index-change", "reference-transaction", "pre-commit", "post-commit"]) {
      writeFileSync(join(at.context.gitDir, "hooks", hook), `#!/bin/sh\necho hook >> '${trace}'\n`);
      chmodSync(join(at.context.gitDir, "hooks", hook), 0o755);
    }
    at.repository.git("config", "core.fsmonitor", program);
    at.repository.git("config", "filter.evil.clean", program);
    at.repository.git("config", "filter.evil.required", "true");
    at.work.write({ ".gitattributes": "* filter=evil\n", "a.txt": "changed\n" });
    rmSync(trace, { force: true });
    const overrides = [
      ["filter.evil.clean", ""],
      ["filter.evil.required", "false"],
    ] as const;
    const done = await snapshotResult({ ...at.request, context: { ...at.context, overrides } });
    expect(existsSync(trace) ? readFileSync(trace, "utf8") : "").toBe("");
    expect(done.ok && changes(at, done.value)).toEqual(["A .gitattributes", "M a.txt"]);
  });
});

describe("recording a result twice", () => {
  // conforms: snapshot
  it("gives the same commit when a crash lost the first answer", async () => {
    const at = scene({ "a.txt": "a\n" });
    at.work.write({ "b.txt": "b\n" });
    const first = await snapshotResult({ ...at.request, now: 1_000_000 });
    const second = await snapshotResult({ ...at.request, now: 9_000_000 });
    expect(second).toEqual(first);
    const found = await findResult(at.request);
    expect(found.ok && found.value).toEqual({
      commit: first.ok && first.value.commit,
      tree: first.ok && first.value.tree,
      changed: 1,
    });
  });

  it("refuses other files, keeps the recorded result and keeps the newer files as well", async () => {
    const at = scene({ "a.txt": "a\n" });
    const first = await snapshot(at);
    at.work.write({ "late.txt": "late\n" });
    const second = await snapshotResult(at.request);
    expect(second.ok ? "" : second.failure.code).toBe("BW723");
    expect(at.repository.git("rev-parse", `refs/breakwater/${session}/tasks/A1/1`).trim()).toBe(first.commit);
    const refs = at.repository
      .git("for-each-ref", "--format=%(refname)", "refs/breakwater")
      .trim()
      .split("\n");
    const spare = refs.find((ref) => ref.includes("/snapshots/")) ?? "";
    expect(at.repository.git("show", `${spare}:late.txt`)).toBe("late\n");
  });

  it("replaces the progress of an attempt that still runs", async () => {
    const at = scene({ "a.txt": "a\n" });
    expect((await snapshotProgress(at.request)).ok).toBe(true);
    at.work.write({ "b.txt": "b\n" });
    const later = await snapshotProgress(at.request);
    const ref = at.repository.git("rev-parse", `refs/breakwater/${session}/snapshots/A1.1`).trim();
    expect(later.ok && later.value.commit).toBe(ref);
    const found = await findResult(at.request);
    expect(found).toEqual({ ok: true, value: undefined });
  });
});
