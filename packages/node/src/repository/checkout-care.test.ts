import { createScratchRepository } from "@breakwater/testkit";
import type { ScratchRepository } from "@breakwater/testkit";
import { appendFileSync, chmodSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { cleanTree, refuseUncommitted } from "./clean-tree.ts";
import { ensureExcludes } from "./exclude.ts";
import { compareFootprints, footprint } from "./footprint.ts";
import type { Footprint } from "./footprint.ts";
import { openRepository } from "./open-repository.ts";
import type { Repository } from "./repository.ts";
import { listFiles } from "./tree-listing.ts";

const opened: ScratchRepository[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.dispose();
});

async function scratch(
  files: Parameters<typeof createScratchRepository>[0],
): Promise<{ ours: ScratchRepository; repository: Repository }> {
  const ours = createScratchRepository(files);
  opened.push(ours);
  const repository = await openRepository(ours.root);
  if (!repository.ok) throw new Error(repository.failure.message);
  return { ours, repository: repository.value };
}

async function take(repository: Repository): Promise<Footprint> {
  const taken = await footprint(repository, ".claude");
  if (!taken.ok) throw new Error(taken.failure.message);
  return taken.value;
}

async function dirty(repository: Repository): Promise<readonly (readonly [string, string])[]> {
  const listed = await cleanTree(repository, ".claude");
  return listed.ok ? listed.value.map(({ path, kind }) => [path, kind] as const) : [];
}

describe("a clean checkout", () => {
  // conforms: start-clean, untracked-overlap
  it("is told from one with changed, deleted, staged and untracked files, whatever their names", async () => {
    const { ours, repository } = await scratch({ "a.txt": "a\n", "b.txt": "b\n", "c d\n.txt": "c\n" });
    expect(await dirty(repository)).toEqual([]);
    ours.write({ "a.txt": "changed\n", "new one\n.txt": "n\n" });
    ours.write([[Buffer.from([0x66, 0xff]), "bytes"]]);
    rmSync(join(ours.root, "b.txt"));
    ours.git("rm", "-q", "c d\n.txt");
    expect(await dirty(repository)).toEqual([
      ["a.txt", "changed"],
      ["b.txt", "deleted"],
      ["c d\n.txt", "deleted"],
      ["f\\xff", "untracked"],
      ["new one\n.txt", "untracked"],
    ]);
  });

  it("does not count control files, even tracked ones, nor ignored files", async () => {
    const { ours, repository } = await scratch({ ".gitignore": "out/\n", ".claude/STATE.md": "old\n" });
    ours.write({
      ".claude/STATE.md": "new\n",
      ".claude/wave-scope.json": "{}",
      ".orchestrator/sessions/s/journal.ndjson": "",
      ".orchestrator/config.local.yaml": "",
      "out/x": "x",
    });
    expect(await dirty(repository)).toEqual([]);
    ours.write({ ".claude/settings.json": "{}", ".orchestrator/policy/x.json": "{}" });
    expect((await dirty(repository)).map(([path]) => path)).toEqual([
      ".claude/settings.json",
      ".orchestrator/policy/x.json",
    ]);
  });

  it("names the first few paths in the refusal and counts the rest", () => {
    const paths = Array.from({ length: 8 }, (_, n) => `f${n}`);
    const failure = refuseUncommitted(
      paths.map((path) => ({ path, bytes: Buffer.from(path), kind: "untracked" })),
    );
    expect(failure.code).toBe("BW711");
    expect(failure.message).toBe('8 paths are not committed: "f0", "f1", "f2", "f3", "f4" and 3 more');
  });
});

