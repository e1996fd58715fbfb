import { ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import { git } from "../git/run-git.ts";
import type { Repository } from "./repository.ts";

/** Whether HEAD holds the commit that a name stands for; `unknown` where the repository has no such name. */
export async function holdsCommit(
  repository: Pick<Repository, "context" | "commit">,
  name: string,
): Promise<Result<"yes" | "no" | "unknown">> {
  const { context, commit } = repository;
  const wanted = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
  const found = await git(context, wanted, { okCodes: [0, 1, 128] });
  if (!found.ok) return found;
  if (found.value.code !== 0) return ok("unknown");
  const base = found.value.stdout.toString("utf8").trim();
  const held = await git(context, ["merge-base", "--is-ancestor", base, commit], { okCodes: [0, 1] });
  return held.ok ? ok(held.value.code === 0 ? "yes" : "no") : held;
}
