import { createScratchRepository } from "@breakwater/testkit";
import { chmodSync, mkdirSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { GitContext } from "./git-context.ts";
import { git } from "./run-git.ts";

const opened: { dispose: () => void }[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.dispose();
});

function scratch(): ReturnType<typeof createScratchRepository> & { context: GitContext } {
  const repository = createScratchRepository({ "a.txt": "a\n" });
  opened.push(repository);
  const gitDir = join(repository.root, ".git");
  return {
    ...repository,
    context: { gitDir, commonDir: gitDir, workTree: repository.root, cwd: repository.root },
  };
}

describe("running git", () => {
  it("works on the pinned repository even when the environment and the folder name another one", async () => {
    const ours = scratch();
    const other = scratch();
    other.git("branch", "decoy");
    const before = process.env["GIT_DIR"];
    process.env["GIT_DIR"] = other.context.gitDir;
    try {
      const listed = await git({ ...ours.context, cwd: other.root }, ["branch", "--format=%(refname)"]);
      expect(listed.ok && listed.value.stdout.toString()).toBe("refs/heads/main\n");
    } finally {
      if (before === undefined) delete process.env["GIT_DIR"];
      else process.env["GIT_DIR"] = before;
    }
  });

  it("runs neither fsmonitor, hooks nor a pager of the repository", async () => {
    const ours = scratch();
    const touch = join(ours.home, "touch.sh");
    const trace = join(ours.home, "trace");
    writeFileSync(touch, `#!/bin/sh\necho ran >> '${trace}'\n`);
    chmodSync(touch, 0o755);
    ours.git("config", "core.fsmonitor", touch);
    ours.git("config", "core.pager", touch);
    mkdirSync(join(ours.home, "hooks"));
    writeFileSync(join(ours.home, "hooks", "reference-transaction"), `#!/bin/sh\necho hook >> '${trace}'\n`);
    chmodSync(join(ours.home, "hooks", "reference-transaction"), 0o755);
    ours.git("config", "core.hooksPath", join(ours.home, "hooks"));
    rmSync(trace, { force: true });

    expect((await git(ours.context, ["status", "--porcelain"])).ok).toBe(true);
    expect((await git(ours.context, ["update-ref", "refs/breakwater/x", "HEAD"])).ok).toBe(true);
    expect((await git(ours.context, ["log"])).ok).toBe(true);
    expect(existsSync(trace)).toBe(false);
  });

  it("sees no files without a work tree, whatever folder it runs in", async () => {
    const ours = scratch();
    const { gitDir, commonDir } = ours.context;
    const asked = await git({ gitDir, commonDir, cwd: ours.root }, ["rev-parse", "--is-inside-work-tree"]);
    expect(asked.ok && asked.value.stdout.toString()).toBe("false\n");
  });

  it("takes an exit code as an answer only where the caller said so", async () => {
    const ours = scratch();
    const args = ["show-ref", "--verify", "--quiet", "refs/heads/none"];
    const refused = await git(ours.context, args);
    expect(refused.ok ? "" : refused.failure.code).toBe("BW712");
    const allowed = await git(ours.context, args, { okCodes: [0, 1] });
    expect(allowed.ok && allowed.value.code).toBe(1);
  });

  it("passes bytes in and out unchanged", async () => {
    const ours = scratch();
    const bytes = Buffer.from([0, 255, 10, 13, 128]);
    const written = await git(ours.context, ["hash-object", "-w", "--stdin"], { stdin: bytes });
    const id = written.ok ? written.value.stdout.toString().trim() : "";
    const read = await git(ours.context, ["cat-file", "blob", id]);
    expect(read.ok && read.value.stdout.equals(bytes)).toBe(true);
  });

  it("stops a git that says too much and one that takes too long", async () => {
    const ours = scratch();
    const id = ours.git("rev-parse", "HEAD").trim();
    const loud = await git(ours.context, ["cat-file", "commit", id], { maxBytes: 10 });
    expect(loud.ok ? "" : loud.failure.code).toBe("BW714");
    const hung = await git(ours.context, ["-c", "alias.hang=!sleep 20", "hang"], { timeoutMs: 200 });
    expect(hung.ok ? "" : hung.failure.code).toBe("BW713");
  });

  it("names a missing git, a vanished folder and a lock of somebody else", async () => {
    const ours = scratch();
    const missing = await git(ours.context, ["status"], { env: { PATH: "/nonexistent" } });
    expect(missing.ok ? "" : missing.failure.code).toBe("BW701");
    const gone = await git({ ...ours.context, cwd: join(ours.home, "gone") }, ["status"]);
    expect(gone.ok ? "" : gone.failure.code).toBe("BW722");
    writeFileSync(join(ours.context.gitDir, "index.lock"), "");
    const locked = await git(ours.context, ["add", "a.txt"]);
    expect(locked.ok ? "" : locked.failure.code).toBe("BW715");
  });

  it("never takes git from a relative entry of PATH", async () => {
    const ours = scratch();
    const fake = join(ours.root, "git");
    writeFileSync(fake, `#!/bin/sh\ntouch '${join(ours.home, "trace")}'\n`);
    chmodSync(fake, 0o755);
    const before = process.env["PATH"];
    process.env["PATH"] = `.:${before ?? ""}`;
    try {
      expect((await git(ours.context, ["--version"])).ok).toBe(true);
      expect(existsSync(join(ours.home, "trace"))).toBe(false);
    } finally {
      process.env["PATH"] = before;
    }
  });
});
