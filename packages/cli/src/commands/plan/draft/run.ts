import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import type { ExitCode } from "../../../exit-code.ts";
import { draftToFile } from "../../../plan/draft-to-file.ts";

/** Drafts a plan for a goal. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  return draftToFile(input.argument("goal") ?? "", input.option("session"), { input, context });
}
