import { commitId } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import { commitBeside, createScratchRepository, scratchContext } from "@breakwater/testkit";
import type { ScratchRepository } from "@breakwater/testkit";
import * as fc from "fast-check";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { diffTrees, listTree } from "./diff-trees.ts";
import { mergePlainTrees } from "./merge-trees.ts";
import { readBlob, readCommit, readTree, sizeOf } from "./read-object.ts";
import { createReplyParser } from "./reply-parser.ts";
import type { ObjectReply } from "./reply-parser.ts";
import { moveRef } from "./ref-server.ts";
import { endResidentGit } from "./resident-git.ts";
import { writeCommitObject, writeTreeObject } from "./write-object.ts";

const opened: ScratchRepository[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.dispose();
});

function scratch(): ScratchRepository {
  const made = createScratchRepository({ "a.txt": "a\n", "d/b.txt": "b\n", "d/e/f.txt": "f\n" });
  opened.push(made);
  return made;
}

function value<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value;
  throw new Error(`${result.failure.code}: ${result.failure.message}`);
}

const NAMES = ["a", "a.b", "a/x", "a/y/z", "b", "b c/\u00e9", "c/d", "c-d", "c/d/e"] as const;
const change = fc.record({
  write: fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom("1\n", "2\n", "3\n"), { maxKeys: 4 }),
});

/** A folder cannot be where a file is, so of two such names the later one is left out. */
function possible(files: Readonly<Record<string, string>>): Record<string, string> {
  const names = Object.keys(files);
  return Object.fromEntries(
    Object.entries(files).filter(([name]) => !names.some((other) => name.startsWith(`${other}/`))),
  );
}

describe("trees that are read and merged without a process for each", () => {
  it("differ in exactly what git diff-tree lists, in its order", { timeout: 120_000 }, async () => {
    const repository = scratch();
    const context = scratchContext(repository);
    const base = repository.git("rev-parse", "HEAD").trim();
    await fc.assert(
      fc.asyncProperty(change, change, async (one, two) => {
        const [left, right] = [one, two].map((each) =>
          commitBeside(repository, base, { write: possible(each.write) }),
        );
        const [from, to] = [left, right].map((id) => repository.git("rev-parse", `${id}^{tree}`).trim());
        const listed = repository.git(
          "diff-tree",
          "-r",
          "-z",
          "--no-renames",
          "--name-only",
          from ?? "",
          to ?? "",
        );
        const found = value(await diffTrees(context, from, to)).map(({ path }) =>
          Buffer.from(path, "latin1").toString("utf8"),
        );
        expect(found).toEqual(listed.split("\0").filter(Boolean));
      }),
      { numRuns: 25 },
    );
  });

  it("are merged to the tree that git gives, or left to git", { timeout: 120_000 }, async () => {
    const repository = scratch();
    const context = scratchContext(repository);
    const base = repository.git("rev-parse", "HEAD").trim();
    let decided = 0;
    await fc.assert(
      fc.asyncProperty(change, change, async (one, two) => {
        const [ours, theirs] = [one, two].map((each) =>
          commitBeside(repository, base, { write: possible(each.write) }),
        );
        const tree = (id: string | undefined): string => repository.git("rev-parse", `${id}^{tree}`).trim();
        const merged = value(
          await mergePlainTrees(context, { base: tree(base), ours: tree(ours), theirs: tree(theirs) }),
        );
        if (merged === undefined) return;
        decided += 1;
        const byGit = repository.git(
          "-c",
          "merge.renames=false",
          "merge-tree",
          "--write-tree",
          ours ?? "",
          theirs ?? "",
        );
        expect(merged.tree).toBe(byGit.trim());
      }),
      { numRuns: 25 },
    );
    expect(decided).toBeGreaterThan(5);
    repository.git("fsck", "--strict");
  });

  it("are never merged where both sides changed one file, or one made a folder of it", async () => {
    const repository = scratch();
    const context = scratchContext(repository);
    const base = repository.git("rev-parse", "HEAD").trim();
    const tree = (id: string): string => repository.git("rev-parse", `${id}^{tree}`).trim();
    const pairs = [
      [{ write: { "a.txt": "1\n" } }, { write: { "a.txt": "2\n" } }],
      [{ write: { "a.txt": "1\n" } }, { remove: ["a.txt"] }],
      [{ remove: ["a.txt"], write: { "a.txt/x": "1\n" } }, { write: { "a.txt": "2\n" } }],
      [{ write: { "new.txt": "1\n" } }, { write: { "new.txt/x": "2\n" } }],
    ] as const;
    for (const [one, two] of pairs) {
      const ours = tree(commitBeside(repository, base, one));
      const theirs = tree(commitBeside(repository, base, two));
      expect(value(await mergePlainTrees(context, { base: tree(base), ours, theirs }))).toBeUndefined();
    }
  });
});

