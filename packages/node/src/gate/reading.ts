import { createHash } from "node:crypto";
import type { GateCounts } from "@breakwater/core";

/**
 * What a report or an output told of a check. `failing` is absent where failures were counted but cannot be
 * named reliably.
 */
export type Reading = { readonly counts: GateCounts; readonly failing?: readonly string[] };

/** At most this many names are kept; more make the names incomplete, and the verdict sees that in the counts. */
const MOST_NAMES = 5_000;

const LONGEST_NAME = 300;

/**
 * Makes names equal in every run of the same failure: without the workspace's path, control characters and
 * surplus spaces. Equal names are numbered, so that a second failure of a name is not taken for the first.
 */
export function stableNames(names: readonly string[], root: string): string[] {
  const seen = new Map<string, number>();
  return names.slice(0, MOST_NAMES).map((name) => {
    const stable = stableName(name, root);
    const count = (seen.get(stable) ?? 0) + 1;
    seen.set(stable, count);
    return count === 1 ? stable : `${stable} (${count})`;
  });
}

function stableName(name: string, root: string): string {
  const relative = root === "/" ? name : name.replaceAll(`${root}/`, "");
  const plain = relative.replaceAll(/[\u0000-\u0020\u007f-\u009f\u2028\u2029]+/g, " ").trim();
  if (plain.length <= LONGEST_NAME) return plain;
  const digest = createHash("sha256").update(plain).digest("hex").slice(0, 12);
  return `${plain.slice(0, LONGEST_NAME)}… ${digest}`;
}
