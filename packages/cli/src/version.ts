import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The version of this programme: that of the package whose files these are. */
export function programVersion(): string {
  // The same place seen from `src` and from `dist`.
  const text = readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8");
  return /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? "0.0.0";
}
