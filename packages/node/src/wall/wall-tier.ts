import type { WallTier } from "@breakwater/core";

/** A tier that holds something. */
export type HoldingTier = Exclude<WallTier, "none">;

/** What processes inside may reach over the network; loopback of their own is always there. */
export type WallNetwork = "host" | "none";

/** The programs that build walls, by absolute path; absent where they are not installed. */
export type WallPrograms = {
  readonly bwrap?: string;
  /** Our own launcher; absent where the package was built without a C compiler. */
  readonly landlock?: string;
  /** Makes the namespaces in which an overlay is mounted. */
  readonly unshare?: string;
};

/** How a tier is set up here. `userNamespace`: bubblewrap must make one although we are root. */
export type WallSetup = {
  readonly tier: HoldingTier;
  readonly programs: WallPrograms;
  readonly userNamespace: boolean;
  /** Whether an overlay can be mounted here, so that scopes that are no folders are held exactly. */
  readonly overlay: boolean;
};

/** Whether the file system inside is made of mounts; else Landlock alone decides on every access. */
export function usesMounts(tier: HoldingTier): boolean {
  return tier === "bwrap+landlock" || tier === "bwrap";
}

/** Whether processes inside can be cut off from the network. */
export function cutsNetwork(tier: HoldingTier): boolean {
  return tier !== "landlock";
}
