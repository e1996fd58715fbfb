import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { EXIT } from "../../exit-code.ts";
import type { ExitCode } from "../../exit-code.ts";
import { REGISTRY } from "../../registry.ts";
import { bashCompletions } from "./bash-completion.ts";
import { completionTable } from "./completion-table.ts";
import { fishCompletions } from "./fish-completion.ts";
import { zshCompletions } from "./zsh-completion.ts";

/** Prints a script for a shell; it is fixed text and calls nothing. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const table = completionTable(REGISTRY);
  const shell = input.argument("shell");
  if (shell === "bash") context.stdout.write(bashCompletions(table));
  if (shell === "zsh") context.stdout.write(zshCompletions(table));
  if (shell === "fish") context.stdout.write(fishCompletions(table));
  return EXIT.done;
}
