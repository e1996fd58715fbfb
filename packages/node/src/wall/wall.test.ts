import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bundleEntry, type WallTrial, type WallTrialOrder } from "@breakwater/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startGroup } from "../process/group-process.ts";
import { endMarked } from "../process/process-sweep.ts";
import { bwrapArgv } from "./bwrap-argv.ts";
import { findWallPrograms } from "./find-program.ts";
import { LANDLOCK_DIFFERENCES } from "./landlock-difference.ts";
import type { WallProfile } from "./wall-profile.ts";
import type { HoldingTier, WallSetup } from "./wall-tier.ts";

const PATIENCE = 120_000;
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const programs = findWallPrograms();
const hasBwrap = programs.bwrap !== undefined;
const hasLandlock = programs.landlock !== undefined;

/** Where there is no wall, nothing of this can be shown; CI must have one, and others are told. */
if (!hasBwrap || !hasLandlock) {
  const missing = [hasBwrap ? "" : "bubblewrap", hasLandlock ? "" : "the Landlock launcher"]
    .filter(Boolean)
    .join(" and ");
  if (process.env["CI"]) throw new Error(`Testing the wall: ${missing} is missing in CI`);
  process.stderr.write(`the wall is not tested whole: ${missing} is missing\n`);
}

let entry: string;
let folder: string;

beforeAll(async () => {
  const support = join(import.meta.dirname, "../../../testkit/src/wall-trial.ts");
  const text = `import { runWallTrial } from ${JSON.stringify(support)};
runWallTrial(JSON.parse(process.argv[2])).then((trial) => { console.log(JSON.stringify(trial)); process.exit(0); });`;
  entry = (await bundleEntry(text, import.meta.dirname)).file;
  chmodSync(dirname(entry), 0o755);
  folder = realpathSync(mkdtempSync(join(tmpdir(), "wall-")));
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
}, PATIENCE);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(dirname(entry), { recursive: true, force: true });
});

const SCOPES = {
  "src/api/**": { globs: ["src/api/**"], scopeFolder: "src/api" },
  "src/*.ts, CHANGELOG.md": { globs: ["src/*.ts", "CHANGELOG.md"], scopeFolder: "src" },
} as const;

type Who = "root" | "an ordinary user";

function trial(order: Omit<WallTrialOrder, "setup">, tier: HoldingTier, who?: Who): WallTrial {
  const setup: WallSetup = { tier, programs, userNamespace: false, overlay: true };
  const command = [process.execPath, entry, JSON.stringify({ ...order, setup })];
  const asUser = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
  const words = who === "an ordinary user" && isRoot ? [...asUser, ...command] : command;
  const env = who === "an ordinary user" ? { ...process.env, TMPDIR: folder, HOME: folder } : process.env;
  const run = spawnSync(words[0] ?? "", words.slice(1), { encoding: "utf8", env, cwd: folder });
  if (run.status !== 0) throw new Error(`Trying a wall: ${run.stderr}`);
  return JSON.parse(run.stdout) as WallTrial;
}

describe.runIf(hasBwrap)("the wall", () => {
  const whos: readonly Who[] = isRoot ? ["root", "an ordinary user"] : ["an ordinary user"];
  const tiers: readonly HoldingTier[] = hasLandlock ? ["bwrap+landlock", "bwrap"] : ["bwrap"];
  const cases = tiers.flatMap((tier) =>
    whos.flatMap((who) =>
      (Object.keys(SCOPES) as (keyof typeof SCOPES)[]).map((scope) => ({ tier, who, scope })),
    ),
  );

  it.each(cases)(
    "holds every check with $tier as $who for the scope $scope",
    ({ tier, who, scope }) => {
      const { wrong, made, failure } = trial(SCOPES[scope], tier, who);
      expect({ wrong, failure }).toEqual({ wrong: [], failure: undefined });
      expect(made).toBeGreaterThanOrEqual(90);
    },
    PATIENCE,
  );

  describe("every part of it is needed", () => {
    let parts: readonly string[] = [];

    beforeAll(() => {
      parts = trial({ ...SCOPES["src/api/**"], only: ["tmp"] }, "bwrap").parts;
    }, PATIENCE);

    it("and has a row here", () => {
      const rows = NEEDS.map(({ part }) => part);
      expect(parts.filter((id) => !rows.some((row) => id.startsWith(row)))).toEqual([]);
    });

    it.each(NEEDS)(
      "$part: without it $reds comes out wrong",
      ({ part, reds }) => {
        const isThere = parts.some((id) => id.startsWith(part));
        // Not every machine has every secret; what is not there is not hidden.
        const isMissing = !isThere && !CUTS.includes(part);
        expect(!isMissing || OPTIONAL.includes(part)).toBe(true);
        if (isMissing) return;
        const order = { ...SCOPES["src/api/**"], only: reds, without: [part] };
        const { wrong, failure } = trial(order, "bwrap");
        const expected = reds.length === 0 ? [failure ?? "it started"] : [...reds];
        expect([...wrong, failure]).toEqual(expect.arrayContaining(expected));
      },
      PATIENCE,
    );

    it("end: without it those inside outlive what started them", async () => {
      expect(await outlives([])).toBe(false);
      expect(await outlives(["end"])).toBe(true);
    });
  });

  it("asks those inside for their end, and falls only with them", async () => {
    const inside = "trap 'echo asked; exit 3' INT; echo ready; while :; do sleep 0.05; done";
    let printed = "";
    const group = startGroup({
      command: [...argvOf([]), "/bin/sh", "-c", inside],
      cwd: "/",
      env: { PATH: "/usr/bin:/bin" },
      asks: "child",
      onStdout: (chunk) => {
        printed += chunk.toString("utf8");
        if (printed === "ready\n") group.stop();
      },
    });
    expect(await group.ended).toMatchObject({ code: 3 });
    expect(printed).toBe("ready\nasked\n");
  });
});

