import { commitId } from "@breakwater/core";
import type { CommitId } from "@breakwater/core";
import { commitBeside, createScratchRepository, scratchContext } from "@breakwater/testkit";
import type { ScratchChange, ScratchFiles, ScratchRepository } from "@breakwater/testkit";
import { afterEach, describe, expect, it } from "vitest";
import type { GitContext } from "../git/git-context.ts";
import { treeChanges } from "./tree-change.ts";

const opened: ScratchRepository[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.dispose();
});

type Scene = {
  readonly repository: ScratchRepository;
  readonly context: GitContext;
  readonly base: CommitId;
};

function scene(files: ScratchFiles): Scene {
  const repository = createScratchRepository(files, "my project");
  opened.push(repository);
  const base = commitId(repository.git("rev-parse", "HEAD").trim());
  return { repository, context: scratchContext(repository), base };
}

function commitOn(at: Scene, from: string, change: ScratchChange): CommitId {
  return commitId(commitBeside(at.repository, from, change));
}

describe("listing the changes of a tree", () => {
  it("gives kinds, modes, sizes, link targets and bytes that are no text, with renames as two changes", async () => {
    const at = scene([
      ["mode.sh", "m\n"],
      ["old.txt", "same content\n"],
      ["kind", "k\n"],
      ["edit.txt", "1\n"],
    ]);
    const head = commitOn(at, at.base, {
      write: [
        ["mode.sh", { content: "m\n", executable: true }],
        ["new\nname.txt", "same content\n"],
        ["empty", ""],
        [Buffer.from("bad \xff", "latin1"), "x\n"],
        ["edit.txt", "12\n"],
      ],
      remove: ["old.txt", "kind"],
    });
    const after = commitOn(at, head, { write: { kind: { link: "../out/side" } } });
    at.repository.git("checkout", "-q", "--detach", after);
    at.repository.git("update-index", "--add", "--cacheinfo", `160000,${at.base},sub`);
    at.repository.git("commit", "-qm", "submodule");
    const last = commitId(at.repository.git("rev-parse", "HEAD").trim());
    const listed = await treeChanges(at.context, at.base, last);
    const rows = (listed.ok ? listed.value : []).map(({ raw, oldId, newId, ...rest }) => {
      expect([raw, oldId, newId].every((text) => text.length > 0)).toBe(true);
      return rest;
    });
    const A = "000000";
    expect(rows).toEqual([
      { path: "bad \ufffd", decodable: false, kind: "added", oldMode: A, newMode: "100644", size: 2 },
      { path: "edit.txt", decodable: true, kind: "modified", oldMode: "100644", newMode: "100644", size: 3 },
      { path: "empty", decodable: true, kind: "added", oldMode: A, newMode: "100644", size: 0 },
      {
        path: "kind",
        decodable: true,
        kind: "type-changed",
        oldMode: "100644",
        newMode: "120000",
        size: 11,
        linkTarget: "../out/side",
      },
      { path: "mode.sh", decodable: true, kind: "modified", oldMode: "100644", newMode: "100755", size: 2 },
      { path: "new\nname.txt", decodable: true, kind: "added", oldMode: A, newMode: "100644", size: 13 },
      { path: "old.txt", decodable: true, kind: "deleted", oldMode: "100644", newMode: A },
      { path: "sub", decodable: true, kind: "added", oldMode: A, newMode: "160000" },
    ]);
  });
});
