import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import type { ExitCode } from "../../exit-code.ts";
import { runHook } from "../../hook/run-hook.ts";

/** Reads a call on stdin and ends the process with 0 or 2. */
export function run(input: CommandInput, _context: CommandContext): Promise<ExitCode> {
  return runHook(input.rest("rest"));
}
