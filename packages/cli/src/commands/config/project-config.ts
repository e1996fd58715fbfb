import { openRepository, readSessionConfig } from "@breakwater/node";
import type { SessionConfig } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";

/** The configuration around the working folder; outside of a repository that of the folder itself. */
export async function projectConfig(context: CommandContext): Promise<SessionConfig> {
  const repository = await openRepository(context.cwd);
  return readSessionConfig(repository.ok ? repository.value.root : context.cwd, {
    env: context.env,
    ...(context.platform === undefined ? {} : { platform: context.platform }),
  });
}
