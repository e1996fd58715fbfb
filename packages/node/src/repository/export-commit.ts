import { rmSync } from "node:fs";
import { join } from "node:path";
import { fail, ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import { git } from "../git/run-git.ts";
import { runInGroup } from "../process/run-in-group.ts";
import { scrubbedEnvironment } from "../process/environment.ts";
import type { Repository } from "./repository.ts";

/**
 * Writes the files of HEAD into an empty folder, with no link to the repository: for whoever only reads. Fails
 * with BW836 where they cannot be unpacked.
 */
export async function exportCommit(
  repository: Pick<Repository, "context" | "commit">,
  folder: string,
): Promise<Result<void>> {
  const archive = `${folder}.tar`;
  const made = await git(repository.context, [
    "archive",
    "--format=tar",
    `--output=${archive}`,
    repository.commit,
  ]);
  if (!made.ok) return made;
  const ended = await runInGroup({
    command: ["tar", "-xf", archive, "-C", folder],
    cwd: folder,
    env: scrubbedEnvironment({ source: process.env }),
    timeoutMs: 10 * 60_000,
  });
  rmSync(archive, { force: true });
  if (ended.code === 0) return ok(undefined);
  return fail({
    code: "BW836",
    message: `the files of HEAD cannot be unpacked in ${join(folder)}: ${ended.stderr.toString("utf8").slice(0, 300)}`,
    fix: "free some space in the temporary folder, and see that tar is installed",
  });
}
