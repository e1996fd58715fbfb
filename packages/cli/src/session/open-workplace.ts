import { ok, type Result } from "@breakwater/core";
import { openRepository, readSessionConfig, type Repository, type SessionConfig } from "@breakwater/node";
import type { CommandContext } from "../command-context.ts";

/** A repository that is fit to work on, and what the project says about sessions. */
export type Workplace = { readonly repository: Repository; readonly config: SessionConfig };

/** Opens the repository around the working folder and reads its configuration. */
export async function openWorkplace(context: CommandContext): Promise<Result<Workplace>> {
  const repository = await openRepository(context.cwd);
  if (!repository.ok) return repository;
  const { platform, env } = context;
  const config = readSessionConfig(repository.value.root, {
    env,
    ...(platform === undefined ? {} : { platform }),
  });
  return ok({ repository: repository.value, config });
}
