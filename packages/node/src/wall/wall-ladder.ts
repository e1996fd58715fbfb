import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { WALL_TIERS } from "@breakwater/core";
import { publishFile } from "../journal/durable-file.ts";
import { scrubbedEnvironment } from "../process/environment.ts";
import { readBootId } from "../process/process-identity.ts";
import { cacheRoot } from "../repository/state-home.ts";
import { makeCanaryPlace, tryTier, type CanaryResult } from "./canary.ts";
import { findWallPrograms } from "./find-program.ts";
import { openWall } from "./open-wall.ts";
import { readMachine } from "./read-machine.ts";
import { cutsNetwork, type HoldingTier, type WallPrograms, type WallSetup } from "./wall-tier.ts";

/** One tier and what its canary found, in a sentence. */
export type WallRung = { readonly tier: HoldingTier; readonly holds: boolean; readonly reason: string };

/** Every tier, strongest first, and the setup of the first that holds; none where none does. */
export type WallLadder = {
  readonly rungs: readonly WallRung[];
  readonly setup?: WallSetup;
  /** What would give a better wall here. */
  readonly fix?: string;
};

/**
 * Tries the tiers on this machine and remembers what it found until the next boot, or until one of the
 * programs changes. `fresh` tries again. Never throws for anything a wall does.
 */
export async function wallLadder(options: { readonly fresh?: boolean } = {}): Promise<WallLadder> {
  const programs = findWallPrograms();
  const file = join(cacheRoot(), "wall-ladder.json");
  const key = await ladderKey(programs);
  const known = options.fresh === true ? undefined : await readLadder(file, key);
  if (known !== undefined) return known;
  const ladder = await climb(programs);
  await mkdir(cacheRoot(), { recursive: true, mode: 0o700 });
  await publishFile(file, JSON.stringify({ key, ladder }), "replace").catch(() => {});
  return ladder;
}

async function climb(programs: WallPrograms): Promise<WallLadder> {
  const rungs: WallRung[] = [];
  let setup: WallSetup | undefined;
  for (const tier of HOLDING) {
    const missing = missingFor(tier, programs);
    if (missing !== undefined) {
      rungs.push({ tier, holds: false, reason: missing });
      continue;
    }
    const tried = await tryVariants(tier, programs);
    rungs.push({ tier, holds: tried.result.holds, reason: reasonOf(tier, tried.result) });
    setup ??= tried.setup;
  }
  const fix = fixFor(programs, setup);
  return { rungs, ...(setup === undefined ? {} : { setup }), ...(fix === undefined ? {} : { fix }) };
}

const HOLDING = WALL_TIERS.filter((tier) => tier !== "none");

function missingFor(tier: HoldingTier, programs: WallPrograms): string | undefined {
  if (process.platform !== "linux") return "there is no wall for this system yet";
  if (tier.startsWith("bwrap") && programs.bwrap === undefined) return "bubblewrap is not installed";
  if (tier !== "bwrap" && programs.landlock === undefined)
    return "the Landlock launcher is not in this package: it was built without a C compiler";
  return undefined;
}

type Tried = { readonly result: CanaryResult; readonly setup?: WallSetup };

/** As root, bubblewrap may have to make a user namespace all the same: where capabilities are missing. */
async function tryVariants(tier: HoldingTier, programs: WallPrograms): Promise<Tried> {
  const variants = tier.startsWith("bwrap") && process.getuid?.() === 0 ? [false, true] : [false];
  let last: Tried | undefined;
  for (const userNamespace of variants) {
    const setup = { tier, programs, userNamespace, overlay: false };
    const result = await tryOnce(setup, ["scope/**"]);
    if (!result.holds) {
      last ??= { result };
      continue;
    }
    const layered = { ...setup, overlay: programs.unshare !== undefined };
    const overlay =
      tier.startsWith("bwrap") && layered.overlay && (await tryOnce(layered, ["scope/i*"])).holds;
    return { result, setup: { ...setup, overlay } };
  }
  return last ?? { result: { holds: false, reason: "was not tried" } };
}

async function tryOnce(setup: WallSetup, globs: readonly string[]): Promise<CanaryResult> {
  const root = join(cacheRoot(), "canary");
  await mkdir(root, { recursive: true, mode: 0o700 });
  const folder = await realpath(await mkdtemp(join(root, "wall-")));
  try {
    const place = await makeCanaryPlace(folder);
    const env = scrubbedEnvironment({ source: process.env, extra: { TMPDIR: place.tmp } });
    const wall = await openWall({
      setup,
      place,
      machine: readMachine({ env, program: [] }),
      scope: { kind: "write", globs },
      network: cutsNetwork(setup.tier) ? "none" : "host",
      privateGit: false,
    });
    if (!wall.ok) return { holds: false, reason: wall.failure.message };
    const result = await tryTier(wall.value, place, env);
    await wall.value.close();
    return result;
  } catch (cause) {
    return {
      holds: false,
      reason: `did not come up: ${cause instanceof Error ? cause.message : String(cause)}`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function reasonOf(tier: HoldingTier, result: CanaryResult): string {
  if (!result.holds) return `it ${result.reason}`;
  const network = cutsNetwork(tier) ? "the network can be cut, loopback works" : "the network cannot be cut";
  return `a write in scope came through, one out of scope did not; ${network}`;
}

function fixFor(programs: WallPrograms, setup: WallSetup | undefined): string | undefined {
  if (process.platform !== "linux") return undefined;
  if (programs.bwrap === undefined)
    return "install bubblewrap: apt-get install bubblewrap, or dnf install bubblewrap";
  if (setup !== undefined && setup.tier.startsWith("bwrap")) return undefined;
  return "allow user namespaces (sysctl user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns), or run outside of the container";
}

/** Equal where the ladder of an earlier look still stands: same boot, same programs, same user. */
async function ladderKey(programs: WallPrograms): Promise<string> {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([LADDER_VERSION, readBootId(), process.getuid?.() ?? -1, process.execPath]));
  for (const path of [programs.bwrap, programs.landlock, programs.unshare]) {
    hash.update(`\0${path ?? ""}\0`);
    if (path !== undefined) hash.update(await readFile(path).catch(() => Buffer.alloc(0)));
  }
  return hash.digest("hex");
}

/** Raised whenever a profile or a canary changes what it promises. */
const LADDER_VERSION = 1;

const tierSchema = z.enum(["bwrap+landlock", "bwrap", "landlock+unshare-n", "landlock"]);
const stored = z.object({
  key: z.string(),
  ladder: z.object({
    rungs: z.array(z.object({ tier: tierSchema, holds: z.boolean(), reason: z.string() })),
    setup: z
      .object({
        tier: tierSchema,
        programs: z.object({
          bwrap: z.string().exactOptional(),
          landlock: z.string().exactOptional(),
          unshare: z.string().exactOptional(),
        }),
        userNamespace: z.boolean(),
        overlay: z.boolean(),
      })
      .exactOptional(),
    fix: z.string().exactOptional(),
  }),
});

async function readLadder(file: string, key: string): Promise<WallLadder | undefined> {
  try {
    const value = stored.parse(JSON.parse(await readFile(file, "utf8")));
    return value.key === key ? value.ladder : undefined;
  } catch {
    return undefined;
  }
}
