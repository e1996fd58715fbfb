import { readSessionConfig } from "@breakwater/node";
import type { SessionConfig } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import { locateCheckout } from "../../session/locate-checkout.ts";

/** The configuration around the working folder; outside of a repository that of the folder itself. */
export function projectConfig({ cwd, env, platform }: CommandContext): SessionConfig {
  const checkout = locateCheckout(cwd);
  return readSessionConfig(checkout.ok ? checkout.value.root : cwd, {
    env,
    ...(platform === undefined ? {} : { platform }),
  });
}
