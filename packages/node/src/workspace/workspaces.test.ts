import { attemptId, commitId, sessionId, taskId } from "@breakwater/core";
import type { AttemptId, CommitId, Result } from "@breakwater/core";
import { createScratchRepository, useScratchState } from "@breakwater/testkit";
import type { ScratchFiles, ScratchRepository } from "@breakwater/testkit";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { compareFootprints, footprint } from "../repository/footprint.ts";
import { openRepository } from "../repository/open-repository.ts";
import type { Repository } from "../repository/repository.ts";
import { snapshotResult } from "../integration/snapshot.ts";
import { workspaceContext } from "./workspace-context.ts";
import { openWorkspaces, sweepWorkspaces } from "./workspaces.ts";
import type { PreparedWorkspace, WorkspaceOptions, Workspaces } from "./workspaces.ts";

type Scene = {
  readonly ours: ScratchRepository;
  readonly repository: Repository;
  readonly base: CommitId;
  readonly options: WorkspaceOptions;
  readonly workspaces: Workspaces;
};

const SESSION = sessionId("main-2026-01-01-0000");
const opened: ScratchRepository[] = [];
const restores: (() => void)[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.dispose();
  for (const restore of restores.splice(0).reverse()) restore();
});

async function stage(files: ScratchFiles, more: Partial<WorkspaceOptions> = {}): Promise<Scene> {
  const ours = createScratchRepository(files, "my project");
  opened.push(ours);
  return open(ours, more);
}

async function open(ours: ScratchRepository, more: Partial<WorkspaceOptions> = {}): Promise<Scene> {
  restores.push(useScratchState(ours));
  const repository = value(await openRepository(ours.root));
  const options = { repository, session: SESSION, ...more };
  return { ours, repository, base: repository.commit, options, workspaces: openWorkspaces(options) };
}

function value<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value;
  throw new Error(`${result.failure.code}: ${result.failure.message}`);
}

function code(result: Result<unknown>): string {
  return result.ok ? "ok" : result.failure.code;
}

const attempt = (n: number, task = "T1"): AttemptId => attemptId(taskId(task), n);

async function prepare(
  scene: Scene,
  which: AttemptId,
  more: { base?: CommitId; carry?: CommitId } = {},
): Promise<PreparedWorkspace> {
  const order = { attempt: which, base: scene.base, isolation: "worktree" as const, ...more };
  return value(await scene.workspaces.prepare(order));
}

async function finish(scene: Scene, workspace: PreparedWorkspace): Promise<CommitId> {
  const { attempt: which, base, dependencies } = workspace;
  const taken = await snapshotResult({
    context: workspaceContext(scene.repository, workspace),
    workspace,
    base,
    attempt: which,
    session: SESSION,
    leaveOut: dependencies,
  });
  return value(taken).commit;
}

