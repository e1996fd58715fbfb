import { taskId } from "@breakwater/core";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import type { ExitCode } from "../../exit-code.ts";
import { whoAsks } from "../../session/person.ts";
import { askSession } from "../../session/request-command.ts";

/** Hands a message to a running agent; `why` says whether it was taken. */
export function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const task = input.argument("task") ?? "";
  const text = input.rest("text").join(" ");
  return askSession(context, input.option("session"), () => ({
    request: { type: "steer", task: taskId(task), text, by: whoAsks() },
    said: `the message goes to ${task}`,
  }));
}
