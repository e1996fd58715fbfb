import { attemptId, commitId, sessionId, taskId } from "@breakwater/core";
import type { CommitId, TaskScope } from "@breakwater/core";
import { createScratchRepository } from "@breakwater/testkit";
import type { ScratchFiles, ScratchRepository } from "@breakwater/testkit";
import fc from "fast-check";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { GitContext } from "../git/git-context.ts";
import { auditCandidate } from "./audit-candidate.ts";
import type { AuditRequest, CandidateAudit } from "./audit-candidate.ts";
import { buildCandidate } from "./candidate.ts";
import type { CandidateRequest } from "./candidate.ts";
import { subjectLine } from "./engine-git.ts";
import { forecastConflicts } from "./forecast.ts";
import { advanceIntegration, isIntegrationAt, openSessionRefs, readSessionRefs } from "./integration-line.ts";
import { refComponent } from "./ref-name.ts";
import { replayLine } from "./replay-line.ts";
import { treeChanges } from "./tree-change.ts";

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
  const repository = createScratchRepository(files);
  opened.push(repository);
  const gitDir = join(repository.root, ".git");
  const context = { gitDir, commonDir: gitDir, workTree: repository.root, cwd: repository.root };
  return { repository, context, base: commitId(repository.git("rev-parse", "HEAD").trim()) };
}

/** A commit on `from` with these files written and those removed; the branch of the scene is left alone. */
function commitOn(
  at: Scene,
  from: string,
  change: { write?: ScratchFiles; remove?: readonly string[] },
): CommitId {
  at.repository.git("checkout", "-q", "--detach", from);
  for (const path of change.remove ?? []) rmSync(join(at.repository.root, path), { recursive: true });
  at.repository.write(change.write ?? {});
  return commitId(at.repository.commit("work"));
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
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (title) => {
        const line = subjectLine("A1", title);
        expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(line.length).toBeLessThanOrEqual(200);
      }),
    );
  });
});

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
    at.repository.git("update-index", "--add", "--cacheinfo", `160000,${at.base},sub`);
    at.repository.git("commit", "-qm", "submodule");
    const last = commitId(at.repository.git("rev-parse", "HEAD").trim());
    expect(after).not.toBe(last);
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

  it("lets a candidate inside its scope pass whole and quarantines nothing", async () => {
    const at = scene({ "src/a.ts": "a\n" });
    const candidate = commitOn(at, at.base, { write: { "src/a.ts": "b\n" } });
    const tree = at.repository.git("rev-parse", `${candidate}^{tree}`).trim();
    expect(await audit(at, candidate)).toEqual({ commit: candidate, tree, held: [] });
    expect(at.repository.git("for-each-ref", "refs/breakwater")).toBe("");
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
    const answer = await audit(at, candidate);
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
        if (kept.length === 0 || alone) {
          expect(landing).toBeUndefined();
          return;
        }
        const listed = at.repository.git(
          "diff-tree",
          "-r",
          "--no-renames",
          "--name-only",
          at.base,
          landing ?? "",
        );
        expect(listed.split("\n").filter(Boolean)).toEqual(kept);
      }),
      { numRuns: 8 },
    );
  });
});

describe("the refs of a session", () => {
  it("open once, stay where they are when opened again, and list everything", async () => {
    const at = scene({ "a.txt": "a\n" });
    const place = { context: at.context, session };
    const next = commitOn(at, at.base, { write: { "b.txt": "b\n" } });
    await openSessionRefs(place, at.base);
    expect(await advanceIntegration(place, { from: at.base, to: next })).toEqual({
      ok: true,
      value: { moved: true },
    });
    const again = await openSessionRefs(place, at.base);
    expect(again.ok && [again.value.base, again.value.integration]).toEqual([at.base, next]);
    const read = await readSessionRefs(place);
    expect(read.ok && read.value.all).toHaveLength(2);
    expect(await isIntegrationAt(place, next)).toEqual({ ok: true, value: true });
  });

  it("move only from where the caller believes them to be, and say where they are instead", async () => {
    const at = scene({ "a.txt": "a\n" });
    const place = { context: at.context, session };
    const mine = commitOn(at, at.base, { write: { "b.txt": "b\n" } });
    const theirs = commitOn(at, at.base, { write: { "c.txt": "c\n" } });
    expect(await advanceIntegration(place, { from: at.base, to: mine })).toEqual({
      ok: true,
      value: { moved: false },
    });
    await openSessionRefs(place, at.base);
    at.repository.git("update-ref", `refs/breakwater/${session}/integration`, theirs);
    const refused = await advanceIntegration(place, { from: at.base, to: mine });
    expect(refused).toEqual({ ok: true, value: { moved: false, found: theirs } });
    expect(at.repository.git("rev-parse", `refs/breakwater/${session}/integration`).trim()).toBe(theirs);
  });

  it("count a repeated move as done", async () => {
    const at = scene({ "a.txt": "a\n" });
    const place = { context: at.context, session };
    const to = commitOn(at, at.base, { write: { "b.txt": "b\n" } });
    await openSessionRefs(place, at.base);
    await advanceIntegration(place, { from: at.base, to });
    expect(await advanceIntegration(place, { from: at.base, to })).toEqual({
      ok: true,
      value: { moved: true },
    });
  });

  it("let exactly one of two racing moves win", async () => {
    const at = scene({ "a.txt": "a\n" });
    const place = { context: at.context, session };
    const one = commitOn(at, at.base, { write: { "b.txt": "b\n" } });
    const two = commitOn(at, at.base, { write: { "c.txt": "c\n" } });
    await openSessionRefs(place, at.base);
    const moves = await Promise.all([one, two].map((to) => advanceIntegration(place, { from: at.base, to })));
    // The loser either sees the winner or the winner's lock, and never moves anything.
    expect(moves.filter((move) => move.ok && move.value.moved)).toHaveLength(1);
  });

  it("have names that git accepts and that no two texts share", () => {
    const at = scene({ "a.txt": "a\n" });
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        expect(() =>
          at.repository.git("check-ref-format", `refs/breakwater/${refComponent(text)}/x`),
        ).not.toThrow();
      }),
      { numRuns: 25 },
    );
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(refComponent(a) === refComponent(b)).toBe(a === b);
      }),
    );
  });
});

describe("forecasting conflicts", () => {
  it("names only the siblings that would conflict, and where", async () => {
    const at = scene({ "a.txt": "1\n", "b.txt": "1\n", "c d.txt": "1\n" });
    const head = commitOn(at, at.base, { write: { "a.txt": "head\n", "c d.txt": "head\n" } });
    const clean = commitOn(at, at.base, { write: { "b.txt": "2\n" } });
    const clash = commitOn(at, at.base, { write: { "a.txt": "3\n", "c d.txt": "3\n" } });
    const siblings = [clean, clash, at.base, clash].map((commit, n) => ({
      attempt: attemptId(task, n + 1),
      commit,
    }));
    const forecast = await forecastConflicts({ context: at.context, head, siblings });
    const paths = ["a.txt", "c d.txt"];
    expect(forecast).toEqual({
      ok: true,
      value: [
        { attempt: "A1.2", paths },
        { attempt: "A1.4", paths },
      ],
    });
  });
});

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
