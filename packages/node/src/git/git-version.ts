import { fail, ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import { gitDiscover } from "./run-git.ts";

/** A git version as far as it matters here. */
export type GitVersion = { readonly major: number; readonly minor: number };

/** The oldest git that merges two commits without a work tree (`merge-tree --write-tree`). */
export const OLDEST_GIT: GitVersion = { major: 2, minor: 38 };

/**
 * The version of the git on `PATH`, asked from `cwd`. Fails with BW701 when there is none and with BW702
 * when it is older than `OLDEST_GIT` or does not say.
 */
export async function requireGit(cwd: string): Promise<Result<GitVersion>> {
  const asked = await gitDiscover(cwd, ["--version"]);
  if (!asked.ok) return asked;
  const said = asked.value.stdout.toString("utf8").trim();
  const version = parseGitVersion(said);
  if (version !== undefined && isAtLeast(version, OLDEST_GIT)) return ok(version);
  return fail({
    code: "BW702",
    message: `git is too old: it says "${said.slice(0, 80)}"`,
    why: `Results are merged without a work tree, which git can do since ${OLDEST_GIT.major}.${OLDEST_GIT.minor}.`,
    fix: `Install git ${OLDEST_GIT.major}.${OLDEST_GIT.minor} or newer and open a new terminal.`,
  });
}

/** Reads `git version 2.39.5 (Apple Git-154)` and the like; undefined for any other text. */
export function parseGitVersion(text: string): GitVersion | undefined {
  const match = /^git version (\d+)\.(\d+)/.exec(text);
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) };
}

function isAtLeast(version: GitVersion, oldest: GitVersion): boolean {
  return version.major > oldest.major || (version.major === oldest.major && version.minor >= oldest.minor);
}