describe("a workspace", () => {
  it("holds every kind of file exactly as the commit does, whatever the user's settings say", async () => {
    const ours = createScratchRepository(
      {
        "with space.txt": "a\n",
        "new\nline.txt": "b\n",
        "crlf.txt": "one\r\ntwo\r\n",
        "Case.txt": "upper\n",
        "sub/.gitignore": "*.log\n!keep.log\n",
        "sub/keep.log": "kept\n",
        "empty.txt": "",
        "run.sh": { content: "#!/bin/sh\n", executable: true },
        link: { link: "run.sh" },
        dangling: { link: "no/where" },
        "binary.bin": Buffer.from([0, 255, 13, 10, 0]),
      },
      "my project",
    );
    opened.push(ours);
    ours.write([[Buffer.from([0x6e, 0xff, 0x2e]), "bytes\n"]]);
    ours.git("mv", "Case.txt", "case.txt");
    ours.commit("Rename a file by case alone");
    ours.git("config", "core.autocrlf", "true");
    ours.git("config", "core.fileMode", "false");
    ours.git("config", "core.symlinks", "false");
    ours.git("config", "core.ignoreCase", "true");
    const scene = await open(ours);
    const { path } = await prepare(scene, attempt(1));
    expect(path).toBe(realpathSync(join(scene.repository.stateHome, SESSION, "T1.1")));
    expect(
      readdirSync(path, { encoding: "buffer" })
        .map((name) => name.toString("latin1"))
        .sort(),
    ).toEqual(
      [
        ".git",
        "binary.bin",
        "case.txt",
        "crlf.txt",
        "dangling",
        "empty.txt",
        "link",
        "new\nline.txt",
        "n\xff.",
        "run.sh",
        "sub",
        "with space.txt",
      ].sort(),
    );
    expect(readFileSync(join(path, "crlf.txt"), "utf8")).toBe("one\r\ntwo\r\n");
    expect(readFileSync(join(path, "binary.bin"))).toEqual(Buffer.from([0, 255, 13, 10, 0]));
    expect(readFileSync(join(path, "empty.txt"), "utf8")).toBe("");
    expect(readFileSync(join(path, "sub/keep.log"), "utf8")).toBe("kept\n");
    expect(lstatSync(join(path, "run.sh")).mode & 0o111).not.toBe(0);
    expect(readlinkSync(join(path, "dangling"))).toBe("no/where");
  });

  it("shows submodules as empty folders", async () => {
    const inner = createScratchRepository({ "in.txt": "in\n" });
    opened.push(inner);
    const ours = createScratchRepository({ "a.txt": "a\n" });
    opened.push(ours);
    ours.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.root, "lib/inner");
    ours.commit("Add a submodule");
    const scene = await open(ours);
    const workspace = await prepare(scene, attempt(1));
    expect(readdirSync(join(workspace.path, "lib/inner"))).toEqual([]);
    const result = await finish(scene, workspace);
    expect(code(await scene.workspaces.discard(attempt(1), result))).toBe("ok");
    expect((await prepare(scene, attempt(2))).gitDir).toBe(workspace.gitDir);
  });

  it("leaves the checkout, its index, refs, hooks and config as they were", async () => {
    const scene = await stage({ "a.txt": "a\n" });
    writeFileSync(join(scene.ours.root, ".git/hooks/post-checkout"), "#!/bin/sh\ntouch ran\n", {
      mode: 0o755,
    });
    scene.ours.write({ "loose.txt": "mine\n" });
    const before = value(await footprint(scene.repository, ".claude"));
    const workspace = await prepare(scene, attempt(1));
    writeFileSync(join(workspace.path, "a.txt"), "changed\n");
    const result = await finish(scene, workspace);
    value(await scene.workspaces.discard(attempt(1), result));
    value(await scene.workspaces.close());
    expect(compareFootprints(before, value(await footprint(scene.repository, ".claude")))).toEqual([]);
    expect(scene.ours.leftovers()).toEqual([]);
  });

  it("is refused where attributes would rewrite stored line ends on checkout", async () => {
    const ours = createScratchRepository({ "a.txt": "one\r\n" });
    opened.push(ours);
    ours.write({ ".gitattributes": "*.txt text\n" });
    ours.git("add", ".gitattributes");
    ours.git("commit", "-q", "-m", "Attributes without renormalizing");
    const scene = await open(ours);
    const refused = await scene.workspaces.prepare({
      attempt: attempt(1),
      base: scene.base,
      isolation: "worktree",
    });
    expect(code(refused)).toBe("BW716");
    expect(scene.ours.leftovers()).toEqual([]);
  });

  it("is given out again after a crash if nobody worked in it, and never if somebody did", async () => {
    const scene = await stage({ "a.txt": "a\n" });
    const first = await prepare(scene, attempt(1));
    const again = openWorkspaces(scene.options);
    const order = { attempt: attempt(1), base: scene.base, isolation: "worktree" as const };
    expect(value(await again.prepare(order))).toEqual(first);
    writeFileSync(join(first.path, "work.txt"), "paid for\n");
    expect(code(await again.prepare(order))).toBe("BW716");
    expect(readFileSync(join(first.path, "work.txt"), "utf8")).toBe("paid for\n");
  });

  it("is made anew over a half-made one, which never held work", async () => {
    const scene = await stage({ "a.txt": "a\n" });
    const path = join(scene.repository.stateHome, SESSION, "T1.1");
    scene.ours.git("worktree", "add", "-q", "--no-checkout", "--detach", path);
    const { path: made } = await prepare(scene, attempt(1));
    expect(readFileSync(join(made, "a.txt"), "utf8")).toBe("a\n");
  });

  it("carries a kept result on top of a newer base, and takes nobody's side in a conflict", async () => {
    const scene = await stage({ "a.txt": "1\n2\n3\n4\n5\n", "b.txt": "b\n" });
    const first = await prepare(scene, attempt(1));
    writeFileSync(join(first.path, "a.txt"), "one\n2\n3\n4\n5\n");
    writeFileSync(join(first.path, "new.txt"), "new\n");
    const kept = await finish(scene, first);
    scene.ours.write({ "a.txt": "1\n2\n3\n4\nfive\n" });
    const ahead = commitId(scene.ours.commit("Another end"));
    const second = await prepare(scene, attempt(2), { base: ahead, carry: kept });
    expect(second.carried).toBe(true);
    expect(readFileSync(join(second.path, "a.txt"), "utf8")).toBe("one\n2\n3\n4\nfive\n");
    expect(readFileSync(join(second.path, "new.txt"), "utf8")).toBe("new\n");
    scene.ours.write({ "a.txt": "uno\n2\n3\n4\nfive\n" });
    const against = commitId(scene.ours.commit("The same line"));
    const third = await prepare(scene, attempt(3), { base: against, carry: kept });
    expect([third.carried, third.conflicts]).toEqual([false, ["a.txt"]]);
    expect(readFileSync(join(third.path, "a.txt"), "utf8")).toBe("uno\n2\n3\n4\nfive\n");
    expect(existsSync(join(third.path, "new.txt"))).toBe(false);
  });

  it("lies below the root that the project names", async () => {
    const ours = createScratchRepository({ "a.txt": "a\n" });
    opened.push(ours);
    const scene = await open(ours, { root: join(ours.home, "else where") });
    const { path } = await prepare(scene, attempt(1));
    expect(path).toBe(join(ours.home, "else where", scene.repository.id, SESSION, "T1.1"));
  });
});

