import { parseGlob, staticPrefix } from "../../scope/glob.ts";
import type { CollisionRisk } from "../plan.ts";

/**
 * How likely agents meet, by what they may write: `high` where the folder of a recursive entry holds an entry of
 * another agent, `medium` where two write in one folder, else `low`. Scopes that share a file are not judged
 * here: those are refused.
 */
export function collisionRiskOf(scopes: readonly (readonly string[])[]): CollisionRisk {
  const entries = scopes.map((globs) =>
    globs.flatMap((entry) => {
      const glob = parseGlob(entry);
      if (!glob.ok) return [];
      const isDeep = entry.includes("**");
      const prefix = staticPrefix(glob.value);
      const isFile = glob.value.shape.kind === "file";
      return [{ isDeep, folder: isFile ? prefix.split("/").slice(0, -1).join("/") : prefix }];
    }),
  );
  let risk: CollisionRisk = "low";
  for (const [at, left] of entries.entries()) {
    for (const right of entries.slice(at + 1).flat()) {
      if (
        left.some(
          (each) =>
            (each.isDeep && isBelow(right.folder, each.folder)) ||
            (right.isDeep && isBelow(each.folder, right.folder)),
        )
      )
        return "high";
      if (left.some((each) => each.folder === right.folder)) risk = "medium";
    }
  }
  return risk;
}

function isBelow(folder: string, of: string): boolean {
  return of === "" || folder === of || folder.startsWith(`${of}/`);
}
