import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Failure } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { refusals } from "./refusal.ts";

/** What git leaves in the folder of a checkout while it is in the middle of something. */
const IN_PROGRESS = [
  ["MERGE_HEAD", "merge"],
  ["rebase-merge", "rebase"],
  ["rebase-apply", "rebase"],
  ["CHERRY_PICK_HEAD", "cherry-pick"],
  ["REVERT_HEAD", "revert"],
  ["BISECT_LOG", "bisect"],
] as const;

/** The first reason why no session can work on this repository, or undefined. */
export function refuseUnfit(context: GitContext, config: ReadonlyMap<string, string>): Failure | undefined {
  const root = context.cwd;
  if (existsSync(join(context.commonDir, "shallow"))) return refusals.shallow(root);
  if (isPartial(config)) return refusals.partial(root);
  if (isTrue(config.get("core.sparsecheckout"))) return refusals.sparse(root);
  const busy = IN_PROGRESS.find(([name]) => existsSync(join(context.gitDir, name)));
  return busy === undefined ? undefined : refusals.busy(root, busy[1]);
}

function isPartial(config: ReadonlyMap<string, string>): boolean {
  if (config.has("extensions.partialclone")) return true;
  return [...config].some(([key, value]) => /^remote\..*\.promisor$/.test(key) && isTrue(value));
}

/** How git reads a boolean; a key without a value is listed with an empty one and means true. */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && !/^(?:false|no|off|0)$/i.test(value);
}