describe("the footprint of a checkout", () => {
  it("stays the same over reads, touched files, own refs and control files", async () => {
    const { ours, repository } = await scratch({ "a.txt": "a\n" });
    ours.write({ "untracked.txt": "u\n" });
    const before = await take(repository);
    utimesSync(join(ours.root, "a.txt"), 1, 1);
    ours.git("status");
    ours.git("update-ref", "refs/breakwater/s/base", "HEAD");
    ours.write({ ".claude/STATE.md": "x", ".orchestrator/tmp/x": "x" });
    const after = await take(repository);
    expect(compareFootprints(before, after)).toEqual([]);
    expect(after.digest).toBe(before.digest);
  });

  const intrusions: readonly (readonly [string, string, (ours: ScratchRepository) => void])[] = [
    ["a changed tracked file", "files", (ours) => writeFileSync(join(ours.root, "a.txt"), "b\n")],
    ["a changed untracked file", "files", (ours) => writeFileSync(join(ours.root, "loose.txt"), "m\n")],
    ["a lost executable bit", "files", (ours) => chmodSync(join(ours.root, "run.sh"), 0o644)],
    ["a staged file", "index", (ours) => void ours.git("add", "loose.txt")],
    ["a hidden file", "index", (ours) => void ours.git("update-index", "--assume-unchanged", "a.txt")],
    ["a new branch", "refs", (ours) => void ours.git("branch", "extra")],
    ["a moved HEAD", "head", (ours) => void ours.git("checkout", "-q", "--detach")],
    [
      "a stash",
      "stash",
      (ours) => {
        ours.write({ "a.txt": "stashed\n" });
        ours.git("stash");
      },
    ],
    ["a config entry", "config", (ours) => void ours.git("config", "core.pager", "evil")],
    ["an exclude line", "config", (ours) => appendFileSync(join(ours.root, ".git/info/exclude"), "x\n")],
    ["a hook", "hooks", (ours) => writeFileSync(join(ours.root, ".git/hooks/post-checkout"), "#!/bin/sh\n")],
  ];

  it.each(intrusions)("shows %s under %s", async (_what, part, intrude) => {
    const { ours, repository } = await scratch({
      "a.txt": "a\n",
      "run.sh": { content: "#!/bin/sh\n", executable: true },
    });
    ours.write({ "loose.txt": "l\n" });
    const before = await take(repository);
    intrude(ours);
    const changes = compareFootprints(before, await take(repository));
    expect(changes.map((change) => change.part)).toContain(part);
  });
});

describe("the control files", () => {
  it("are excluded once, unless the project ignores or tracks them", async () => {
    const { ours, repository } = await scratch({
      ".gitignore": ".orchestrator/tmp/\n",
      ".claude/STATE.md": "tracked\n",
    });
    const added = await ensureExcludes(repository, ".claude");
    expect(added.ok && added.value).toEqual([
      "/.claude/wave-scope.json",
      "/.orchestrator/sessions/",
      "/.orchestrator/metrics/",
      "/.orchestrator/runtime/",
      "/.orchestrator/config.local.yaml",
    ]);
    const again = await ensureExcludes(repository, ".claude");
    expect(again.ok && again.value).toEqual([]);
    ours.write({ ".orchestrator/metrics/x.jsonl": "", ".orchestrator/bootstrap.lock": "" });
    expect(ours.git("status", "--porcelain", "-uall")).toBe("?? .orchestrator/bootstrap.lock\n");
    expect(readFileSync(join(ours.root, ".git/info/exclude"), "utf8").endsWith("\n")).toBe(true);
  });
});

describe("the files of a commit", () => {
  it("come with kind and exact bytes", async () => {
    const { ours, repository } = await scratch({
      "a b\n.txt": "",
      "run.sh": { content: "x", executable: true },
      link: { link: "run.sh" },
    });
    ours.write([[Buffer.from([0x7a, 0xfe]), "bytes"]]);
    ours.commit("More");
    const head = await openRepository(ours.root);
    const files = await listFiles(repository.context, head.ok ? head.value.commit : repository.commit);
    expect(files.ok && files.value.map(({ path, kind }) => [path, kind])).toEqual([
      ["a b\n.txt", "file"],
      ["link", "symlink"],
      ["run.sh", "executable"],
      ["z\\xfe", "file"],
    ]);
  });
});
