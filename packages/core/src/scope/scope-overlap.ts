import { intersectGlobs } from "./glob-intersect.ts";
import { matchesName } from "./glob-match.ts";
import type { Glob } from "./glob.ts";
import { faultOfPath } from "./path-name.ts";
import type { Scope } from "./scope.ts";

/** Two entries that can both match `witness`. */
export type GlobOverlap = { readonly left: string; readonly right: string; readonly witness: string };

/** Every pair of entries of two scopes that some possible path matches both; exact, in the order of writing. */
export function overlapOfScopes(left: Scope, right: Scope): readonly GlobOverlap[] {
  return left.globs.flatMap((one) =>
    right.globs.flatMap((other) => {
      const common = intersectGlobs(one, other);
      return common.meets ? [{ left: one.source, right: other.source, witness: common.witness }] : [];
    }),
  );
}

/** The files of a list that both scopes match, with the first entry of each. */
export function overlapOnFiles(left: Scope, right: Scope, files: readonly string[]): readonly GlobOverlap[] {
  return files.flatMap((path) => {
    if (faultOfPath(path) !== undefined) return [];
    const one = firstMatch(left, path);
    const other = one === undefined ? undefined : firstMatch(right, path);
    if (one === undefined || other === undefined) return [];
    return [{ left: one.source, right: other.source, witness: path }];
  });
}

function firstMatch(scope: Scope, path: string): Glob | undefined {
  return scope.globs.find((glob) => matchesName(glob, path));
}
