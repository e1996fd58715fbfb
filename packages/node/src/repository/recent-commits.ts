import { ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import { git } from "../git/run-git.ts";
import type { Repository } from "./repository.ts";

/** The newest commits of HEAD, each as its short id and its subject; at most `most`. */
export async function recentCommits(
  { context, commit }: Pick<Repository, "context" | "commit">,
  most: number,
): Promise<Result<readonly string[]>> {
  if (most <= 0) return ok([]);
  const log = await git(context, ["log", `--max-count=${most}`, "--format=%h %s", "-z", commit]);
  return log.ok
    ? ok(
        log.value.stdout
          .toString("utf8")
          .split("\0")
          .filter((line) => line !== ""),
      )
    : log;
}
