import { attemptId, commitId, sessionId, taskId } from "@breakwater/core";
import type { CommitId } from "@breakwater/core";
import { addScratchWorkspace, createScratchRepository, scratchContext } from "@breakwater/testkit";
import type { ScratchFiles, ScratchRepository } from "@breakwater/testkit";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { GitContext } from "../git/git-context.ts";
import { attributeSharedTree } from "./shared-tree.ts";

const opened: ScratchRepository[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.dispose();
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
  const base = commitId(repository.git("rev-parse", "HEAD").trim());
  return { repository, context: scratchContext(repository), base };
}

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
