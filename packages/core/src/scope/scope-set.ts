import { coversAll } from "./glob-cover.ts";
import { intersectGlobs } from "./glob-intersect.ts";
import { literalPathOf, type Glob } from "./glob.ts";
import { protectedName } from "./protected-name.ts";
import type { Scope } from "./scope.ts";

/** All entries of all scopes in order, each text once, verbatim. */
export function unionOfScopes(scopes: readonly Scope[]): Scope {
  const seen = new Set<string>();
  const globs: Glob[] = [];
  for (const glob of scopes.flatMap((scope) => scope.globs)) {
    if (!seen.has(glob.source)) globs.push(glob);
    seen.add(glob.source);
  }
  return { globs };
}

/**
 * The entries of the second scope that the first does not cover, in order; none means "inside".
 *
 * Never wrongly empty. An entry that unlocks a protected file is covered only by the same literal entry,
 * because `**` does not let anybody write a lockfile.
 */
export function entriesOutside(approved: Scope, asked: Scope): readonly Glob[] {
  return asked.globs.filter((glob) => !isInside(approved, glob));
}

/** Whether everything that the second scope allows, the first allows too. Never wrongly true. */
export function coversScope(approved: Scope, asked: Scope): boolean {
  return entriesOutside(approved, asked).length === 0;
}

/** What is left of a scope without another: `partly` overlaps what was taken, at `witness`, and stays whole. */
export type ScopeRest = {
  readonly rest: Scope;
  readonly partly: readonly { readonly entry: string; readonly taken: string; readonly witness: string }[];
};

/**
 * Takes the entries out of a scope that another scope covers.
 *
 * The language has no negation, so an entry that is covered in part stays whole and is reported: no path
 * that the scope alone allowed is lost, and every path still shared is under an entry of `partly`.
 */
export function subtractScope(scope: Scope, taken: Scope): ScopeRest {
  const rest = scope.globs.filter((glob) => !coversAll(taken.globs, glob));
  const partly = rest.flatMap((glob) =>
    taken.globs.flatMap((other) => {
      const common = intersectGlobs(glob, other);
      return common.meets ? [{ entry: glob.source, taken: other.source, witness: common.witness }] : [];
    }),
  );
  return { rest: { globs: rest }, partly };
}

function isInside(approved: Scope, glob: Glob): boolean {
  const path = literalPathOf(glob);
  if (path !== undefined && protectedName(path)?.unlock === "literal") {
    return approved.globs.some((other) => literalPathOf(other) === path);
  }
  return approved.globs.some((other) => other.source === glob.source) || coversAll(approved.globs, glob);
}
