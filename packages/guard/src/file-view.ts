/** What a path is, without following a link in its last component; `blocked` is any error but "not there". */
export type FileKind = "file" | "directory" | "link" | "other" | "missing" | "blocked";

/**
 * What the guard may ask of a file system: metadata, never content, all of it synchronous and read-only.
 *
 * Paths are absolute. No method throws: an error other than "not there" is `blocked`, and a blocked path is
 * refused by whoever asked.
 */
export type FileView = {
  /** The kind of the last component, not followed. */
  kind(path: string): FileKind;
  /** Where a link points, as stored; `undefined` when it cannot be read. */
  linkTarget(path: string): string | undefined;
  /** The number of names of a file; 1 where unknown or missing. */
  linkCount(path: string): number;
};

/** A view of a disk that holds nothing: every path is judged by its name alone. */
export const emptyFileView: FileView = {
  kind: () => "missing",
  linkTarget: () => undefined,
  linkCount: () => 1,
};
