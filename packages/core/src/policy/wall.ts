/**
 * What holds the processes of an attempt or a gate, strongest first (`docs/spec/wall.md`). A tier is named
 * only after a canary has shown on this machine that it holds.
 */
export const WALL_TIERS = ["bwrap+landlock", "bwrap", "landlock+unshare-n", "landlock", "none"] as const;
export type WallTier = (typeof WALL_TIERS)[number];

/** How closely a wall follows a scope: to the path, by an overlay that is sifted afterwards, or by folders. */
export type WallHold = "exact" | "contained" | "coarse";

/** The wall that stood around an attempt. `holes` are sentences: what it let through on purpose, and why. */
export type StandingWall = {
  readonly tier: WallTier;
  readonly hold?: WallHold;
  readonly holes: readonly string[];
  /** Where content is kept that it held: a ref, or a folder where no ref could be made. */
  readonly quarantine?: string;
};
