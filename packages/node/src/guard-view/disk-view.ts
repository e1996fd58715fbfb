import { lstatSync, readlinkSync, type Stats } from "node:fs";

/** What a path is without following its last component; `blocked` is any error but "not there". */
export type DiskKind = "file" | "directory" | "link" | "other" | "missing" | "blocked";

/** Metadata of a disk, asked synchronously: the form in which a guard of tool calls asks for it. */
export type DiskView = {
  /** The kind of the last component, not followed. */
  kind(path: string): DiskKind;
  /** Where a link points, as stored; `undefined` when it cannot be read. */
  linkTarget(path: string): string | undefined;
  /** The number of names of a file; 1 where there is none or it cannot be read. */
  linkCount(path: string): number;
};

/**
 * The disk of this machine, asked anew each time: an answer is true for that moment only, so it can warn early
 * but guarantee nothing. Paths are absolute. Never throws, never reads content.
 */
export const diskView: DiskView = {
  kind: (path) => {
    const found = statOf(path);
    return typeof found === "string" ? found : kindOf(found);
  },
  linkTarget: (path) => {
    try {
      return readlinkSync(path);
    } catch {
      return undefined;
    }
  },
  linkCount: (path) => {
    const found = statOf(path);
    return typeof found === "string" ? 1 : found.nlink;
  },
};

function statOf(path: string): Stats | "missing" | "blocked" {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? "missing";
  } catch {
    return "blocked";
  }
}

function kindOf(found: Stats): DiskKind {
  if (found.isSymbolicLink()) return "link";
  if (found.isFile()) return "file";
  return found.isDirectory() ? "directory" : "other";
}
