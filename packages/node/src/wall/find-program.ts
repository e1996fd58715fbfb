import { accessSync, constants, existsSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import type { WallPrograms } from "./wall-tier.ts";

/**
 * Finds the programs that build walls. Only folders of the system are searched: a program on the PATH of a
 * project could be anybody's, and profiles of the system cover its own bubblewrap alone.
 */
export function findWallPrograms(): WallPrograms {
  if (process.platform !== "linux") return {};
  const bwrap = findIn(SYSTEM_FOLDERS, "bwrap");
  const unshare = findIn(SYSTEM_FOLDERS, "unshare");
  const landlock = findIn(launcherFolders(), LAUNCHER_NAME);
  return {
    ...(bwrap === undefined ? {} : { bwrap }),
    ...(unshare === undefined ? {} : { unshare }),
    ...(landlock === undefined ? {} : { landlock }),
  };
}

const SYSTEM_FOLDERS = ["/usr/bin", "/bin", "/usr/local/bin", "/run/current-system/sw/bin"];

/** The launcher as the build names it, in the folder of native programs. */
const LAUNCHER_NAME = "breakwater-landlock";

/** Beside the bundle; in the sources, where the build puts it. */
function launcherFolders(): readonly string[] {
  const here = import.meta.dirname;
  return [
    join(here, "native"),
    ...[1, 2, 3, 4].map((up) => join(here, ...Array(up).fill(".."), "packages", "cli", "dist", "native")),
  ];
}

function findIn(folders: readonly string[], name: string): string | undefined {
  for (const folder of folders) {
    const path = join(folder, name);
    if (existsSync(path) && isProgram(path)) return realpathSync(path);
  }
  return undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
