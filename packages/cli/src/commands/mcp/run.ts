import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { serveMcp } from "../../mcp/serve-mcp.ts";

/** Serves until the client closes its end. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  await serveMcp(context, {
    requests: input.flag("requests"),
    input: process.stdin,
    output: process.stdout,
  });
  return EXIT.done;
}
