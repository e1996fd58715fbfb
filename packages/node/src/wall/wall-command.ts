import { readdirSync, realpathSync } from "node:fs";
import { basename, delimiter, dirname, isAbsolute, join } from "node:path";
import { bwrapArgv } from "./bwrap-argv.ts";
import { landlockArgv } from "./landlock-argv.ts";
import { overlayPrefix } from "./overlay-mount.ts";
import { ENTRY } from "./entry-mark.ts";
import { privateBin } from "./private-git.ts";
import type { WallProfile } from "./wall-profile.ts";
import { cutsNetwork, usesMounts } from "./wall-tier.ts";
import type { WallRequest } from "./wall-request.ts";

type Inside = {
  readonly overlay: boolean;
  readonly cwd: string;
  readonly command: readonly string[];
};

/** The command line that starts a command inside the wall, by the means of its tier. */
export function commandInside(
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

/**
 * Installers lead to programs by chains of links through hidden places; what is shown lies where it really is,
 * so it is called there. Where the link has another name than the program, only its folder is followed, because
 * some programs are many by their name; a script of a package is none of those.
 */
export function calledWhereItLies(word: string): string {
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

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function ownIdentity(): { readonly uid: number; readonly gid: number } {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}

/** The environment inside: a home of its own, programs called where they lie, and no locks of git. */
export function environmentInside(
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