describe("discarding a workspace", () => {
  it("is refused while it holds a file that the result lacks", async () => {
    const scene = await stage({ "a.txt": "a\n" });
    const workspace = await prepare(scene, attempt(1));
    const result = await finish(scene, workspace);
    writeFileSync(join(workspace.path, "late.txt"), "late\n");
    expect(code(await scene.workspaces.discard(attempt(1), result))).toBe("BW717");
    expect(existsSync(join(workspace.path, "late.txt"))).toBe(true);
  });

  it("is refused for a result that no ref of ours holds", async () => {
    const scene = await stage({ "a.txt": "a\n" });
    await prepare(scene, attempt(1));
    expect(code(await scene.workspaces.discard(attempt(1), scene.base))).toBe("BW717");
    expect(code(await scene.workspaces.discard(attempt(1), commitId("0".repeat(40))))).toBe("BW717");
  });

  it("is refused while it holds a file that no commit can hold", async () => {
    const scene = await stage({ "a.txt": "a\n" });
    const workspace = await prepare(scene, attempt(1));
    writeFileSync(join(workspace.path, "git~1"), "git refuses this name\n");
    const result = await finish(scene, workspace);
    expect(code(await scene.workspaces.discard(attempt(1), result))).toBe("BW717");
  });

  it("changes nothing the second time", async () => {
    const scene = await stage({ "a.txt": "a\n" });
    const result = await finish(scene, await prepare(scene, attempt(1)));
    expect(code(await scene.workspaces.discard(attempt(1), result))).toBe("ok");
    expect(code(await scene.workspaces.discard(attempt(1), result))).toBe("ok");
  });
});

