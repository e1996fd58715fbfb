import { ok } from "@breakwater/core";
import type { Failure, Result } from "@breakwater/core";
import { pathText, splitNul } from "../git/nul-list.ts";
import type { GitContext } from "../git/git-context.ts";
import { git } from "../git/run-git.ts";
import { isControlFile } from "./control-file.ts";
import { refusals } from "./refusal.ts";
import type { Repository } from "./repository.ts";

/** A path of the checkout that differs from HEAD. A base made from HEAD lacks exactly these. */
export type UncommittedPath = {
  readonly path: string;
  readonly bytes: Buffer;
  readonly kind: "untracked" | "changed" | "deleted" | "unmerged";
};

/**
 * What the checkout holds that HEAD does not, but for control files and ignored files; empty when it is
 * clean. Writes nothing, not even a refreshed index.
 */
export async function cleanTree(
  repository: Pick<Repository, "context">,
  stateDir: string,
): Promise<Result<readonly UncommittedPath[]>> {
  const paths = await uncommittedPaths(repository.context);
  return paths.ok ? ok(paths.value.filter(({ path }) => !isControlFile(path, stateDir))) : paths;
}

/** The refusal (BW711) for a checkout that is not clean and a person who did not allow that. */
export function refuseUncommitted(paths: readonly UncommittedPath[]): Failure {
  return refusals.uncommitted(paths.map(({ path }) => path));
}

/** The paths of any work tree that differ from its HEAD, ignored files left out. */
export async function uncommittedPaths(context: GitContext): Promise<Result<readonly UncommittedPath[]>> {
  const asked = await git(context, [
    "status",
    "--porcelain=v2",
    "-z",
    "--untracked-files=all",
    "--no-renames",
  ]);
  return asked.ok ? ok(splitNul(asked.value.stdout).flatMap(parseStatusEntry)) : asked;
}

/** How many space-separated fields come before the path, by the first letter of an entry. */
const FIELDS_BEFORE_PATH: Readonly<Record<string, number>> = { "1": 8, u: 10, "?": 1 };

function parseStatusEntry(entry: Buffer): UncommittedPath[] {
  const letter = String.fromCharCode(entry[0] ?? 0);
  const fields = FIELDS_BEFORE_PATH[letter];
  if (fields === undefined) return [];
  let start = 0;
  for (let seen = 0; seen < fields; seen += 1) start = entry.indexOf(0x20, start) + 1;
  const bytes = entry.subarray(start);
  return [{ path: pathText(bytes), bytes, kind: kindOf(letter, entry) }];
}

function kindOf(letter: string, entry: Buffer): UncommittedPath["kind"] {
  if (letter === "?") return "untracked";
  if (letter === "u") return "unmerged";
  const both = entry.subarray(2, 4).toString("latin1");
  return both.includes("D") ? "deleted" : "changed";
}
