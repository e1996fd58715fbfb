import { attemptId, commitId, sessionId, taskId } from "@breakwater/core";
import type { Audit, CommitId, TaskScope } from "@breakwater/core";
import { commitBeside, createScratchRepository, scratchContext } from "@breakwater/testkit";
import type { ScratchChange, ScratchFiles, ScratchRepository } from "@breakwater/testkit";
import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { GitContext } from "../git/git-context.ts";
import { auditCandidate } from "./audit-candidate.ts";
import type { AuditRequest, CandidateAudit } from "./audit-candidate.ts";

const opened: ScratchRepository[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.dispose();
});

const session = sessionId("main-2026-01-01-1000");
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

describe("auditing a candidate", () => {
  const scope: TaskScope = { kind: "write", globs: ["src/**"] };

  async function audit(
    at: Scene,
    candidate: CommitId,
    more: Partial<AuditRequest> = {},
  ): Promise<CandidateAudit> {
    const { context, base: head } = at;
    const done = await auditCandidate({
      context,
      session,
      attempt,
      head,
      candidate,
      scope,
      keepRest: true,
      ...more,
    });
    if (!done.ok) throw new Error(done.failure.message);
    return done.value;
  }

  it("tells what a candidate does to its own tests and thresholds, and holds nothing for it", async () => {
    const test = 'it("adds", () => {\n  expect(add(1, 2)).toBe(3);\n});\n';
    const at = scene({ "src/a.test.ts": test, "src/b.ts": "b\n" });
    const weaker = { "src/a.test.ts": test.replace("it(", "it.skip("), "src/b.ts": "c\n" };
    const { held, integrity } = await audit(at, commitOn(at, at.base, { write: weaker }));
    expect(held).toEqual([]);
    expect(integrity).toEqual([
      {
        path: "src/a.test.ts",
        rule: "integrity:test-skipped",
        message: 'the test "adds" is skipped now',
      },
    ]);
    const huge = { "src/a.test.ts": `${test}// ${"x".repeat(1024 * 1024)}\n` };
    const unread = await audit(at, commitOn(at, at.base, { write: huge }));
    expect(unread.integrity?.map(({ rule }) => rule)).toEqual(["integrity:unread"]);
    const honest = { "src/a.test.ts": test.replace('"adds"', '"sums"') };
    expect((await audit(at, commitOn(at, at.base, { write: honest }))).integrity).toBeUndefined();
  });

  it("lets a candidate inside its scope pass whole and quarantines nothing", async () => {
    const at = scene({ "src/a.ts": "a\n" });
    const candidate = commitOn(at, at.base, { write: { "src/a.ts": "b\n" } });
    const tree = at.repository.git("rev-parse", `${candidate}^{tree}`).trim();
    expect(await audit(at, candidate)).toEqual({ commit: candidate, tree, held: [] });
    expect(at.repository.git("for-each-ref", "refs/breakwater")).toBe("");
  });

  it("names declared files that are not in what would land", async () => {
    const at = scene({ "src/a.ts": "a\n", "old.md": "o\n" });
    const candidate = commitOn(at, at.base, { write: { "src/b.ts": "b\n", "stray.md": "s\n" } });
    const declared = ["src/b.ts", "old.md", "src/c.ts", "stray.md"];
    expect((await audit(at, candidate, { declared })).missing).toEqual(["src/c.ts", "stray.md"]);
    expect(await audit(at, candidate, { declared: ["src/b.ts"] })).not.toHaveProperty("missing");
  });

  it("quarantines the whole candidate and keeps exactly the part in scope, the same at every repetition", async () => {
    const at = scene({ "src/a.ts": "a\n", "src/gone.ts": "g\n", "other.txt": "o\n" });
    const candidate = commitOn(at, at.base, {
      write: { "src/a.ts": "b\n", "src/new.ts": "n\n", "other.txt": "edited\n", "stray.txt": "s\n" },
      remove: ["src/gone.ts"],
    });
    const answer = await audit(at, candidate);
    expect(answer.held.map((each) => each.path)).toEqual(["other.txt", "stray.txt"]);
    expect(at.repository.git("rev-parse", answer.quarantine ?? "").trim()).toBe(candidate);
    const kept = answer.kept?.commit ?? "";
    expect(at.repository.git("diff-tree", "-r", "--name-status", at.base, kept)).toBe(
      "M\tsrc/a.ts\nD\tsrc/gone.ts\nA\tsrc/new.ts\n",
    );
    expect(at.repository.git("rev-parse", `${kept}^`).trim()).toBe(at.base);
    expect(await audit(at, candidate)).toEqual(answer);
  });

  it("keeps no part where none may land", async () => {
    const at = scene({ "src/a.ts": "a\n" });
    const candidate = commitOn(at, at.base, { write: { "src/a.ts": "b\n", "stray.txt": "s\n" } });
    expect((await audit(at, candidate, { keepRest: false })).kept).toBeUndefined();
  });

  it("keeps no part that cannot stand without what was held", async () => {
    const at = scene({ src: "a file where the folder shall be\n" });
    const candidate = commitOn(at, at.base, { write: { "src/a.ts": "a\n" }, remove: ["src"] });
    const answer = await audit(at, candidate);
    expect(answer.held.map((each) => each.path)).toEqual(["src"]);
    expect(answer.kept).toBeUndefined();
  });

  it("never lands a name that is not UTF-8, not even beside one that looks the same", async () => {
    const at = scene({ "src/a.ts": "a\n" });
    const candidate = commitOn(at, at.base, {
      write: [
        [Buffer.from("src/x\xff", "latin1"), "bytes\n"],
        ["src/x\ufffd", "text\n"],
        ["src/fine", "f\n"],
      ],
    });
    // Not even an auditor that keeps everything gets such a name in.
    const careless = (changes: readonly { readonly path: string }[]): Audit => ({
      held: [],
      kept: changes.map((change) => change.path),
    });
    const answer = await audit(at, candidate, { audit: careless });
    expect(answer.held.map((each) => each.rule)).toEqual(["audit:unjudged"]);
    const kept = at.repository
      .git("ls-tree", "-r", "-z", "--name-only", answer.kept?.commit ?? "")
      .split("\0");
    expect(kept).toContain("src/fine");
    expect(kept.filter((path) => path.startsWith("src/x") && path !== "src/x\ufffd")).toEqual([]);
  });

  it("holds what the auditor says nothing about or says twice", async () => {
    const at = scene({ "a.txt": "a\n" });
    const candidate = commitOn(at, at.base, { write: { "b.txt": "b\n", "c.txt": "c\n", "d.txt": "d\n" } });
    const answer = await audit(at, candidate, {
      audit: () => ({ held: [{ path: "c.txt", rule: "r", message: "m" }], kept: ["c.txt", "d.txt"] }),
    });
    expect(answer.held.map((each) => `${each.path} ${each.rule}`)).toEqual([
      "c.txt r",
      "b.txt audit:unjudged",
    ]);
    expect(at.repository.git("diff-tree", "-r", "--name-only", at.base, answer.kept?.commit ?? "")).toBe(
      "d.txt\n",
    );
  });

  it("keeps each candidate of an attempt that was held on several heads", async () => {
    const at = scene({ "a.txt": "a\n" });
    const first = commitOn(at, at.base, { write: { "stray.txt": "1\n" } });
    const second = commitOn(at, at.base, { write: { "stray.txt": "2\n" } });
    const refs = [(await audit(at, first)).quarantine, (await audit(at, second)).quarantine];
    expect(refs.map((ref) => at.repository.git("rev-parse", ref ?? "").trim())).toEqual([first, second]);
  });

  it("lands exactly the kept changes for any choice of them", async () => {
    const at = scene({ "d/1": "1\n", "d/2": "2\n", e: "e\n", f: "f\n" });
    const candidate = commitOn(at, at.base, {
      write: { "d/1": "x\n", "e/inside": "i\n", "g/h": "h\n", l: { link: "d" } },
      remove: ["d/2", "e", "f"],
    });
    const paths = ["d/1", "d/2", "e", "e/inside", "f", "g/h", "l"];
    await fc.assert(
      fc.asyncProperty(fc.subarray(paths), async (kept) => {
        const held = paths
          .filter((path) => !kept.includes(path))
          .map((path) => ({ path, rule: "r", message: "m" }));
        const answer = await audit(at, candidate, { audit: () => ({ held, kept }) });
        const landing = held.length === 0 ? answer.commit : answer.kept?.commit;
        const alone = kept.includes("e/inside") && !kept.includes("e");
        const listed = (commit: string): string[] =>
          at.repository
            .git("diff-tree", "-r", "--no-renames", "--name-only", at.base, commit)
            .split("\n")
            .filter(Boolean);
        expect(landing === undefined ? [] : listed(landing)).toEqual(alone ? [] : kept);
      }),
      { numRuns: 8 },
    );
  });
});