describe("a folder that is used again", () => {
  const tricks: readonly (readonly [string, (path: string, ours: ScratchRepository) => void])[] = [
    [
      "ignored and untracked files",
      (path) => {
        writeFileSync(join(path, "x.log"), "ignored\n");
        mkdirSync(join(path, "deep/empty"), { recursive: true });
      },
    ],
    [
      "a replaced .git file",
      (path) => {
        rmSync(join(path, ".git"));
        mkdirSync(join(path, ".git/hooks"), { recursive: true });
      },
    ],
    [
      "a .git entry in a tracked folder",
      (path) => writeFileSync(join(path, "src/.git"), "gitdir: /nowhere\n"),
    ],
    [
      "a hidden change",
      (path, ours) => {
        writeFileSync(join(path, "src/b.txt"), "hidden\n");
        ours.git("-C", path, "update-index", "--skip-worktree", "src/b.txt");
      },
    ],
    [
      "a hard link to the outside",
      (path, ours) => {
        writeFileSync(join(ours.home, "outside"), "b\n");
        rmSync(join(path, "src/b.txt"));
        linkSync(join(ours.home, "outside"), join(path, "src/b.txt"));
      },
    ],
    [
      "a folder replaced by a link",
      (path, ours) => {
        rmSync(join(path, "src"), { recursive: true });
        symlinkSync(ours.root, join(path, "src"));
      },
    ],
    [
      "a folder moved away and linked back, whose files look untouched",
      (path, ours) => {
        renameSync(join(path, "src"), join(ours.home, "away"));
        symlinkSync(join(ours.home, "away"), join(path, "src"));
      },
    ],
    [
      "a file that became a folder",
      (path) => {
        rmSync(join(path, "src/b.txt"));
        mkdirSync(join(path, "src/b.txt/deep"), { recursive: true });
        writeFileSync(join(path, "src/b.txt/deep/x"), "x\n");
      },
    ],
    [
      "a commit of the agent's own",
      (path, ours) => {
        writeFileSync(join(path, "own.txt"), "own\n");
        ours.git("-C", path, "add", "own.txt");
        ours.git("-C", path, "commit", "-q", "-m", "Own commit");
      },
    ],
    ["write bits taken off", (path) => chmodSync(join(path, "src"), 0o555)],
  ];

  it.each(tricks)("keeps nothing of %s", async (_what, trick) => {
    const scene = await stage({ ".gitignore": "*.log\n", "src/b.txt": "b\n", "src/c.txt": "c\n" });
    const first = await prepare(scene, attempt(1));
    trick(first.path, scene.ours);
    const result = await finish(scene, first);
    expect(code(await scene.workspaces.discard(attempt(1), result))).toBe("ok");
    const second = await prepare(scene, attempt(1, "T2"));
    expect(readdirSync(second.path, { recursive: true }).sort()).toEqual([
      ".git",
      ".gitignore",
      "src",
      "src/b.txt",
      "src/c.txt",
    ]);
    expect(lstatSync(join(second.path, "src")).isDirectory()).toBe(true);
    expect(lstatSync(join(second.path, "src")).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(second.path, "src/b.txt"), "utf8")).toBe("b\n");
    expect(lstatSync(join(second.path, "src/b.txt")).nlink).toBe(1);
    expect(scene.ours.git("-C", second.path, "status", "--porcelain", "--ignored")).toBe("");
    expect(scene.ours.git("-C", second.path, "rev-parse", "HEAD").trim()).toBe(scene.base);
    value(await scene.workspaces.discard(attempt(1, "T2"), await finish(scene, second)));
    value(await scene.workspaces.close());
    expect(scene.ours.leftovers()).toEqual([]);
  });

  it("is brought to a newer commit, what that commit changed, added and removed included", async () => {
    const scene = await stage({ "a.txt": "a\n", "gone.txt": "gone\n", "d/x.txt": "x\n" });
    const first = await prepare(scene, attempt(1));
    writeFileSync(join(first.path, "a.txt"), "changed\n");
    writeFileSync(join(first.path, "e"), "in the way of a folder\n");
    value(await scene.workspaces.discard(attempt(1), await finish(scene, first)));
    scene.ours.git("rm", "-q", "gone.txt");
    scene.ours.write({ "d/x.txt": "y\n", "e/new.txt": "new\n" });
    const base = commitId(scene.ours.commit("Ahead"));
    for (const n of [2, 3]) {
      const next = await prepare({ ...scene, base }, attempt(n));
      expect(readdirSync(next.path, { recursive: true }).sort()).toEqual([
        ".git",
        "a.txt",
        "d",
        "d/x.txt",
        "e",
        "e/new.txt",
      ]);
      expect(scene.ours.git("-C", next.path, "status", "--porcelain", "--ignored")).toBe("");
      expect(readFileSync(join(next.path, "a.txt"), "utf8")).toBe("a\n");
      writeFileSync(join(next.path, "a.txt"), "changed\n");
      value(await scene.workspaces.discard(attempt(n), await finish({ ...scene, base }, next)));
    }
  });

  it("is the folder of the attempt before, moved", async () => {
    const scene = await stage({ "a.txt": "a\n" });
    const first = await prepare(scene, attempt(1));
    const inode = statSync(join(first.path, "a.txt")).ino;
    value(await scene.workspaces.discard(attempt(1), await finish(scene, first)));
    expect(existsSync(first.path)).toBe(false);
    const second = await prepare(scene, attempt(2));
    expect(statSync(join(second.path, "a.txt")).ino).toBe(inode);
  });
});

