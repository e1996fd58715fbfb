import type { TaskScope } from "@breakwater/core";
import type { WallMachine, WallPlace, WallReach } from "./wall-profile.ts";
import type { WallNetwork, WallSetup } from "./wall-tier.ts";

/** A wall to be put around commands. */
export type WallRequest = {
  readonly setup: WallSetup;
  readonly place: WallPlace;
  readonly machine: WallMachine;
  /** What may be written; `everything` is the whole workspace, for a gate whose workspace is thrown away. */
  readonly scope: TaskScope | "everything";
  readonly network: WallNetwork;
  /** Whether `git add` shall work inside, with an index of its own. */
  readonly privateGit: boolean;
  /** Parts to be left out, for a test that shows what each of them is for. */
  readonly without?: readonly string[];
};

/** A command for a wall; `cwd` is the folder inside, `reach` what it needs of the machine besides. */
export type WalledCommand = {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly reach?: readonly WallReach[];
};
