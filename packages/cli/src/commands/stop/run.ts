import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import type { ExitCode } from "../../exit-code.ts";
import { whoAsks } from "../../session/person.ts";
import { askSession } from "../../session/request-command.ts";

/** Stop what runs, keep every result, end the session. */
export function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const reason = input.option("reason") ?? "asked on the command line";
  return askSession(context, input.argument("session"), () => ({
    request: { type: "stop", by: whoAsks(), reason },
    said: "stopping: agents are stopped, results are kept",
  }));
}
