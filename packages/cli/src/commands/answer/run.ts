import { decisionId } from "@breakwater/core";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import type { ExitCode } from "../../exit-code.ts";
import { whoAsks } from "../../session/person.ts";
import { askSession } from "../../session/request-command.ts";

/** Hands in an answer; the first one counts. */
export function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const decision = input.argument("question") ?? "";
  const option = input.argument("option") ?? "";
  return askSession(context, input.option("session"), () => ({
    request: { type: "answer", decision: decisionId(decision), option, by: whoAsks() },
    said: `${decision} is answered: ${option}`,
  }));
}
