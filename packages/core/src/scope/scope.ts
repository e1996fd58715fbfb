import { ok, type Result } from "../failure.ts";
import { literalPathOf, parseGlob, type Glob } from "./glob.ts";
import { matchesName } from "./glob-match.ts";
import { faultOfPath, foldCase, quoteName } from "./path-name.ts";
import { protectedName, type ProtectedRule } from "./protected-name.ts";

/** The files an agent may write, as globs in the order of writing; no globs deny every write. */
export type Scope = { readonly globs: readonly Glob[] };

/**
 * Whether a path may be written, and by which entry or rule. `rule` is stable and goes into facts;
 * `message` is one sentence for people.
 */
export type ScopeVerdict =
  | { readonly kind: "allowed"; readonly entry: string; readonly unlocks?: ProtectedRule }
  | { readonly kind: "denied"; readonly rule: DenialRule; readonly message: string }
  | {
      readonly kind: "protected";
      readonly rule: ProtectedRule["id"];
      readonly message: string;
      readonly protection: ProtectedRule;
    };

export type DenialRule = "scope:empty" | "scope:out-of-scope" | "scope:unsafe-name";

/** Reads a scope. One entry that cannot be read voids the whole scope: the failure is BW210 for the first. */
export function parseScope(entries: readonly string[]): Result<Scope> {
  const globs: Glob[] = [];
  for (const entry of entries) {
    const glob = parseGlob(entry);
    if (!glob.ok) return glob;
    globs.push(glob.value);
  }
  return ok({ globs });
}

/**
 * Whether the scope lets an agent write a path: byte-exact on what is allowed, lax on what is protected.
 *
 * The path is relative to the root of the repository and normalised, after links were resolved; a path that
 * no name can have is denied. Deleting is writing.
 */
export function scopeAllows(scope: Scope, path: string): ScopeVerdict {
  const fault = faultOfPath(path);
  if (fault !== undefined) {
    return {
      kind: "denied",
      rule: "scope:unsafe-name",
      message: `the path ${quoteName(path)} ${fault.text}`,
    };
  }
  const protection = protectedName(path);
  if (protection !== undefined) return verdictOnProtected(scope, path, protection);
  const glob = scope.globs.find((candidate) => matchesName(candidate, path));
  if (glob !== undefined) return { kind: "allowed", entry: glob.source };
  if (scope.globs.length === 0) {
    return { kind: "denied", rule: "scope:empty", message: `${path} may not be written: the scope is empty` };
  }
  return {
    kind: "denied",
    rule: "scope:out-of-scope",
    message: `${path} is outside the scope ${listOf(scope)}${hint(scope, path)}`,
  };
}

/** Whether the verdict lets the write through. */
export function isAllowed(verdict: ScopeVerdict): boolean {
  return verdict.kind === "allowed";
}

function verdictOnProtected(scope: Scope, path: string, protection: ProtectedRule): ScopeVerdict {
  const key =
    protection.unlock === "literal" ? scope.globs.find((glob) => literalPathOf(glob) === path) : undefined;
  if (key !== undefined) return { kind: "allowed", entry: key.source, unlocks: protection };
  const way =
    protection.unlock === "never"
      ? "no scope allows it"
      : "only a scope entry that is exactly this path allows it";
  return {
    kind: "protected",
    rule: protection.id,
    message: `${path} is protected: ${protection.name} is ${protection.what}, and ${way}`,
    protection,
  };
}

const MOST_SHOWN = 4;

function listOf(scope: Scope): string {
  const shown = scope.globs.slice(0, MOST_SHOWN).map((glob) => glob.source);
  const more = scope.globs.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}

function hint(scope: Scope, path: string): string {
  const folded = foldCase(path);
  const near = scope.globs.find((glob) => foldCase(literalPathOf(glob) ?? "") === folded);
  return near === undefined ? "" : ` (${near.source} differs in case or spelling, and scopes are exact)`;
}
