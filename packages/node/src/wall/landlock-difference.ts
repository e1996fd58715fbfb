import type { HoldingTier } from "./wall-tier.ts";

/** A check of the wall that comes out otherwise where Landlock stands alone, and why. */
export type LandlockDifference = {
  readonly check: string;
  readonly tiers: readonly HoldingTier[];
  readonly why: string;
};

const BOTH: readonly HoldingTier[] = ["landlock+unshare-n", "landlock"];

/** What Landlock alone does not hold. The page `docs/spec/wall.md` shows this table to people. */
export const LANDLOCK_DIFFERENCES: readonly LandlockDifference[] = [
  { check: "chmod-out", tiers: BOTH, why: "modes of files out of scope can be changed" },
  { check: "touch-out", tiers: BOTH, why: "times of files out of scope can be changed" },
  { check: "socket", tiers: BOTH, why: "sockets that have a path can be connected to, wherever they lie" },
  { check: "list-processes", tiers: BOTH, why: "other processes are seen; their environment is not" },
  { check: "shared-memory", tiers: BOTH, why: "shared memory of the same user can be attached" },
  { check: "packages", tiers: BOTH, why: "what package managers fetched into the home is not shown" },
  { check: "egress", tiers: ["landlock"], why: "the network cannot be cut without the loopback" },
];
