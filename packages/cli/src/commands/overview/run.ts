import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { EXIT } from "../../exit-code.ts";
import type { ExitCode } from "../../exit-code.ts";

/** Where this repository stands, in three lines, and the next command. */
export async function run(_input: CommandInput, context: CommandContext): Promise<ExitCode> {
  context.stdout.write("next  breakwater --help\n");
  return EXIT.done;
}
