import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";

/** Where a write would really land: a path relative to the workspace with `/`, or somewhere else. */
export type Place = { readonly kind: "inside"; readonly path: string } | { readonly kind: "outside" };

/**
 * Resolves a path as the kernel would when a file is opened there for writing: links in folders and in the
 * last name are followed, also dangling ones; what does not exist yet is taken by its name. Whatever cannot
 * be resolved is outside, and so is the workspace itself.
 */
export function placeOf(written: string, workspace: string): Place {
  if (written === "" || written.includes("\0")) return { kind: "outside" };
  try {
    const root = realpathSync(workspace);
    const target = follow(isAbsolute(written) ? sep : root, written);
    const path = target === undefined ? "" : relative(root, target).split(sep).join("/");
    if (path === "" || path === ".." || path.startsWith("../") || isAbsolute(path))
      return { kind: "outside" };
    return { kind: "inside", path };
  } catch {
    return { kind: "outside" };
  }
}

/** As many as Linux follows. */
const MOST_LINKS = 40;

/** `start` is resolved already; `undefined` when there are more links than a kernel follows. */
function follow(start: string, path: string): string | undefined {
  let here = start;
  let links = 0;
  const names = path.split("/").reverse();
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    if (name === "" || name === ".") continue;
    const next = name === ".." ? dirname(here) : join(here, name);
    if (name === ".." || lstatSync(next, { throwIfNoEntry: false })?.isSymbolicLink() !== true) {
      here = next;
      continue;
    }
    if ((links += 1) > MOST_LINKS) return undefined;
    const target = readlinkSync(next);
    if (isAbsolute(target)) here = sep;
    names.push(...target.split("/").reverse());
  }
  return here;
}
