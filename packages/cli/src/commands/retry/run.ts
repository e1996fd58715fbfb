import { taskId } from "@breakwater/core";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import type { ExitCode } from "../../exit-code.ts";
import { whoAsks } from "../../session/person.ts";
import { askSession } from "../../session/request-command.ts";

/** Puts a carried or failed task back to work; a settled session goes on with `resume`. */
export function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const task = input.argument("task") ?? "";
  return askSession(context, input.option("session"), () => ({
    request: { type: "retry", task: taskId(task), by: whoAsks() },
    said: `${task} gets one more attempt`,
  }));
}
