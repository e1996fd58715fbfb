import { type Failure, grantOf, type WriteGrant } from "@breakwater/core";
import { hasRepeatedKey } from "../repeated-key.ts";
import { fieldsOf } from "../tool-call.ts";

/** The grant of a case; anything that is not a list of texts voids it. */
export function grantOfPaths(allowedPaths: unknown): WriteGrant {
  if (!Array.isArray(allowedPaths)) return voided("the allowed paths are no list");
  const globs = allowedPaths.filter((entry): entry is string => typeof entry === "string");
  return globs.length === allowedPaths.length
    ? grantOf({ kind: "write", globs })
    : voided("an allowed path is no text");
}

/** The grant of a manifest's text. Only its paths count: what would switch the guard off is ignored. */
export function grantOfManifest(text: string): WriteGrant {
  if (hasRepeatedKey(text)) return voided("a key occurs twice");
  try {
    return grantOfPaths(fieldsOf(JSON.parse(text)).get("allowedPaths"));
  } catch {
    return voided("the manifest is no JSON");
  }
}

function voided(message: string): WriteGrant {
  const failure: Failure = { code: "BW210", message };
  return { kind: "void", failure };
}
