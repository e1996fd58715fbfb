import { findTracker, type IssueTracker } from "@breakwater/node";
import type { CommandContext } from "../command-context.ts";
import type { Workplace } from "./open-workplace.ts";

/** The tracker of a project: what its configuration says, else what its remote shows; undefined without one. */
export function projectTracker(
  { repository, config }: Workplace,
  { env }: Pick<CommandContext, "env">,
): Promise<IssueTracker | undefined> {
  const vcs = config.entries.vcs.value;
  const { context, root } = repository;
  return findTracker({ context, cwd: root, env, ...(vcs === undefined ? {} : { vcs }) });
}
