import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The client in C, where the build could make it; lies beside the program too. */
export const NATIVE_CLIENT = "native/breakwater-hook";

/** The hook that needs nothing but Node; lies beside the program. */
const NODE_CLIENT = "hook.cjs";

/**
 * How hooks of this machine ask a door: the client in C where there is one that runs here, else the hook for
 * Node. `folder` holds both; absent it is that of this program. `undefined` where there is neither.
 */
export function hookClient(folder?: string): readonly [string, ...string[]] | undefined {
  const places = folder === undefined ? OWN_FOLDERS : [folder];
  for (const place of places) {
    const native = join(place, NATIVE_CLIENT);
    if (existsSync(native) && denies(native)) return [native];
    const script = join(place, NODE_CLIENT);
    if (existsSync(script)) return [process.execPath, script];
  }
  return undefined;
}

/** Beside the bundled program; and where the program runs from its sources, in the folder it is bundled to. */
const OWN_FOLDERS = [import.meta.dirname, join(import.meta.dirname, "../../../cli/dist")];

/** A client without a door denies; one that does anything else was built for another machine. */
function denies(native: string): boolean {
  const run = spawnSync(native, [], { cwd: "/", env: {}, input: "", timeout: 2_000 });
  return run.status === 2;
}