describe.runIf(hasLandlock)("Landlock alone", () => {
  const tiers: readonly ("landlock+unshare-n" | "landlock")[] = ["landlock+unshare-n", "landlock"];

  it.each(tiers)(
    "holds every check of %s but those that are known to differ",
    (tier) => {
      const { wrong } = trial(SCOPES["src/api/**"], tier);
      const known = LANDLOCK_DIFFERENCES.filter(({ tiers: at }) => at.includes(tier)).map(
        ({ check }) => check,
      );
      expect(wrong.filter((each) => !each.startsWith("changed ")).toSorted()).toEqual(known.toSorted());
      expect(wrong.filter((each) => each.startsWith("changed "))).toEqual(["changed docs/d.md"]);
    },
    PATIENCE,
  );
});

/** What is left out, and the checks that then come out wrong; without some parts nothing starts at all. */
const NEEDS: readonly { readonly part: string; readonly reds: readonly string[] }[] = [
  { part: "root", reds: [] },
  { part: "workspace", reds: ["read-out"] },
  { part: "home", reds: ["git-add"] },
  { part: "tmp", reds: [] },
  { part: "devices", reds: [] },
  { part: "proc", reds: ["list-processes"] },
  { part: "kernel:/proc/sys", reds: isRoot ? ["proc-sys"] : [] },
  { part: "kernel:/proc/sysrq-trigger", reds: ["sysrq"] },
  { part: "shared:/var/tmp", reds: ["shared-tmp"] },
  { part: "shared:", reds: ["other-tmp"] },
  { part: "sockets:/run", reds: ["run-sockets"] },
  { part: "secret:/home", reds: ["other-home"] },
  { part: "secret:/root", reds: ["root-home"] },
  { part: "secret:/etc/ssh", reds: ["host-keys"] },
  { part: "secret:/etc/shadow", reds: ["shadow"] },
  { part: "secret:/etc/gshadow", reds: ["gshadow"] },
  { part: "checkout", reds: ["checkout-create"] },
  { part: "engine:", reds: ["state-create"] },
  { part: "git", reds: ["git-log"] },
  { part: "dependencies", reds: ["node"] },
  { part: "packages:", reds: ["packages"] },
  { part: "scope:src/api", reds: ["create-in"] },
  { part: "processes", reds: ["signal"] },
  { part: "shared-memory", reds: ["shared-memory"] },
  { part: "session", reds: ["own-session"] },
  { part: "network", reds: ["egress"] },
  ...(isRoot ? [{ part: "capabilities", reds: ["capabilities", "mount"] }] : []),
];

const CUTS: readonly string[] = ["processes", "shared-memory", "session", "network", "capabilities"];
const OPTIONAL: readonly string[] = NEEDS.map(({ part }) => part).filter((part) =>
  /^(?:secret|kernel|sockets):/u.test(part),
);

function argvOf(without: readonly string[]): readonly [string, ...string[]] {
  const profile: WallProfile = {
    parts: [
      { id: "root", kind: "read-only", from: "/", at: "/" },
      { id: "devices", kind: "devices", at: "/dev" },
      { id: "proc", kind: "processes", at: "/proc" },
    ],
    network: "host",
    home: "/",
    homeSource: "/",
  };
  return bwrapArgv(profile, { bwrap: programs.bwrap ?? "", userNamespace: false, cwd: "/", without });
}

/** Whether a process inside is still there once its wall was killed; it is ended in any case. */
async function outlives(without: readonly string[]): Promise<boolean> {
  const mark = `outlives-${process.pid}-${without.join("")}`;
  let ready: () => void = () => {};
  const isReady = new Promise<void>((resolve) => (ready = resolve));
  const group = startGroup({
    command: [...argvOf(without), "/bin/sh", "-c", `echo; exec sleep 60`],
    cwd: "/",
    env: { PATH: "/usr/bin:/bin", MARK: mark },
    onStdout: () => ready(),
  });
  await isReady;
  group.kill();
  await group.ended;
  const swept = await endMarked({ name: "MARK", value: mark });
  return swept > 0;
}
