import { commitId, treeId } from "@breakwater/core";
import type { CommitId, TreeId } from "@breakwater/core";
import { commitBeside, createScratchRepository, scratchContext } from "@breakwater/testkit";
import type { ScratchChange, ScratchFiles, ScratchRepository } from "@breakwater/testkit";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { GitContext } from "../git/git-context.ts";
import { advanceBranch } from "./advance-branch.ts";
import type { BranchAdvanced } from "./advance-branch.ts";

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

function treeAt(at: Scene, commit: string): TreeId {
  return treeId(at.repository.git("rev-parse", `${commit}^{tree}`).trim());
}

function status(at: Scene): string {
  return at.repository.git("status", "--porcelain");
}

function fileOf(at: Scene, path: string): string {
  return join(at.repository.root, path);
}

/** A file's content, a folder's names, or nothing. */
function contentAt(at: Scene, path: string): string {
  const file = fileOf(at, path);
  if (!existsSync(file)) return "";
  return statSync(file).isDirectory() ? readdirSync(file).join() : readFileSync(file, "utf8");
}

describe("moving the person's branch", () => {
  async function advance(at: Scene, to: CommitId, branch = "main"): Promise<BranchAdvanced | string> {
    const done = await advanceBranch({ context: at.context, branch, from: at.base, to });
    return done.ok ? done.value : `${done.failure.code} ${done.failure.message} ${done.failure.fix ?? ""}`;
  }
  const updated = { moved: true, checkout: "updated" };

  it("brings index and files along and leaves the person's other work as it is", async () => {
    const at = scene({ "a.txt": "a\n", "gone.txt": "g\n", "mine.txt": "m\n", "staged.txt": "s\n" });
    const to = commitOn(at, at.base, {
      write: { "a.txt": "b\n", "dir/new.txt": "n\n", run: { content: "x\n", executable: true } },
      remove: ["gone.txt"],
    });
    writeFileSync(fileOf(at, "mine.txt"), "edited\n");
    writeFileSync(fileOf(at, "staged.txt"), "staged\n");
    at.repository.git("add", "staged.txt");
    writeFileSync(fileOf(at, "untracked.txt"), "u\n");
    expect(await advance(at, to)).toEqual(updated);
    expect(at.repository.git("rev-parse", "main").trim()).toBe(to);
    expect(status(at)).toBe(" M mine.txt\nM  staged.txt\n?? untracked.txt\n");
    expect(readFileSync(fileOf(at, "dir/new.txt"), "utf8")).toBe("n\n");
    expect(existsSync(fileOf(at, "gone.txt"))).toBe(false);
    expect(at.repository.git("reflog", "-1", "--format=%gs", "main").trim()).toBe("breakwater: close");
  });

  it("changes nothing when it is repeated, also after the person went on", async () => {
    const at = scene({ "a.txt": "a\n" });
    const to = commitOn(at, at.base, { write: { "a.txt": "b\n", "n.txt": "n\n" } });
    expect(await advance(at, to)).toEqual(updated);
    writeFileSync(fileOf(at, "a.txt"), "my next edit\n");
    expect(await advance(at, to)).toEqual({ moved: false, checkout: "updated" });
    expect(readFileSync(fileOf(at, "a.txt"), "utf8")).toBe("my next edit\n");
    at.repository.commit("my next commit");
    expect(await advance(at, to)).toEqual({ moved: false, checkout: "not-touched" });
    expect(status(at)).toBe("");
  });

  it.each([
    ["an edited file", (at: Scene) => writeFileSync(fileOf(at, "a.txt"), "mine\n"), "a.txt"],
    [
      "a staged change",
      (at: Scene) => (writeFileSync(fileOf(at, "a.txt"), "mine\n"), at.repository.git("add", ".")),
      "a.txt",
    ],
    ["a deleted file", (at: Scene) => rmSync(fileOf(at, "a.txt")), "a.txt"],
    ["an untracked file", (at: Scene) => writeFileSync(fileOf(at, "new.txt"), "mine\n"), "new.txt"],
    ["an ignored file", (at: Scene) => writeFileSync(fileOf(at, "local.env"), "SECRET=1\n"), "local.env"],
    [
      "an ignored file where a folder must go",
      (at: Scene) => writeFileSync(fileOf(at, "out"), "mine\n"),
      "out",
    ],
    [
      "a folder of ignored files where a file must go",
      (at: Scene) => (mkdirSync(fileOf(at, "flat")), writeFileSync(fileOf(at, "flat/x.env"), "SECRET=1\n")),
      "flat",
    ],
    ["a changed mode", (at: Scene) => chmodSync(fileOf(at, "a.txt"), 0o755), "a.txt"],
  ])("refuses before anything moved when %s is in the way", async (_, disturb, path) => {
    const at = scene({ "a.txt": "a\n", "b.txt": "b\n", ".gitignore": "*.env\nout\n" });
    const to = commitOn(at, at.base, {
      write: {
        "a.txt": "theirs\n",
        "b.txt": "theirs\n",
        "new.txt": "n\n",
        "local.env": "e\n",
        "out/x": "x\n",
        flat: "f\n",
      },
    });
    disturb(at);
    const before = [status(at), contentAt(at, path)];
    const said = await advance(at, to);
    expect(said).toContain("BW726");
    expect(said).toContain(JSON.stringify(path));
    expect(said).toContain(`git -C '${at.repository.root}' merge --ff-only ${to}`);
    expect(at.repository.git("rev-parse", "main").trim()).toBe(at.base);
    expect(readFileSync(fileOf(at, "b.txt"), "utf8")).toBe("b\n");
    expect([status(at), contentAt(at, path)]).toEqual(before);
  });

  it("lets a tracked folder become a file and a file become a folder", async () => {
    const at = scene({ "d/1": "1\n", "d/2": "2\n", f: "f\n" });
    const to = commitOn(at, at.base, { write: { "f/in": "i\n", d: "flat\n" }, remove: ["d", "f"] });
    expect(await advance(at, to)).toEqual(updated);
    expect(status(at)).toBe("");
    expect(readFileSync(fileOf(at, "f/in"), "utf8")).toBe("i\n");
  });

  it("refuses while a merge is under way", async () => {
    const at = scene({ "a.txt": "a\n" });
    const to = commitOn(at, at.base, { write: { "n.txt": "n\n" } });
    writeFileSync(join(at.context.gitDir, "MERGE_HEAD"), `${to}\n`);
    expect(await advance(at, to)).toContain("git -C");
    expect(at.repository.git("rev-parse", "main").trim()).toBe(at.base);
  });

  it("refuses a branch that moved or is gone, and names the commands", async () => {
    const at = scene({ "a.txt": "a\n" });
    const to = commitOn(at, at.base, { write: { "n.txt": "n\n" } });
    writeFileSync(fileOf(at, "b.txt"), "b\n");
    const theirs = at.repository.commit("person");
    expect(await advance(at, to)).toContain(`git merge ${to}`);
    expect(await advance(at, to)).toContain("BW725");
    expect(at.repository.git("rev-parse", "main").trim()).toBe(theirs);
    expect(await advance(at, to, "no-such")).toContain(`git branch no-such ${to}`);
  });

  it("moves a branch that is checked out nowhere without touching a file", async () => {
    const at = scene({ "a.txt": "a\n" });
    const to = commitOn(at, at.base, { write: { "a.txt": "b\n" } });
    at.repository.git("checkout", "-q", "-b", "elsewhere");
    expect(await advance(at, to)).toEqual({ moved: true, checkout: "not-touched" });
    expect([at.repository.git("rev-parse", "main").trim(), status(at)]).toEqual([to, ""]);
  });

  it("refuses a branch that another worktree has checked out", async () => {
    const at = scene({ "a.txt": "a\n" });
    const to = commitOn(at, at.base, { write: { "a.txt": "b\n" } });
    at.repository.git("checkout", "-q", "-b", "elsewhere");
    const other = join(at.repository.home, "other tree");
    at.repository.git("worktree", "add", "-q", other, "main");
    const said = await advance(at, to);
    expect(said).toContain("BW727");
    expect(said).toContain(`git -C '${other}' merge --ff-only ${to}`);
  });

  it("finishes an update that was cut off after any file, and then holds exactly the new commit", async () => {
    const change = { write: { "a.txt": "b\n", "d/new.txt": "n\n", z: "2\n" }, remove: ["gone.txt"] };
    const steps: ((at: Scene) => unknown)[] = [
      (at) => writeFileSync(fileOf(at, "a.txt"), "b\n"),
      (at) => (mkdirSync(fileOf(at, "d")), writeFileSync(fileOf(at, "d/new.txt"), "n\n")),
      (at) => rmSync(fileOf(at, "gone.txt")),
      (at) => writeFileSync(fileOf(at, "z"), "2\n"),
    ];
    for (let cut = 0; cut <= steps.length; cut += 1) {
      const at = scene({ "a.txt": "a\n", "gone.txt": "g\n", z: "1\n" });
      const to = commitOn(at, at.base, change);
      // The branch moves first; then git writes the files one by one and the index last.
      at.repository.git("update-ref", "refs/heads/main", to);
      for (const step of steps.slice(0, cut)) step(at);
      expect(await advance(at, to)).toEqual({ moved: false, checkout: "updated" });
      expect(status(at)).toBe("");
      expect(treeAt(at, "main")).toBe(treeAt(at, to));
    }
  });

  it("names the command when a file changed between a cut-off update and its repetition", async () => {
    const at = scene({ "a.txt": "a\n" });
    const to = commitOn(at, at.base, { write: { "a.txt": "b\n" } });
    at.repository.git("update-ref", "refs/heads/main", to);
    writeFileSync(fileOf(at, "a.txt"), "mine\n");
    expect(await advance(at, to)).toContain(`read-tree -m -u ${at.base} ${to}`);
    expect(readFileSync(fileOf(at, "a.txt"), "utf8")).toBe("mine\n");
  });
});
