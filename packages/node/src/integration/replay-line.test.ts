import { commitId, taskId } from "@breakwater/core";
import type { CommitId } from "@breakwater/core";
import { commitBeside, createScratchRepository, scratchContext } from "@breakwater/testkit";
import type { ScratchChange, ScratchFiles, ScratchRepository } from "@breakwater/testkit";
import { afterEach, describe, expect, it } from "vitest";
import type { GitContext } from "../git/git-context.ts";
import { replayLine } from "./replay-line.ts";

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

describe("replaying merged tasks on a branch that moved", () => {
  it("puts each on the new commit in order, or names the first that does not fit", async () => {
    const at = scene({ "a.txt": "1\n", "b.txt": "1\n" });
    const one = commitOn(at, at.base, { write: { "a.txt": "2\n" } });
    const two = commitOn(at, one, { write: { "b.txt": "2\n" } });
    const line = [
      { task: taskId("A1"), title: "One", commit: one },
      { task: taskId("A2"), title: "Two", commit: two },
    ];
    const free = commitOn(at, at.base, { write: { "c.txt": "person\n" } });
    const done = await replayLine({ context: at.context, base: at.base, onto: free, line });
    const head = done.ok && done.value.kind === "built" ? done.value.head : "";
    expect(at.repository.git("log", "--format=%s", `${free}..${head}`)).toBe("A2: Two\nA1: One\n");
    expect(at.repository.git("ls-tree", "--name-only", head)).toBe("a.txt\nb.txt\nc.txt\n");
    expect(await replayLine({ context: at.context, base: at.base, onto: free, line })).toEqual(done);

    const clash = commitOn(at, at.base, { write: { "b.txt": "person\n" } });
    const refused = await replayLine({ context: at.context, base: at.base, onto: clash, line });
    expect(refused.ok && refused.value).toEqual({ kind: "conflicted", entry: line[1], paths: ["b.txt"] });
  });
});
