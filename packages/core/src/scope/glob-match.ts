import type { Glob } from "./glob.ts";
import { accepts, type WorkMeter } from "./glob-program.ts";
import { faultOfPath } from "./path-name.ts";

/**
 * Whether a glob matches a path of the repository, byte for byte.
 *
 * The path is relative, separated by `/` and normalised; any other text (absolute, `..`, invisible
 * characters) is never matched. Work is at most the product of both lengths, on any input.
 */
export function matchGlob(glob: Glob, path: string): boolean {
  return matchesName(glob, path) && faultOfPath(path) === undefined;
}

/** `matchGlob` for a path that is known to be a possible name. */
export function matchesName(glob: Glob, path: string, meter?: WorkMeter): boolean {
  const shape = glob.shape;
  switch (shape.kind) {
    case "file":
      return path === shape.path;
    case "folder":
      return shape.path === "" || (path.length > shape.path.length + 1 && isBelow(path, shape.path));
    case "pattern":
      if (shape.prefix !== "" && !isBelow(path, shape.prefix)) return false;
      return path.endsWith(shape.suffix) && accepts(glob.program, path, meter);
  }
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder) && path.charAt(folder.length) === "/";
}
