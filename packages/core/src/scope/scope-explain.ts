import { matchGlob } from "./glob-match.ts";
import type { Glob } from "./glob.ts";
import { foldCase } from "./path-name.ts";
import { scopeAllows, type Scope } from "./scope.ts";

/**
 * Why a scope lets a path be written or not: the verdict on the first line, then one line for each entry.
 * Plain text without colour; invisible characters of the path are spelt out.
 */
export function explainScope(scope: Scope, path: string): readonly string[] {
  const verdict = scopeAllows(scope, path);
  const entries = scope.globs.map((glob) => `  ${glob.source}: ${reasonOf(glob, path)}`);
  if (verdict.kind === "denied") return [`denied (${verdict.rule}): ${verdict.message}`, ...entries];
  if (verdict.kind === "protected") return [`protected (${verdict.rule}): ${verdict.message}`, ...entries];
  const unlocked = verdict.unlocks === undefined ? "" : `, which unlocks ${verdict.unlocks.what}`;
  return [`allowed: ${path} may be written by the entry ${verdict.entry}${unlocked}`, ...entries];
}

function reasonOf(glob: Glob, path: string): string {
  if (matchGlob(glob, path)) return "matches";
  const shape = glob.shape;
  switch (shape.kind) {
    case "file":
      return foldCase(shape.path) === foldCase(path) ? "differs in case or spelling" : "is another file";
    case "folder":
      return shape.path === path
        ? "is what lies below this folder, not the folder"
        : `only what lies below ${shape.path}/`;
    case "pattern":
      return path.startsWith(shape.prefix === "" ? "" : `${shape.prefix}/`)
        ? "the pattern does not match"
        : `only what lies below ${shape.prefix}/`;
  }
}
