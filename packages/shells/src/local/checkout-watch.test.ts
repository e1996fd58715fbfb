import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  attemptId,
  commitId,
  initialState,
  sessionId,
  taskId,
  treeId,
  type AttemptState,
  type Fact,
  type RunState,
  type SessionState,
  type WallTier,
} from "@breakwater/core";
import { openRepository } from "@breakwater/node";
import {
  countGit,
  createScratchRepository,
  trialSchedule,
  type ScratchRepository,
} from "@breakwater/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { openCheckoutWatch, type CheckoutWatch } from "./checkout-watch.ts";

const opened: ScratchRepository[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.dispose();
});

type Scene = { readonly scratch: ScratchRepository; readonly open: () => CheckoutWatch };

/** A checkout in the middle of its first wave. */
async function scene(change: (state: RunState) => RunState = (state) => state): Promise<Scene> {
  const scratch = createScratchRepository({ "a.txt": "a\n" }, "my project");
  opened.push(scratch);
  const repository = await openRepository(scratch.root);
  if (!repository.ok) throw new Error(repository.failure.message);
  const wave = {
    number: 1,
    name: "One",
    roles: [],
    isolation: "worktree",
    enforcement: "strict",
    tasks: [],
  } as const;
  const state = change({ ...initialState, waves: [{ wave, status: "running", repair: false }] });
  const folder = join(scratch.home, "session");
  return {
    scratch,
    open: () => openCheckoutWatch({ repository: repository.value, folder, state: () => state }),
  };
}

/** The state of a session whose attempts were started with these walls. */
function walledState(
  state: RunState,
  walls: readonly (WallTier | undefined)[],
  change: { readonly workspaceSetup?: string },
): RunState {
  const made = walls.map((wall, at): AttemptState => {
    const started = { pid: 1, token: "t", at: 0, ...(wall === undefined ? {} : { wall }) };
    const task = taskId(`T${at}`);
    const base = { id: attemptId(task, 1), task, wave: 1, round: 1, base: COMMIT, openedAt: 0, started };
    return { ...base, adopted: 0, denialCount: 0, denials: [], stagnationCount: 0, steers: [] };
  });
  const schedule = { ...trialSchedule([{ id: "T0", scope: ["src/**"], steps: [] }], []), ...change };
  const session: SessionState = {
    id: sessionId("s"),
    schedule: { ...schedule, wall: "preferred" },
    base: { commit: COMMIT, tree: treeId("1".repeat(40)), branch: "main" },
    settings: { unattended: true, acceptRed: [], memorySlots: 1, decisionTimeoutMs: 0 },
    openedAt: 0,
  };
  return { ...state, session, attempts: new Map(made.map((each) => [each.id, each])) };
}

const COMMIT = commitId("0".repeat(40));

async function told(watch: CheckoutWatch): Promise<readonly string[]> {
  const facts: Fact[] = [];
  await watch.look(({ fact }) => void facts.push(fact));
  return facts.map((fact) => (fact.type === "deviation.noted" ? `${fact.rule} ${fact.text}` : fact.type));
}

describe("the user's checkout during a wave", () => {
  const escapes: readonly (readonly [string, string, (scratch: ScratchRepository) => void])[] = [
    [
      "a commit on its branch",
      'escape:refs "refs/heads/main" was changed',
      (scratch) => {
        scratch.git("commit", "--allow-empty", "-qm", "stray");
      },
    ],
    [
      "a new branch",
      'escape:refs "refs/heads/other" was added',
      (scratch) => {
        scratch.git("branch", "other");
      },
    ],
    [
      "another HEAD",
      'escape:head "HEAD" was changed',
      (scratch) => {
        scratch.git("checkout", "-q", "--detach");
      },
    ],
    [
      "an entry in its config",
      "escape:config",
      (scratch) => {
        scratch.git("config", "core.hooksPath", "/tmp/elsewhere");
      },
    ],
    [
      "a new hook",
      "escape:hooks",
      (scratch) => {
        mkdirSync(join(scratch.root, ".git", "hooks"), { recursive: true });
        writeFileSync(join(scratch.root, ".git", "hooks", "pre-commit"), "#!/bin/sh\n", { mode: 0o755 });
      },
    ],
    [
      "an exclude rule",
      "escape:config",
      (scratch) => {
        mkdirSync(join(scratch.root, ".git", "info"), { recursive: true });
        writeFileSync(join(scratch.root, ".git", "info", "exclude"), "*\n");
      },
    ],
  ];

  it.each(escapes)("tells %s as an escape, by name and once", async (_what, text, act) => {
    const { scratch, open } = await scene();
    const watch = open();
    expect(await watch.begin()).toMatchObject({ ok: true });
    expect(await told(watch)).toEqual([]);
    act(scratch);
    const first = await told(watch);
    expect(first.some((line) => line.startsWith(text))).toBe(true);
    expect(first[0]).toContain("no attempt had started");
    expect(await told(watch)).toEqual([]);
  });

  it.each([
    ["each attempt had a wall: a note", ["bwrap", "landlock"], {}, "checkout:refs"],
    ["one attempt had no wall", ["bwrap", "none"], {}, "escape:refs"],
    ["a version without walls started one", ["bwrap", undefined], {}, "escape:refs"],
    ["workspaces are set up by a command", ["bwrap"], { workspaceSetup: "npm ci" }, "escape:refs"],
    ["no attempt has started", [], {}, "escape:refs"],
  ] as const)("is judged by the walls of the wave: %s", async (_what, walls, schedule, rule) => {
    const { scratch, open } = await scene((state) => walledState(state, walls, schedule));
    const watch = open();
    await watch.begin();
    scratch.git("commit", "--allow-empty", "-qm", "the user's own");
    expect((await told(watch)).map((line) => line.split(" ")[0])).toEqual([rule]);
  });

  it("is compared with its mark also by whoever takes the session over", async () => {
    const { scratch, open } = await scene();
    await open().begin();
    scratch.git("branch", "other");
    const next = open();
    await next.begin();
    expect(await told(next)).toHaveLength(1);
    expect(await told(open())).toEqual([]);
  });

  it("may be packed, fetched into, edited and used for our own refs without a word", async () => {
    const { scratch, open } = await scene();
    const watch = open();
    await watch.begin();
    scratch.git("update-ref", "refs/breakwater/s/integration", "HEAD");
    scratch.git("update-ref", "refs/remotes/origin/main", "HEAD");
    scratch.git("pack-refs", "--all");
    scratch.write({ "a.txt": "edited\n", "b.txt": "new\n" });
    scratch.git("add", "a.txt");
    expect(await told(watch)).toEqual([]);
  });

  it("is looked at without a process of git while nothing changes", async () => {
    const { open } = await scene();
    const watch = open();
    await watch.begin();
    const counted = countGit();
    try {
      await told(watch);
      await told(watch);
      expect(counted.taken()).toEqual([]);
    } finally {
      counted.dispose();
    }
  });
});
