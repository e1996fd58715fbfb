import { taskId } from "@breakwater/core";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import type { ExitCode } from "../../exit-code.ts";
import { whoAsks } from "../../session/person.ts";
import { askSession } from "../../session/request-command.ts";

/** Takes a task out of the plan; what depends on it is carried over. */
export function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const task = input.argument("task") ?? "";
  const reason = input.option("reason") ?? "asked on the command line";
  return askSession(context, input.option("session"), () => ({
    request: { type: "drop", task: taskId(task), by: whoAsks(), reason },
    said: `${task} is dropped`,
  }));
}
