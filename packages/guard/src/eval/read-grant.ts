import { type Failure, grantOf, type WriteGrant } from "@breakwater/core";
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

/** Whether an object of a JSON text has a key twice, which readers understand differently. */
function hasRepeatedKey(text: string): boolean {
  const open: Set<string>[] = [];
  for (const match of text.matchAll(/"((?:\\.|[^"\\])*)"(\s*:)?|[{}]/g)) {
    if (match[0] === "{") open.push(new Set());
    else if (match[0] === "}") open.pop();
    else if (match[2] !== undefined) {
      const keys = open.at(-1);
      if (keys?.has(match[1] ?? "") === true) return true;
      keys?.add(match[1] ?? "");
    }
  }
  return false;
}
