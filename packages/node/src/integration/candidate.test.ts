import { attemptId, commitId, taskId } from "@breakwater/core";
import type { CommitId } from "@breakwater/core";
import { commitBeside, createScratchRepository, scratchContext } from "@breakwater/testkit";
import type { ScratchChange, ScratchFiles, ScratchRepository } from "@breakwater/testkit";
import * as fc from "fast-check";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { GitContext } from "../git/git-context.ts";
import { buildCandidate } from "./candidate.ts";
import type { CandidateRequest } from "./candidate.ts";
import { subjectLine } from "./engine-git.ts";

const opened: ScratchRepository[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.dispose();
});

const task = taskId("A1");
const attempt = attemptId(task, 1);

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

function request(at: Scene, more: { head: CommitId; result: CommitId; base?: CommitId }): CandidateRequest {
  return { context: at.context, base: at.base, task, attempt, title: "Do it", ...more };
}

async function built(asked: CandidateRequest): Promise<{ commit: CommitId; tree: string }> {
  const done = await buildCandidate(asked);
  if (!done.ok || done.value.kind !== "built") throw new Error(JSON.stringify(done));
  return done.value;
}

describe("building a candidate", () => {
  it("puts the result as one commit on the head, with both sides' work and a message that names the task", async () => {
    const at = scene({ "a.txt": "a\n", "b.txt": "b\n" });
    const head = commitOn(at, at.base, { write: { "a.txt": "theirs\n" } });
    const result = commitOn(at, at.base, { write: { "b.txt": "mine\n" } });
    const { commit, tree } = await built(request(at, { head, result }));
    expect(at.repository.git("log", "-1", "--format=%P%n%an%n%B", commit).trim()).toBe(
      `${head}\nBreakwater\nA1: Do it\n\nBreakwater-Attempt: A1.1`,
    );
    expect(at.repository.git("show", `${tree}:a.txt`, `${tree}:b.txt`)).toBe("theirs\nmine\n");
  });

  it("gives the same commit whenever it is repeated, whatever the person's config says", async () => {
    const at = scene({ "a.txt": "a\n" });
    const head = commitOn(at, at.base, { write: { "x.txt": "x\n" } });
    const result = commitOn(at, at.base, { write: { "b.txt": "mine\n" } });
    const first = await built(request(at, { head, result }));
    at.repository.git("config", "i18n.commitEncoding", "ISO-8859-1");
    at.repository.git("config", "commit.gpgSign", "true");
    at.repository.git("config", "merge.renames", "true");
    at.repository.git("config", "user.name", "Someone Else");
    expect(await built(request(at, { head, result }))).toEqual(first);
  });

  it("on an unmoved head holds exactly the tree of the result", async () => {
    const at = scene({ "a.txt": "a\n" });
    const result = commitOn(at, at.base, { write: { "b.txt": "b\n" } });
    const { commit, tree } = await built(request(at, { head: at.base, result }));
    expect(tree).toBe(at.repository.git("rev-parse", `${result}^{tree}`).trim());
    expect(at.repository.git("rev-parse", `${commit}^`).trim()).toBe(at.base);
  });

  // conforms: merge-sides
  it("names the conflicted paths and takes nobody's side", async () => {
    const at = scene({ "a b.txt": "1\n", "gone.txt": "1\n", "c.txt": "1\n" });
    const head = commitOn(at, at.base, { write: { "a b.txt": "2\n", "c.txt": "2\n" }, remove: ["gone.txt"] });
    const result = commitOn(at, at.base, {
      write: { "a b.txt": "3\n", "gone.txt": "3\n", "new.txt": "n\n" },
    });
    const done = await buildCandidate(request(at, { head, result }));
    expect(done).toEqual({ ok: true, value: { kind: "conflicted", paths: ["a b.txt", "gone.txt"] } });
  });

  it("does not carry an edit along a rename, so that nothing lands where the task did not write", async () => {
    const body = Array.from({ length: 30 }, (_, n) => `line ${n}\n`).join("");
    const at = scene({ "src/a.txt": body });
    const head = commitOn(at, at.base, { write: { "lib/a.txt": body }, remove: ["src/a.txt"] });
    const result = commitOn(at, at.base, { write: { "src/a.txt": `${body}more\n` } });
    const done = await buildCandidate(request(at, { head, result }));
    expect(done.ok && done.value).toMatchObject({ kind: "conflicted" });
    const paths = done.ok && done.value.kind === "conflicted" ? done.value.paths : [];
    // Older git follows the rename whatever it is told, newer git calls the deleted file a conflict.
    expect(["src/a.txt", "lib/a.txt"]).toEqual(expect.arrayContaining([...paths]));
  });

  it("uses the attempt's own base even where history would offer another", async () => {
    const at = scene({ "a.txt": "1\n2\n3\n" });
    const middle = commitOn(at, at.base, { write: { "a.txt": "1\n2\n3\n", "m.txt": "m\n" } });
    const head = commitOn(at, middle, { write: { "h.txt": "h\n" } });
    const result = commitOn(at, middle, { write: { "r.txt": "r\n" }, remove: ["m.txt"] });
    const natural = await built(request(at, { head, result, base: middle }));
    expect(at.repository.git("ls-tree", "--name-only", natural.tree)).toBe("a.txt\nh.txt\nr.txt\n");
    // Against the older base the result never had m.txt, so the head's addition stays.
    const older = await built(request(at, { head, result, base: at.base }));
    expect(at.repository.git("ls-tree", "--name-only", older.tree)).toBe("a.txt\nh.txt\nm.txt\nr.txt\n");
  });

  it("is the head's tree again when the head already contains the result", async () => {
    const at = scene({ "a.txt": "1\n" });
    const result = commitOn(at, at.base, { write: { "r.txt": "r\n" } });
    const head = commitOn(at, result, { write: { "h.txt": "h\n" } });
    const { tree } = await built(request(at, { head, result }));
    expect(tree).toBe(at.repository.git("rev-parse", `${head}^{tree}`).trim());
  });

  it("runs no merge driver, and replace refs show it no other commit", async () => {
    const at = scene({ "a.txt": "1\n", ".gitattributes": "* merge=evil\n" });
    const trace = join(at.repository.home, "trace");
    at.repository.git("config", "merge.evil.driver", `touch '${trace}'`);
    const head = commitOn(at, at.base, { write: { "a.txt": "2\n" } });
    const result = commitOn(at, at.base, { write: { "a.txt": "3\n" } });
    const evil = commitOn(at, at.base, { write: { "evil.txt": "e\n" } });
    at.repository.git("checkout", "-q", "main");
    at.repository.git("replace", result, evil);
    const overrides = [["merge.evil.driver", "false"]] as const;
    const context = { ...at.context, overrides };
    const done = await buildCandidate({ ...request(at, { head, result }), context });
    expect(done.ok && done.value).toEqual({ kind: "conflicted", paths: ["a.txt"] });
  });

  it("says what failed when a commit does not exist", async () => {
    const at = scene({ "a.txt": "1\n" });
    const done = await buildCandidate(request(at, { head: at.base, result: commitId("1".repeat(40)) }));
    expect(done.ok ? "" : done.failure.code).toBe("BW712");
  });

  it("makes one plain line of any title", () => {
    expect(subjectLine("A1", "  Fix\n\nevil\0\u001b[31m\u202e it ")).toBe("A1: Fix evil [31m it");
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 260 }), (title) => {
        const line = subjectLine("A1", title);
        expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(line.length).toBeLessThanOrEqual(200);
      }),
    );
  });
});