describe("isolation none", () => {
  it("shares one tree that is not the checkout, and keeps what is left in it before moving on", async () => {
    const scene = await stage({ "a.txt": "a\n" });
    const order = (which: AttemptId, base = scene.base) => ({
      attempt: which,
      base,
      isolation: "none" as const,
    });
    const first = value(await scene.workspaces.prepare(order(attempt(1))));
    const second = value(await scene.workspaces.prepare(order(attempt(1, "T2"))));
    expect(second.path).toBe(first.path);
    expect(first.path).not.toBe(scene.ours.root);
    expect(second.lane.number).not.toBe(first.lane.number);
    writeFileSync(join(first.path, "stray.txt"), "nobody's\n");
    scene.ours.write({ "a.txt": "b\n" });
    const ahead = commitId(scene.ours.commit("Next"));
    value(await scene.workspaces.discard(attempt(1), scene.base));
    const apart = value(await scene.workspaces.prepare(order(attempt(2), ahead)));
    expect([apart.isolation, apart.path === first.path]).toEqual(["worktree", false]);
    expect(readFileSync(join(apart.path, "a.txt"), "utf8")).toBe("b\n");
    expect(value(await scene.workspaces.prepare(order(attempt(2), ahead))).path).toBe(apart.path);
    expect(readFileSync(join(second.path, "stray.txt"), "utf8")).toBe("nobody's\n");
    value(await scene.workspaces.discard(attempt(2), await finish(scene, apart)));
    value(await scene.workspaces.discard(attempt(1, "T2"), scene.base));
    const third = value(await scene.workspaces.prepare(order(attempt(3), ahead)));
    expect(third.path).toBe(first.path);
    expect(readdirSync(third.path).sort()).toEqual([".git", "a.txt"]);
    const refs = scene.ours.git(
      "for-each-ref",
      "--format=%(refname)",
      `refs/breakwater/${SESSION}/snapshots/`,
    );
    expect(scene.ours.git("show", `${refs.trim()}:stray.txt`)).toBe("nobody's\n");
  });
});

