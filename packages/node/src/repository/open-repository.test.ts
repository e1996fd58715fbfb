import { createScratchRepository } from "@breakwater/testkit";
import type { ScratchRepository } from "@breakwater/testkit";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { parseGitVersion } from "../git/git-version.ts";
import { openRepository } from "./open-repository.ts";
import type { Repository } from "./repository.ts";

const opened: ScratchRepository[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.dispose();
});

function scratch(...args: Parameters<typeof createScratchRepository>): ScratchRepository {
  const repository = createScratchRepository(...args);
  opened.push(repository);
  return repository;
}

async function open(cwd: string): Promise<Repository> {
  const result = await openRepository(cwd);
  if (!result.ok) throw new Error(`Opening ${cwd}: ${result.failure.code} ${result.failure.message}`);
  return result.value;
}

async function refusal(cwd: string): Promise<string> {
  const result = await openRepository(cwd);
  if (result.ok) return "opened";
  expect(result.failure.fix).toBeDefined();
  return result.failure.code;
}

describe("opening a repository", () => {
  it("describes the checkout from any folder inside it", async () => {
    const ours = scratch({ "src/a.txt": "a\n" }, "my project\nof mine");
    const repository = await open(join(ours.root, "src"));
    expect(repository.root).toBe(ours.root);
    expect(repository.branch).toBe("main");
    expect(repository.headRef).toBe("refs/heads/main");
    expect(repository.commit).toBe(ours.git("rev-parse", "HEAD").trim());
    expect(repository.tree).toBe(ours.git("rev-parse", "HEAD^{tree}").trim());
    expect(repository.objectFormat).toBe("sha1");
    expect(repository.controlDir).toBe(join(ours.root, ".orchestrator"));
    expect(repository.stateHome.endsWith(repository.id)).toBe(true);
  });

  it("gives every checkout of a repository the same id, and no two repositories the same", async () => {
    const ours = scratch({ "a.txt": "a\n" });
    const other = scratch({ "a.txt": "a\n" });
    const linked = join(ours.home, "linked");
    ours.git("worktree", "add", "-q", "--detach", linked);
    const [main, second, foreign] = [await open(ours.root), await open(linked), await open(other.root)];
    expect(second.id).toBe(main.id);
    expect(second.branch).toBe("detached");
    expect(second.headRef).toBeUndefined();
    expect(foreign.id).not.toBe(main.id);
  });

  it("refuses a folder without repository, a bare one and the inside of .git", async () => {
    const ours = scratch({ "a.txt": "a\n" });
    const bare = join(ours.home, "bare.git");
    ours.git("clone", "-q", "--bare", ours.root, bare);
    expect(await refusal(ours.home)).toBe("BW700");
    expect(await refusal(join(ours.root, ".git"))).toBe("BW700");
    expect(await refusal(bare)).toBe("BW704");
  });

  it("refuses a repository without commits", async () => {
    expect(await refusal(scratch().root)).toBe("BW703");
  });

  it("refuses shallow, sparse and partial repositories", async () => {
    const ours = scratch({ "a.txt": "a\n", "b/c.txt": "c\n" });
    ours.write({ "a.txt": "more\n" });
    ours.commit("Second commit");
    const shallow = join(ours.home, "shallow");
    ours.git("clone", "-q", "--depth", "1", `file://${ours.root}`, shallow);
    expect(await refusal(shallow)).toBe("BW705");
    ours.git("config", "remote.origin.promisor", "true");
    expect(await refusal(ours.root)).toBe("BW707");
    ours.git("config", "--unset", "remote.origin.promisor");
    ours.git("sparse-checkout", "set", "b");
    expect(await refusal(ours.root)).toBe("BW706");
  });

  it.each(["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply", "BISECT_LOG"])(
    "refuses a checkout with %s in its git folder",
    async (name) => {
      const ours = scratch({ "a.txt": "a\n" });
      mkdirSync(join(ours.root, ".git", name));
      expect(await refusal(ours.root)).toBe("BW708");
    },
  );

  it("refuses files that go through LFS or any other required filter", async () => {
    const lfs = scratch({ ".gitattributes": "*.bin filter=lfs\n", "a.bin": "pointer\n" });
    expect(await refusal(lfs.root)).toBe("BW709");
    const crypt = scratch({ ".gitattributes": "secret filter=crypt\n", secret: "x\n" });
    crypt.git("config", "filter.crypt.required", "true");
    expect(await refusal(crypt.root)).toBe("BW709");
    const unused = scratch({ ".gitattributes": "*.bin filter=lfs\n", "a.txt": "a\n" });
    expect(await refusal(unused.root)).toBe("opened");
  });

  it("names an optional filter and never runs it", async () => {
    const ours = scratch({ ".gitattributes": "*.nb filter=strip\n", "a.nb": "x\n" });
    const trace = join(ours.home, "trace");
    const script = join(ours.home, "strip.sh");
    writeFileSync(script, `#!/bin/sh\ntouch '${trace}'\ncat\n`);
    chmodSync(script, 0o755);
    ours.git("config", "filter.strip.clean", script);
    const repository = await open(ours.root);
    expect(repository.skippedFilters).toEqual(["strip"]);
    writeFileSync(join(ours.root, "a.nb"), "y\n");
    const { cleanTree } = await import("./clean-tree.ts");
    expect((await cleanTree(repository, ".claude")).ok).toBe(true);
    expect(existsSync(trace)).toBe(false);
  });

  it("lists submodules, which are only read", async () => {
    const inner = scratch({ "in.txt": "in\n" });
    const ours = scratch({ "a.txt": "a\n" });
    ours.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.root, "lib/inner");
    ours.commit("Add a submodule");
    expect((await open(ours.root)).submodules).toEqual(["lib/inner"]);
  });

  it("reads the versions that git prints and takes no other text for one", () => {
    expect(parseGitVersion("git version 2.39.5 (Apple Git-154)")).toEqual({ major: 2, minor: 39 });
    expect(parseGitVersion("git version 3.0.0.windows.1")).toEqual({ major: 3, minor: 0 });
    expect(parseGitVersion("hub 1.2")).toBeUndefined();
  });

  it("refuses a git that is missing or too old", async () => {
    const ours = scratch({ "a.txt": "a\n" });
    const bin = join(ours.home, "bin");
    mkdirSync(bin);
    const before = process.env["PATH"];
    try {
      process.env["PATH"] = bin;
      expect(await refusal(ours.root)).toBe("BW701");
      writeFileSync(join(bin, "git"), "#!/bin/sh\necho git version 2.37.9\n");
      chmodSync(join(bin, "git"), 0o755);
      expect(await refusal(ours.root)).toBe("BW702");
    } finally {
      process.env["PATH"] = before;
    }
  });
});
