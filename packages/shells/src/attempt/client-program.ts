import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { liesIn, type WallReach } from "@breakwater/node";
import { wrappedPrograms } from "./wrapper-script.ts";

/**
 * What of a client's own program lies in places that a wall hides: the project, a home. Links are followed, as
 * installers leave them, and so are wrapper scripts that name their program; a package is shown with those it
 * needs, that is, with the outermost `node_modules` around it. A script that Node runs from elsewhere is shown
 * with the folder of its program. No hole: it is read only, and nothing of the user's own lies in it.
 */
export function programReach(command: readonly string[]): readonly WallReach[] {
  const real = command.filter((word) => isAbsolute(word)).flatMap(realPathOf);
  const own = realPathOf(command[0] ?? "");
  const wrapped = own.flatMap((file) => wrappedPrograms(file));
  const packages = [...new Set([...command, ...real, ...wrapped].flatMap(packagesAround))];
  const alone = [...own, ...wrapped].filter((path) => packagesAround(path).length === 0);
  return [...packages, ...alone, ...wrapped.flatMap(ownPackage), ...scriptFolder(command)].map(shown);
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

/** The package that a wrapped program is a part of; never a checkout, and nothing that a home lies in. */
function ownPackage(file: string): readonly string[] {
  if (packagesAround(file).length > 0) return [];
  const folder = packageAbove(dirname(file));
  if (folder === undefined || liesIn(homedir(), folder) || existsSync(join(folder, ".git"))) return [];
  return [folder];
}

function packageAbove(folder: string): string | undefined {
  if (existsSync(join(folder, "package.json"))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : packageAbove(above);
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