describe("a gate workspace", () => {
  it("is clean for every check and stays at its path", async () => {
    const scene = await stage({ ".gitignore": "out/\n", "a.txt": "a\n" });
    const first = value(await scene.workspaces.prepareGateWorkspace(scene.base));
    mkdirSync(join(first.path, "out"));
    writeFileSync(join(first.path, "out/cache"), "stale\n");
    writeFileSync(join(first.path, "a.txt"), "broken by the check\n");
    first.release();
    scene.ours.write({ "b.txt": "b\n" });
    const ahead = commitId(scene.ours.commit("Next"));
    const second = value(await scene.workspaces.prepareGateWorkspace(ahead));
    expect(second.path).toBe(first.path);
    expect(readdirSync(second.path).sort()).toEqual([".git", ".gitignore", "a.txt", "b.txt"]);
    expect(readFileSync(join(second.path, "a.txt"), "utf8")).toBe("a\n");
    const third = value(await scene.workspaces.prepareGateWorkspace(ahead));
    expect(third.path).not.toBe(second.path);
    expect(third.lane.number).not.toBe(second.lane.number);
    second.release();
    third.release();
    value(await scene.workspaces.close());
    expect(scene.ours.leftovers()).toEqual([]);
  });

  it("runs the setup once per set of lockfiles and keeps what it installed", async () => {
    const setup = "mkdir -p node_modules && date +%s%N > node_modules/when && echo ran >> ../ran";
    const scene = await stage({ ".gitignore": "node_modules/\n", "package-lock.json": "{}\n" }, { setup });
    const first = value(await scene.workspaces.prepareGateWorkspace(scene.base));
    const installed = readFileSync(join(first.path, "node_modules/when"), "utf8");
    first.release();
    scene.ours.write({ "a.txt": "a\n" });
    const second = value(await scene.workspaces.prepareGateWorkspace(commitId(scene.ours.commit("Code"))));
    expect(readFileSync(join(second.path, "node_modules/when"), "utf8")).toBe(installed);
    second.release();
    scene.ours.write({ "package-lock.json": '{"more":1}\n' });
    const third = value(await scene.workspaces.prepareGateWorkspace(commitId(scene.ours.commit("Lock"))));
    expect(readFileSync(join(third.path, "node_modules/when"), "utf8")).not.toBe(installed);
  });

  it("refuses a setup that fails or changes tracked files", async () => {
    const failing = await stage({ "a.txt": "a\n" }, { setup: "echo no registry >&2; exit 3" });
    const refused = await failing.workspaces.prepareGateWorkspace(failing.base);
    expect(refused.ok ? "" : refused.failure.message).toContain("ended with 3: no registry");
    const meddling = await stage({ "a.txt": "a\n" }, { setup: "echo x > a.txt" });
    expect(code(await meddling.workspaces.prepareGateWorkspace(meddling.base))).toBe("BW718");
  });
});

describe("what a workspace brings along", () => {
  it("shows the dependencies of the checkout without letting writes through", async () => {
    const ours = createScratchRepository({
      ".gitignore": "node_modules/\n",
      "package-lock.json": "{}\n",
      "pkg/own.js": "own",
    });
    opened.push(ours);
    ours.write({
      "node_modules/dep/index.js": "dep",
      "node_modules/@scope/deep/index.js": "deep",
      "node_modules/.package-lock.json": "{}",
    });
    symlinkSync("../pkg", join(ours.root, "node_modules/own"));
    const scene = await open(ours);
    const workspace = await prepare(scene, attempt(1));
    const at = (name: string): string => join(workspace.path, "node_modules", name);
    expect(workspace.dependencies).toEqual(["node_modules"]);
    expect(readFileSync(at("dep/index.js"), "utf8")).toBe("dep");
    expect(readFileSync(at("@scope/deep/index.js"), "utf8")).toBe("deep");
    expect(realpathSync(at("own"))).toBe(join(workspace.path, "pkg"));
    expect(statSync(at("dep/index.js")).mode & 0o222).toBe(0);
    expect(statSync(at("dep/index.js")).ino).not.toBe(
      statSync(join(ours.root, "node_modules/dep/index.js")).ino,
    );
    writeFileSync(at(".package-lock.json"), "changed");
    expect(readFileSync(join(ours.root, "node_modules/.package-lock.json"), "utf8")).toBe("{}");
    expect(code(await scene.workspaces.discard(attempt(1), await finish(scene, workspace)))).toBe("ok");
    ours.git("rm", "-q", "--cached", "package-lock.json");
    ours.git("commit", "-q", "-m", "Other lockfiles");
    const other = commitId(ours.git("rev-parse", "HEAD").trim());
    expect((await prepare(scene, attempt(2), { base: other })).dependencies).toEqual([]);
  });

  it("copies ignored files that a glob names, and secrets only when named in full", async () => {
    const ignored = {
      "conf/.env": "KEY=1",
      "conf/local.json": "{}",
      ".env.local": "KEY=2",
      "conf/x.key": "k",
    };
    const ours = createScratchRepository({ ".gitignore": "conf/\n.env*\n", "a.txt": "a\n" });
    opened.push(ours);
    ours.write(ignored);
    const scene = await open(ours, { copy: ["conf/**", ".env.local"] });
    const { path, withheld } = await prepare(scene, attempt(1));
    expect(readdirSync(path).sort()).toEqual([".env.local", ".git", ".gitignore", "a.txt", "conf"]);
    expect(readdirSync(join(path, "conf"))).toEqual(["local.json"]);
    expect(withheld).toEqual(["conf/.env", "conf/x.key"]);
    const wrong = await open(ours, { copy: ["a.txt"], session: sessionId("other") });
    const refused = await wrong.workspaces.prepare({
      attempt: attempt(1),
      base: wrong.base,
      isolation: "worktree",
    });
    expect(code(refused)).toBe("BW719");
  });

  it("has ports, temporary files and caches of its own until it is discarded", async () => {
    const scene = await stage({ "a.txt": "a\n" });
    const [one, two] = [await prepare(scene, attempt(1)), await prepare(scene, attempt(1, "T2"))];
    const last = one.lane.ports.first + one.lane.ports.count - 1;
    expect(
      two.lane.ports.first > last || two.lane.ports.first + two.lane.ports.count <= one.lane.ports.first,
    ).toBe(true);
    expect(one.lane.env["TMPDIR"]).toBe(one.lane.tmp);
    expect(existsSync(one.lane.cache)).toBe(true);
    value(await scene.workspaces.discard(attempt(1), await finish(scene, one)));
    expect(existsSync(one.lane.tmp)).toBe(false);
    const three = await prepare(scene, attempt(2));
    expect(three.lane.number).toBe(one.lane.number);
  });
});

