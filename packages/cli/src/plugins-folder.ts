import { join } from "node:path";

/** The plugins for hosts that come with the program; the build puts them there. */
export function pluginsFolder(): string {
  // The same place seen from `src` and from `dist`.
  return join(import.meta.dirname, "..", "plugins");
}
