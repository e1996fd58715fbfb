import { lstat, readdir } from "node:fs/promises";
import type { Stats } from "node:fs";
import { isMissing } from "./private-index.ts";
import { rawBytes } from "./raw-path.ts";
import type { RawPath } from "./raw-path.ts";

/** Looks at paths below one folder without ever following a link, not even one in the middle of a path. */
export type Disk = {
  /** What is at the path itself; undefined where nothing is or where a parent is a link or a file. */
  readonly look: (path: RawPath) => Promise<Stats | undefined>;
  /** The nearest parent of the path that exists and is no folder. */
  readonly obstacle: (path: RawPath) => Promise<RawPath | undefined>;
  /** True where the folder holds anything at all. */
  readonly holdsAnything: (path: RawPath) => Promise<boolean>;
};

/** Opens the folder `root` for looking; what was seen of a parent is remembered for the next look. */
export function openDisk(root: string): Disk {
  const parents = new Map<RawPath, Promise<boolean>>();
  const at = (path: RawPath): Buffer => Buffer.concat([Buffer.from(`${root}/`), rawBytes(path)]);
  const stat = async (path: RawPath): Promise<Stats | undefined> => {
    try {
      return await lstat(at(path));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };
  const isFolder = (path: RawPath): Promise<boolean> => {
    const known = parents.get(path) ?? stat(path).then((found) => found?.isDirectory() ?? false);
    parents.set(path, known);
    return known;
  };
  const firstNonFolder = async (path: RawPath): Promise<RawPath | undefined> => {
    for (const parent of parentsOf(path)) if (!(await isFolder(parent))) return parent;
    return undefined;
  };
  return {
    look: async (path) => ((await firstNonFolder(path)) === undefined ? stat(path) : undefined),
    obstacle: async (path) => {
      const found = await firstNonFolder(path);
      return found !== undefined && (await stat(found)) !== undefined ? found : undefined;
    },
    holdsAnything: async (path) => {
      if (!(await isFolder(path))) return false;
      return (await readdir(at(path), { encoding: "buffer" })).length > 0;
    },
  };
}

/** The folders above a path, outermost first. */
export function parentsOf(path: RawPath): RawPath[] {
  const segments = path.split("/");
  return segments.slice(1).map((_, at) => segments.slice(0, at + 1).join("/"));
}