describe("sweeping what a crash left", () => {
  it("keeps unsaved work under a ref, removes the rest and leaves worktrees of the user alone", async () => {
    const scene = await stage({ "a.txt": "a\n" });
    const mine = join(scene.ours.home, "mine");
    scene.ours.git("worktree", "add", "-q", "--detach", mine);
    const worked = await prepare(scene, attempt(1));
    writeFileSync(join(worked.path, "work.txt"), "paid for\n");
    const done = await prepare(scene, attempt(1, "T2"));
    await finish(scene, done);
    value(await scene.workspaces.prepareGateWorkspace(scene.base));
    const odd = await prepare(scene, attempt(1, "T3"));
    writeFileSync(join(odd.path, "git~1"), "git refuses this name\n");

    const swept = value(await sweepWorkspaces(scene.options));
    expect(swept.kept.map(({ path }) => path)).toEqual([odd.path]);
    expect(swept.removed).toHaveLength(3);
    expect([existsSync(worked.path), existsSync(done.path), existsSync(mine)]).toEqual([false, false, true]);
    const refs = scene.ours.git(
      "for-each-ref",
      "--format=%(refname)",
      `refs/breakwater/${SESSION}/snapshots/T1.1-*`,
    );
    expect(scene.ours.git("show", `${refs.trim()}:work.txt`)).toBe("paid for\n");
    expect(scene.ours.leftovers()).toEqual([`worktree ${mine}`, `worktree ${odd.path}`]);
  });
});

describe("many workspaces at once", () => {
  it("are made and discarded by two openers of one repository without a failure", async () => {
    const scene = await stage({ "a.txt": "a\n", "b/c.txt": "c\n" });
    const second = openWorkspaces({ ...scene.options, session: sessionId("another") });
    const cycle = async (workspaces: Workspaces, n: number): Promise<string> => {
      const order = { attempt: attempt(n), base: scene.base, isolation: "worktree" as const };
      const made = await workspaces.prepare(order);
      return made.ok ? "ok" : made.failure.message;
    };
    const numbers = [1, 2, 3, 4, 5, 6];
    const ended = await Promise.all(numbers.flatMap((n) => [cycle(scene.workspaces, n), cycle(second, n)]));
    expect(new Set(ended)).toEqual(new Set(["ok"]));
  });
});
