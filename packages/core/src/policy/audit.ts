import type { Failure } from "../failure.ts";
import type { TaskScope } from "../plan/plan.ts";
import type { HeldChange } from "../run/fact.ts";
import { quoteName } from "../scope/path-name.ts";
import { parseScope, scopeAllows, type Scope } from "../scope/scope.ts";
import { clashesOf } from "./audit-clash.ts";
import { faultOfLink } from "./audit-link.ts";

/**
 * One path that differs between two trees, with renames switched off: a rename is a deletion and an addition.
 *
 * `path` is the name as bytes read as UTF-8; where that lost something, `decodable` is false and `path` is for
 * showing only. Modes are git's six octal digits, `000000` where the side has no entry. `size` is in bytes and
 * `linkTarget` the content of a symbolic link, both of the new side.
 */
export type TreeChange = {
  readonly path: string;
  readonly decodable: boolean;
  readonly kind: "added" | "modified" | "deleted" | "type-changed";
  readonly oldMode: string;
  readonly newMode: string;
  readonly size?: number;
  readonly linkTarget?: string;
};

/** What the audit compares with. `existingPaths` are all files of the tree before the change. */
export type AuditTerms = {
  readonly scope: TaskScope;
  readonly existingPaths: Iterable<string>;
  /** The largest file that may land, in bytes; `DEFAULT_MAX_BYTES` where absent. */
  readonly maxBytes?: number;
};

/** Every change is either held, with one rule, or kept; both in the order of the changes. */
export type Audit = { readonly held: readonly HeldChange[]; readonly kept: readonly string[] };

/** The largest file that lands without a person: 50 MB. */
export const DEFAULT_MAX_BYTES = 50 * 1024 * 1024;

/**
 * Judges every path of a change (`docs/spec/scope.md`, "The audit"). This is the wall that needs nobody's
 * co-operation: what is unknown is held, and no setting switches it off. A deletion counts as a write.
 */
export function auditChanges(changes: readonly TreeChange[], terms: AuditTerms): Audit {
  const grant = grantOf(terms.scope);
  const maxBytes = terms.maxBytes ?? DEFAULT_MAX_BYTES;
  const judged = changes.map((change) => ({ change, fault: faultOfChange(change, grant, maxBytes) }));
  const passed = judged.filter((row) => row.fault === undefined).map((row) => row.change);
  const clashes = clashesOf(passed, terms.existingPaths);
  const held: HeldChange[] = [];
  const kept: string[] = [];
  for (const { change, fault } of judged) {
    const found = fault ?? clashes.get(change.path);
    if (found === undefined) kept.push(change.path);
    else held.push({ path: change.path, rule: found.rule, message: found.message });
  }
  return { held, kept };
}

/** What a task was granted, read once: a void scope is one that could not be read, and allows nothing. */
export type WriteGrant =
  | { readonly kind: "read-only" }
  | { readonly kind: "void"; readonly failure: Failure }
  | { readonly kind: "write"; readonly scope: Scope };

/** Reads what a task was granted; total, because an unreadable scope is an answer too. */
export function grantOf(scope: TaskScope): WriteGrant {
  if (scope.kind === "read-only") return { kind: "read-only" };
  const parsed = parseScope(scope.globs);
  return parsed.ok ? { kind: "write", scope: parsed.value } : { kind: "void", failure: parsed.failure };
}

/** Why something is held: a stable rule for facts and a sentence for people. */
export type WriteFault = { readonly rule: string; readonly message: string };

/**
 * Why a grant does not let a path be written, or `undefined` where it does. The door and the audit both ask
 * here, so that they cannot differ. The path is as in `scopeAllows`.
 */
export function faultOfWrite(grant: WriteGrant, path: string): WriteFault | undefined {
  switch (grant.kind) {
    case "read-only":
      return { rule: "scope:read-only", message: `${quoteName(path)} was written by a read-only task` };
    case "void":
      return {
        rule: "scope:void",
        message: `${quoteName(path)} may not be written: the scope is void, because ${grant.failure.message}`,
      };
    case "write": {
      const verdict = scopeAllows(grant.scope, path);
      return verdict.kind === "allowed" ? undefined : { rule: verdict.rule, message: verdict.message };
    }
  }
}

function faultOfChange(change: TreeChange, grant: WriteGrant, maxBytes: number): WriteFault | undefined {
  if (!change.decodable) {
    return {
      rule: "audit:undecodable-name",
      message: `the name ${quoteName(change.path)} is not valid UTF-8, so nobody can say what it matches`,
    };
  }
  return (
    faultOfWrite(grant, change.path) ??
    faultOfMode(change) ??
    (change.newMode === LINK && grant.kind === "write" ? faultOfLink(change, grant.scope) : undefined) ??
    faultOfSize(change, maxBytes)
  );
}

const ABSENT = "000000";
const LINK = "120000";
const SUBMODULE = "160000";
const FOLDER = "040000";
const FILES: readonly string[] = ["100644", "100755"];

function faultOfMode(change: TreeChange): WriteFault | undefined {
  const { path, newMode, oldMode } = change;
  if (newMode === SUBMODULE || oldMode === SUBMODULE) {
    return {
      rule: "audit:submodule",
      message: `${path} adds, changes or removes a submodule, which a person does`,
    };
  }
  if (change.kind === "deleted") {
    return newMode === ABSENT
      ? undefined
      : { rule: "audit:mode", message: `${path} is deleted but has a new mode ${newMode}` };
  }
  if (newMode === LINK || FILES.includes(newMode)) return undefined;
  const reason = newMode === FOLDER ? "is a folder where a file belongs" : `has the mode ${newMode}`;
  return { rule: "audit:mode", message: `${path} ${reason}; only 100644, 100755 and symbolic links land` };
}

function faultOfSize(change: TreeChange, maxBytes: number): WriteFault | undefined {
  if (change.kind === "deleted" || change.newMode === LINK) return undefined;
  if (change.size === undefined) {
    return {
      rule: "audit:unknown-size",
      message: `the size of ${change.path} is not known, so it cannot be bounded`,
    };
  }
  if (change.size <= maxBytes) return undefined;
  return {
    rule: "audit:oversize",
    message: `${change.path} has ${change.size} bytes, more than the ${maxBytes} that may land`,
  };
}