describe("objects that are written without git", () => {
  it("have the ids that git gives, also where the repository counts in SHA-256", async () => {
    for (const format of ["sha1", "sha256"]) {
      const repository = scratch();
      if (format === "sha256") {
        rmSync(join(repository.root, ".git"), { recursive: true });
        repository.git("init", "-q", "--object-format=sha256");
        repository.git("config", "user.name", "A");
        repository.git("config", "user.email", "a@b.invalid");
        repository.git("add", "-A");
        repository.git("commit", "-qm", "base");
      }
      const context = scratchContext(repository);
      const head = commitId(repository.git("rev-parse", "HEAD").trim());
      const tree = repository.git("rev-parse", "HEAD^{tree}").trim();
      expect(
        value(await writeTreeObject(context, value(await readTree(context, tree)), { like: tree })),
      ).toBe(tree);
      const text = repository
        .git("cat-file", "commit", head)
        .replace(/^committer .*$/m, "committer A <a@b> 7 +0000");
      const made = value(await writeCommitObject(context, text, { like: head, durable: true }));
      expect(repository.git("cat-file", "commit", made)).toBe(text);
      repository.git("fsck", "--strict");
      expect(value(await readCommit(context, made)).seconds).toBe(7);
      expect(value(await listTree(context, tree)).map(({ path }) => path)).toContain("d/e/f.txt");
    }
  });
});

describe("the resident reader", () => {
  it("tells what is not there from what cannot be read, and starts anew after it was killed", async () => {
    const repository = scratch();
    const context = scratchContext(repository);
    const blob = repository.git("rev-parse", "HEAD:a.txt").trim();
    expect(value(await readBlob(context, blob)).toString()).toBe("a\n");
    expect(value(await sizeOf(context, "0".repeat(40)))).toBeUndefined();
    expect((await readBlob(context, "0".repeat(40))).ok).toBe(false);
    expect((await readBlob(context, "HEAD:a.txt")).ok).toBe(false);
    expect((await readTree(context, blob)).ok).toBe(false);
    expect(value(await sizeOf(context, blob))).toBe(2);
  });

  it("sees an object that was written after its start", async () => {
    const repository = scratch();
    const context = scratchContext(repository);
    value(await sizeOf(context, repository.git("rev-parse", "HEAD:a.txt").trim()));
    const later = commitBeside(repository, "HEAD", { write: { "later.txt": "later\n" } });
    expect(value(await readCommit(context, commitId(later))).parents).toHaveLength(1);
  });

  it("takes answers apart however they are cut, and gives up on an object that is too large", () => {
    const text = `${"a".repeat(40)} blob 3\nx\ny\n${"b".repeat(40)} missing\n${"c".repeat(40)} blob 0\n\n`;
    for (let size = 1; size <= text.length; size += 1) {
      const heard: (ObjectReply | undefined)[] = [];
      const parse = createReplyParser({
        maxBytes: 10,
        withContents: () => true,
        onReply: (reply) => heard.push(reply),
        onExcess: () => expect.unreachable(),
      });
      for (let at = 0; at < text.length; at += size) parse(Buffer.from(text.slice(at, at + size)));
      expect(heard.map((reply) => reply?.body.toString())).toEqual(["x\ny", undefined, ""]);
    }
    let excess = 0;
    const parse = createReplyParser({
      maxBytes: 10,
      withContents: () => true,
      onReply: () => expect.unreachable(),
      onExcess: () => (excess += 1),
    });
    parse(Buffer.from(`${"a".repeat(40)} blob 11\n`));
    expect(excess).toBe(1);
  });
});

describe("the resident mover of refs", () => {
  it("moves in order, refuses a move from elsewhere, and loses nothing that was asked behind it", async () => {
    const repository = scratch();
    const context = scratchContext(repository);
    const head = repository.git("rev-parse", "HEAD").trim();
    const none = "0".repeat(40);
    const ref = "refs/breakwater/s/one";
    const answers = await Promise.all([
      moveRef(context, { ref, to: head, from: none }),
      moveRef(context, { ref, to: head, from: none }),
      moveRef(context, { ref: "refs/breakwater/s/two", to: head }),
    ]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(
      repository.git("for-each-ref", "--format=%(refname)", "refs/breakwater").trim().split("\n"),
    ).toEqual([ref, "refs/breakwater/s/two"]);
    expect(existsSync(join(repository.root, ".git", `${ref}.lock`))).toBe(false);
  });
});

describe("resident processes", () => {
  it("are gone when they are ended, and the next question is answered all the same", async () => {
    const repository = scratch();
    const context = scratchContext(repository);
    const blob = repository.git("rev-parse", "HEAD:a.txt").trim();
    const head = repository.git("rev-parse", "HEAD").trim();
    value(await sizeOf(context, blob));
    value(await moveRef(context, { ref: "refs/breakwater/s/one", to: head }));
    await endResidentGit();
    expect(repository.leftovers()).toEqual([]);
    expect(value(await sizeOf(context, blob))).toBe(2);
    value(await moveRef(context, { ref: "refs/breakwater/s/two", to: head }));
    await endResidentGit();
  });
});
