import type { Failure } from "../failure.ts";
import { parseGlob, staticPrefix, type Glob } from "./glob.ts";
import { matchesName } from "./glob-match.ts";
import { quoteName } from "./path-name.ts";
import { protectedName } from "./protected-name.ts";
import { parseScope, scopeAllows, type Scope } from "./scope.ts";
import { overlapOfScopes, overlapOnFiles, type GlobOverlap } from "./scope-overlap.ts";
import { unionOfScopes } from "./scope-set.ts";

/** What is wrong with a list of entries: `errors` void the scope or grant nothing, `warnings` are advice. */
export type ScopeValidation = {
  readonly valid: boolean;
  readonly errors: readonly Failure[];
  readonly warnings: readonly Failure[];
};

/**
 * Judges the entries of one scope: every unreadable one (BW210), entries that name protected files (BW211),
 * and, where the tracked files are known, entries without a file (BW212) and scopes that constrain nothing
 * (BW213).
 */
export function validateScope(entries: readonly string[], files?: readonly string[]): ScopeValidation {
  const errors: Failure[] = [];
  const globs: Glob[] = [];
  for (const entry of entries) {
    const glob = parseGlob(entry);
    if (glob.ok) globs.push(glob.value);
    else errors.push(glob.failure);
  }
  errors.push(...globs.flatMap(protectedEntry));
  const loose = looseness({ globs }, files);
  const warnings =
    files === undefined ? loose : [...globs.flatMap((glob) => emptyEntry(glob, files)), ...loose];
  return { valid: errors.length === 0, errors, warnings };
}

/** A named list of entries, as a task or an agent has it. */
export type NamedScope = { readonly id: string; readonly globs: readonly string[] };

/** Two owners that may write the same path; `on` says whether a real file or only the patterns show it. */
export type ScopeCollision = {
  readonly left: string;
  readonly right: string;
  readonly on: "file" | "pattern";
  readonly overlap: GlobOverlap;
};

/** Which owners collide; unreadable entries and repeated ids make the answer "not disjoint" as well. */
export type Disjointness = {
  readonly disjoint: boolean;
  readonly collisions: readonly ScopeCollision[];
  readonly repeated: readonly string[];
  readonly errors: readonly Failure[];
};

/** Compares every pair of owners by pattern and, where the files are known, shows a real file as witness. */
export function disjointScopes(owners: readonly NamedScope[], files: readonly string[] = []): Disjointness {
  const errors: Failure[] = [];
  const scopes = owners.map((owner) => {
    const scope = parseScope(owner.globs);
    if (!scope.ok) errors.push(scope.failure);
    return { id: owner.id, scope: scope.ok ? scope.value : { globs: [] } };
  });
  const collisions = scopes.flatMap((left, at) =>
    scopes.slice(at + 1).flatMap((right) => collision(left, right, files)),
  );
  const repeated = owners.map((owner) => owner.id).filter((id, at, ids) => ids.indexOf(id) !== at);
  const disjoint = collisions.length + repeated.length + errors.length === 0;
  return { disjoint, collisions, repeated: [...new Set(repeated)], errors };
}

/** The entries of all owners together, each once, or what is wrong with them. */
export function unionOfEntries(owners: readonly NamedScope[]): {
  readonly globs: readonly string[];
  readonly errors: readonly Failure[];
} {
  const parsed = owners.map((owner) => parseScope(owner.globs));
  const errors = parsed.flatMap((scope) => (scope.ok ? [] : [scope.failure]));
  const scopes = parsed.flatMap((scope) => (scope.ok ? [scope.value] : []));
  return { globs: unionOfScopes(scopes).globs.map((glob) => glob.source), errors };
}

type Owner = { readonly id: string; readonly scope: Scope };

function collision(left: Owner, right: Owner, files: readonly string[]): readonly ScopeCollision[] {
  const byFile = overlapOnFiles(left.scope, right.scope, files)[0];
  const overlap = byFile ?? overlapOfScopes(left.scope, right.scope)[0];
  if (overlap === undefined) return [];
  return [{ left: left.id, right: right.id, on: byFile === undefined ? "pattern" : "file", overlap }];
}

/** The error for an entry that lies in protected names, so that nothing or not everything of it is granted. */
function protectedEntry(glob: Glob): readonly Failure[] {
  const named = staticPrefix(glob);
  const protection = protectedName(named);
  if (protection === undefined) return [];
  if (protection.unlock === "literal" && glob.shape.kind === "file") return [];
  const fix =
    protection.unlock === "literal"
      ? `write the exact path, without wildcards`
      : `remove the entry and let a person make this change`;
  return [
    {
      code: "BW211",
      message: `the scope entry ${quoteName(glob.source)} grants nothing: ${protection.name} is ${protection.what}`,
      why:
        protection.unlock === "literal"
          ? "files that steer agents and installs are granted one by one"
          : "files that steer git, hooks, agents and this session are never written by an agent",
      fix,
    },
  ];
}

function emptyEntry(glob: Glob, files: readonly string[]): readonly Failure[] {
  if (files.some((path) => matchesName(glob, path))) return [];
  const prefix = staticPrefix(glob);
  const folder = glob.shape.kind === "file" ? prefix.slice(0, Math.max(0, prefix.lastIndexOf("/"))) : prefix;
  if (folder === "" || files.some((path) => path.startsWith(`${folder}/`))) return [];
  return [
    {
      code: "BW212",
      message: `the scope entry ${quoteName(glob.source)} matches no file, and there is no folder ${folder}`,
      why: "an entry with a typing error lets the agent write nothing, which shows only when it is refused",
      fix: "correct the folder, or leave the entry where the task creates it",
    },
  ];
}

/** The share of the tracked files from which a scope no longer says much. */
const LOOSE_SHARE = 0.4;
/** Below this many files a share says nothing. */
const FEW_FILES = 10;

function looseness(scope: Scope, files: readonly string[] | undefined): readonly Failure[] {
  const whole = scope.globs.find((glob) => glob.shape.kind === "folder" && glob.shape.path === "");
  const allowed = files?.filter((path) => scopeAllows(scope, path).kind === "allowed").length ?? 0;
  const share = files === undefined || files.length < FEW_FILES ? 0 : allowed / files.length;
  if (whole === undefined && share <= LOOSE_SHARE) return [];
  const facts =
    whole === undefined ? `${allowed} of ${files?.length ?? 0} files` : "every file of the repository";
  return [
    {
      code: "BW213",
      message: `the scope allows ${facts}, so it does not constrain anything`,
      why: "no other task of the wave can be disjoint from it, and a stray edit is not seen as one",
      fix: "name the folders that the task changes",
    },
  ];
}
