import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import type { ExitCode } from "../../exit-code.ts";
import { whoAsks } from "../../session/person.ts";
import { askSession } from "../../session/request-command.ts";

/** Start nothing new; what runs goes on. */
export function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const reason = input.option("reason") ?? "asked on the command line";
  return askSession(context, input.argument("session"), () => ({
    request: { type: "pause", by: whoAsks(), reason },
    said: "paused: nothing new starts, what runs goes on",
  }));
}
