import { realpathSync } from "node:fs";
import { basename, dirname, isAbsolute } from "node:path";
import type { WallReach } from "@breakwater/node";

/**
 * What of a client's own program lies in places that a wall hides: the project, a home. Links are followed, as
 * installers leave them, and a package is shown with those it needs, that is, with the outermost
 * `node_modules` around it. A script that Node runs from elsewhere is shown with the folder of its program. No
 * hole: it is read only, and nothing of the user's own lies in it.
 */
export function programReach(command: readonly string[]): readonly WallReach[] {
  const real = command.filter((word) => isAbsolute(word)).flatMap(realPathOf);
  const packages = [...new Set([...command, ...real].flatMap(packagesAround))].map(shown);
  const own = realPathOf(command[0] ?? "").filter((path) => packagesAround(path).length === 0);
  return [...packages, ...own.map(shown), ...scriptFolder(command).map(shown)];
}

/** Where a program of Node lies that is no installed package, such as this one in a checkout of its own. */
function scriptFolder([program, script = ""]: readonly string[]): readonly string[] {
  if (program !== process.execPath) return [];
  return realPathOf(script)
    .filter((path) => packagesAround(path).length === 0)
    .map((path) => (basename(dirname(path)) === "bin" ? dirname(dirname(path)) : dirname(path)));
}

function packagesAround(path: string): readonly string[] {
  const folder = /^\/.*?\/node_modules(?=\/)/u.exec(path)?.[0];
  return folder === undefined ? [] : [folder];
}

function shown(path: string): WallReach {
  return { path, access: "read", reason: "the client's own program" };
}

function realPathOf(path: string): readonly string[] {
  try {
    return isAbsolute(path) ? [realpathSync(path)] : [];
  } catch {
    return [];
  }
}
