import { readdirSync, realpathSync } from "node:fs";
import { chmod, lstat, mkdir, realpath, rm, symlink } from "node:fs/promises";
import { basename, delimiter, dirname, isAbsolute, join } from "node:path";
import { ok, type Result, type TaskScope, type WallHold } from "@breakwater/core";
import { bwrapArgv } from "./bwrap-argv.ts";
import { landlockArgv } from "./landlock-argv.ts";
import { overlayFolders, overlayPrefix } from "./overlay-mount.ts";
import { ENTRY, openMark, takeMark } from "./entry-mark.ts";
import type { OwnRef } from "../integration/ref-name.ts";
import { keepHeld, type HeldContent, type KeptContent } from "./keep-held.ts";
import { makePrivateGit, privateBin } from "./private-git.ts";
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

/** How the wall stands: `exact` says that nothing but the scope can be changed in the workspace. */
export type OpenWall = {
  readonly hold: WallHold;
  /** What processes inside really reach; not always what was asked for. */
  readonly network: WallNetwork;
  /** Sentences: what this tier leaves open although it was asked to be shut. */
  readonly holes: readonly string[];
  /** The parts of its profile by name. */
  readonly parts: readonly string[];
  /** Who asks for the end of a command in this wall must ask the child of what was started. */
  readonly asks: "leader" | "child";
  /** The command as it is to be started. */
  readonly command: (inside: WalledCommand) => readonly [string, ...string[]];
  /** The environment inside. */
  readonly environment: (env: Readonly<Record<string, string>>) => Record<string, string>;
  /** Whether a command came to run inside since this was asked last; asked after its end. */
  readonly wasEntered: () => Promise<boolean>;
  /** Takes what was written in scope into the workspace, where it is not there already. Called once, after the end. */
  readonly collect: () => Promise<Collected>;
  /** Puts held content, or everything that was written, under a ref. After `collect`, before `close`. */
  readonly keep: (paths: HeldContent["paths"], ref: OwnRef) => Promise<Result<KeptContent>>;
  /** Removes what belongs to the wall alone. */
  readonly close: () => Promise<void>;
};

/** A command for a wall; `cwd` is the folder inside, `reach` what it needs of the machine besides. */
export type WalledCommand = {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly reach?: readonly WallReach[];
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
    command: ({ command, cwd, reach = [] }) => {
      const profile = profileFor(reach.flatMap(presentReach));
      const words = command.map((word, at) => (at === 0 ? calledWhereItLies(word) : word));
      const inside = commandInside(request, profile, { overlay, cwd, command: words });
      return [...openMark(place.own), ...inside];
    },
    environment: (env) => environmentInside(env, { ...request, home: homes.inside }),
    wasEntered: () => takeMark(place.own),
    collect: () =>
      overlay && scope !== "everything" && scope.kind === "write"
        ? collectOverlay({ place, globs: scope.globs, setup })
        : Promise.resolve({ taken: [], held: [] }),
    keep: (paths, ref) => keepHeld({ place, paths, ref }),
    close: () => removeOwn(place),
  });
}

/**
 * Installers lead to programs by chains of links through hidden places; what is shown lies where it really is,
 * so it is called there. Where the link has another name than the program, only its folder is followed, because
 * some programs are many by their name; a script of a package is none of those.
 */
function calledWhereItLies(word: string): string {
  if (!isAbsolute(word)) return word;
  const real = realPlace(word);
  if (basename(real) === basename(word) || real.includes("/node_modules/")) return real;
  return join(realPlace(dirname(word)), basename(word));
}

/** The path itself where it cannot be followed. */
function realPlace(path: string): string {
  try {
    return isAbsolute(path) ? realpathSync(path) : path;
  } catch {
    return path;
  }
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

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

type Inside = {
  readonly overlay: boolean;
  readonly cwd: string;
  readonly command: readonly string[];
};

function commandInside(
  { setup, place, without = [] }: WallRequest,
  profile: WallProfile,
  { overlay, cwd, command }: Inside,
): readonly [string, ...string[]] {
  const { programs, tier } = setup;
  const entry = [...ENTRY, ...command];
  const { bwrap, landlock, unshare } = programs;
  const lock = { launcher: landlock ?? "", list: namesIn, cutsNetwork: cutsNetwork(tier), command: entry };
  if (!usesMounts(tier)) return landlockArgv(profile, { ...lock, inside: false });
  const within = tier === "bwrap" ? entry : landlockArgv(profile, { ...lock, inside: true });
  const asRoot = process.getuid?.() === 0 && !setup.userNamespace;
  const call = { bwrap: bwrap ?? "", userNamespace: setup.userNamespace, cwd, without };
  if (!overlay) return [...bwrapArgv(profile, call), ...within];
  const prefix = overlayPrefix({
    unshare: unshare ?? "",
    own: place.own,
    workspace: place.workspace,
    asRoot,
  });
  const back = asRoot ? {} : { userNamespace: true, identity: ownIdentity() };
  return [...prefix, ...bwrapArgv(profile, { ...call, ...back }), ...within];
}

function ownIdentity(): { readonly uid: number; readonly gid: number } {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}

function environmentInside(
  env: Readonly<Record<string, string>>,
  { privateGit, home }: { readonly privateGit: boolean; readonly home: string },
): Record<string, string> {
  const path = (env["PATH"] ?? "/usr/bin:/bin").split(delimiter).map(realPlace).join(delimiter);
  return {
    ...env,
    HOME: home,
    PATH: path,
    // The repository is read-only inside, so a status must not try to store what it found out.
    GIT_OPTIONAL_LOCKS: "0",
    ...(privateGit ? { PATH: `${privateBin(home)}:${path}` } : {}),
  };
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

/**
 * Folders that can be made writable as they are. One that a link leads to is none of the scope's, and one
 * that is not there yet is made, since only what exists can be shown.
 */
async function usableFolders(
  workspace: string,
  folders: readonly string[],
  overlay: boolean,
): Promise<readonly string[]> {
  const usable: string[] = [];
  for (const folder of folders) {
    const path = join(workspace, folder);
    const before = await realpath(path).catch(() => undefined);
    if (before === undefined && !(await hasPlainWay(workspace, folder))) continue;
    if (before === undefined) await mkdir(path, { recursive: true });
    if ((await realpath(path)) === path && (await lstat(path)).isDirectory()) usable.push(folder);
    else if (overlay) usable.push(...(await usableFolders(workspace, [parentOf(folder)], overlay)));
  }
  return usable;
}

/** Whether making a folder would follow no link. */
async function hasPlainWay(workspace: string, folder: string): Promise<boolean> {
  const parent = parentOf(folder);
  const path = join(workspace, parent);
  const real = await realpath(path).catch(() => undefined);
  if (real === path) return (await lstat(path)).isDirectory() && !(await isThere(join(workspace, folder)));
  if (real !== undefined || parent === "") return false;
  return hasPlainWay(workspace, parent);
}

function parentOf(folder: string): string {
  return folder.includes("/") ? folder.slice(0, folder.lastIndexOf("/")) : "";
}

async function makeOverlay(place: WallPlace): Promise<void> {
  const { upper, work, lower } = overlayFolders(place.own);
  await mkdir(upper, { recursive: true, mode: 0o755 });
  await mkdir(work, { recursive: true, mode: 0o700 });
  await symlink(place.workspace, lower);
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** The kernel leaves a folder that not even its owner may list. */
async function removeOwn(place: WallPlace): Promise<void> {
  await chmod(join(overlayFolders(place.own).work, "work"), 0o700).catch(() => {});
  await rm(place.own, { recursive: true, force: true });
}
