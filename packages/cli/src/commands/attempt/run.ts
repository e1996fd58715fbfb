import { runAttemptEntry } from "@breakwater/shells";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";

/** Hosts an attempt until its end; `docs/spec/attempt.md`. Open handles may be left, so it ends the process. */
export async function run(input: CommandInput, _context: CommandContext): Promise<ExitCode> {
  const code = await runAttemptEntry(["attempt", ...input.rest("rest")]);
  process.exit(code ?? EXIT.usage);
}
