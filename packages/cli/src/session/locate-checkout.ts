import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fail, ok, type Result } from "@breakwater/core";

/** The checkout around a folder, found without git: the looking commands start at once. */
export type Checkout = { readonly root: string; readonly controlDir: string };

/** Walks up to the folder that holds `.git`; BW700 where there is none. */
export function locateCheckout(cwd: string): Result<Checkout> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (isCheckout(folder)) return ok({ root: folder, controlDir: join(folder, ".orchestrator") });
    if (dirname(folder) === folder) break;
  }
  return fail({
    code: "BW700",
    message: `${cwd} is not inside a git repository`,
    fix: "Change into your project and run the command again.",
  });
}

function isCheckout(folder: string): boolean {
  const git = join(folder, ".git");
  if (!existsSync(git)) return false;
  return statSync(git).isFile() || existsSync(join(git, "HEAD"));
}
