import { parseScope, type Glob, type TaskScope } from "@breakwater/core";

/**
 * The folders that a scope needs to be writable, relative to the root ("" is the root), outermost only.
 * `exact` says that they are the scope: then nothing but mounts is needed to hold it.
 */
export type WallShape = { readonly folders: readonly string[]; readonly exact: boolean };

/** The shape of a scope. A scope that cannot be read allows nothing. */
export function wallShape(scope: TaskScope): WallShape {
  if (scope.kind === "read-only") return { folders: [], exact: true };
  const parsed = parseScope(scope.globs);
  if (!parsed.ok) return { folders: [], exact: true };
  const { globs } = parsed.value;
  return {
    folders: outermost(globs.map(folderOf)),
    exact: globs.every((glob) => glob.shape.kind === "folder"),
  };
}

/** Editors replace a file by another of the same name, so one file needs the folder around it. */
function folderOf({ shape }: Glob): string {
  switch (shape.kind) {
    case "folder":
      return shape.path;
    case "pattern":
      return shape.prefix;
    case "file":
      return shape.path.includes("/") ? shape.path.slice(0, shape.path.lastIndexOf("/")) : "";
  }
}

/** Drops every folder that lies in another one of the list. */
export function outermost(folders: readonly string[]): readonly string[] {
  const unique = [...new Set(folders)].toSorted();
  return unique.filter((folder) => !unique.some((other) => other !== folder && liesIn(folder, other)));
}

/** Whether a path is a folder or lies in it; "" contains every relative path and "/" every absolute one. */
export function liesIn(path: string, folder: string): boolean {
  if (folder === "" || folder === "/" || path === folder) return true;
  return path.startsWith(`${folder}/`);
}
