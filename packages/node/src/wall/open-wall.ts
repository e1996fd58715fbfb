import { existsSync, realpathSync } from "node:fs";
import { chmod, mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { ok, type Result, type WallHold } from "@breakwater/core";
import { overlayFolders } from "./overlay-mount.ts";
import { openMark, takeMark } from "./entry-mark.ts";
import type { OwnRef } from "../integration/ref-name.ts";
import { keepHeld, type HeldContent, type KeptContent } from "./keep-held.ts";
import { makePrivateGit } from "./private-git.ts";
import { collectOverlay, type Collected } from "./overlay-collect.ts";
import {
  wallProfile,
  type WallMachine,
  type WallPlace,
  type WallProfile,
  type WallReach,
} from "./wall-profile.ts";
import { wallShape } from "./wall-shape.ts";
import { cutsNetwork, usesMounts, type WallNetwork, type WallSetup } from "./wall-tier.ts";
import type { WalledCommand, WallRequest } from "./wall-request.ts";
import { usableFolders } from "./writable-folder.ts";
import { calledWhereItLies, commandInside, environmentInside } from "./wall-command.ts";

/** What is done with a wall when nothing runs behind it any more. */
export type EndedWall = {
  /** Takes what was written in scope into the workspace, where it is not there already. Called once, after the end. */
  readonly collect: () => Promise<Collected>;
  /** Puts held content, or everything that was written, under a ref. After `collect`, before `close`. */
  readonly keep: (paths: HeldContent["paths"], ref: OwnRef) => Promise<Result<KeptContent>>;
  /** Removes what belongs to the wall alone. */
  readonly close: () => Promise<void>;
};

/** How the wall stands: `exact` says that nothing but the scope can be changed in the workspace. */
export type OpenWall = EndedWall & {
  readonly hold: WallHold;
  /** What processes inside really reach; not always what was asked for. */
  readonly network: WallNetwork;
  /** Sentences: what this tier leaves open although it was asked to be shut. */
  readonly holes: readonly string[];
  /** The parts of its profile by name. */
  readonly parts: readonly string[];
  /** Who asks for the end of a command in this wall must ask the child of what was started. */
  readonly asks: "leader" | "child";
  /** What is written lies in this folder until `collect`, over the workspace; absent where it goes there at once. */
  readonly layer?: string;
  /** The command as it is to be started. */
  readonly command: (inside: WalledCommand) => readonly [string, ...string[]];
  /** The environment inside. */
  readonly environment: (env: Readonly<Record<string, string>>) => Record<string, string>;
  /** Whether a command came to run inside since this was asked last; asked after its end. */
  readonly wasEntered: () => Promise<boolean>;
};

/** Prepares a wall: its private home, index and overlay. Starts nothing. Throws where the disk refuses. */
export async function openWall(request: WallRequest): Promise<Result<OpenWall>> {
  const { setup, place, machine, scope, network } = request;
  const shape = scope === "everything" ? { folders: [""], exact: true } : wallShape(scope);
  const overlay = !shape.exact && setup.overlay && usesMounts(setup.tier);
  const writable = await usableFolders(place.workspace, shape.folders, overlay);
  const profileFor = (reach: readonly WallReach[]): WallProfile => {
    const whole = wallProfile({ place, machine: visible(machine, setup), writable, network, reach });
    return { ...whole, parts: whole.parts.filter(({ id }) => !isLeftOut(id, request.without ?? [])) };
  };
  const homes = homesOf(profileFor([]), setup);
  await removeOwn(place);
  await mkdir(homes.source, { recursive: true, mode: 0o700 });
  await makePrivateGit(place, homes);
  if (overlay) await makeOverlay(place);
  return ok({
    hold: shape.exact ? "exact" : overlay ? "contained" : "coarse",
    network: cutsNetwork(setup.tier) ? network : "host",
    holes: network === "none" && !cutsNetwork(setup.tier) ? [UNCUT] : [],
    parts: profileFor([]).parts.map(({ id }) => id),
    asks: usesMounts(setup.tier) ? "child" : "leader",
    ...(overlay ? { layer: overlayFolders(place.own).upper } : {}),
    command: ({ command, cwd, reach = [] }) => {
      const profile = profileFor(reach.flatMap(presentReach));
      const words = command.map((word, at) => (at === 0 ? calledWhereItLies(word) : word));
      const inside = commandInside(request, profile, { overlay, cwd, command: words });
      return [...openMark(place.own), ...inside];
    },
    environment: (env) => environmentInside(env, { ...request, home: homes.inside }),
    wasEntered: () => takeMark(place.own),
    ...endedWall(request, overlay),
  });
}

/**
 * A wall whose keeper was killed before it could take in what was written; undefined where nothing was kept
 * apart. To be asked when nothing runs behind it any more, and before the wall is opened anew.
 */
export function leftWall(request: EndedRequest): EndedWall | undefined {
  return existsSync(overlayFolders(request.place.own).upper) ? endedWall(request, true) : undefined;
}

type EndedRequest = Pick<WallRequest, "setup" | "place" | "scope">;

function endedWall({ setup, place, scope }: EndedRequest, overlay: boolean): EndedWall {
  return {
    collect: () =>
      overlay && scope !== "everything" && scope.kind === "write"
        ? collectOverlay({ place, globs: scope.globs, setup })
        : Promise.resolve({ taken: [], held: [] }),
    keep: (paths, ref) => keepHeld({ place, paths, ref }),
    close: () => removeOwn(place),
  };
}

const UNCUT = "network: was to be cut, and the tier landlock cannot; everything that this machine reaches";

/** A name that ends in a colon stands for all parts that begin with it. */
function isLeftOut(id: string, without: readonly string[]): boolean {
  return without.some((each) => id === each || (each.endsWith(":") && id.startsWith(each)));
}

/** What is not there cannot be shown, and a link is followed now, so that nobody can turn it later. */
function presentReach(reach: WallReach): readonly WallReach[] {
  try {
    return [{ ...reach, from: realpathSync(reach.path) }];
  } catch {
    return [];
  }
}

/** The launcher must be seen inside, wherever the package was installed. */
function visible(machine: WallMachine, { tier, programs }: WallSetup): WallMachine {
  if (tier !== "bwrap+landlock" || programs.landlock === undefined) return machine;
  return { ...machine, tools: [...machine.tools, programs.landlock] };
}

function homesOf(
  { home, homeSource }: WallProfile,
  { tier }: WallSetup,
): { readonly source: string; readonly inside: string } {
  return { source: homeSource, inside: usesMounts(tier) ? home : homeSource };
}

async function makeOverlay(place: WallPlace): Promise<void> {
  const { upper, work, lower } = overlayFolders(place.own);
  await mkdir(upper, { recursive: true, mode: 0o755 });
  await mkdir(work, { recursive: true, mode: 0o700 });
  await symlink(place.workspace, lower);
}

/** The kernel leaves a folder that not even its owner may list. */
async function removeOwn(place: WallPlace): Promise<void> {
  await chmod(join(overlayFolders(place.own).work, "work"), 0o700).catch(() => {});
  await rm(place.own, { recursive: true, force: true });
}
