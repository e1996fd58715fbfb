import { literal } from "./shell/arg.ts";
import { runText } from "./shell/run-script.ts";
import { startShell } from "./shell/start-shell.ts";
import { ask, deny, type Trace } from "./shell/shell.ts";
import type { GuardContext } from "./policy.ts";

/** What following a command line has found. */
export type CommandReport = Pick<Trace, "findings" | "executed" | "queries" | "steps">;

/**
 * Follows a command line as bash would read it and reports what it would do (`docs/spec/guard.md`,
 * "Commands"). Never throws: what breaks the analysis is itself a denial.
 */
export function followCommand(
  command: string | readonly string[],
  context: GuardContext,
  directory: string,
): CommandReport {
  const shell = startShell(context, directory);
  try {
    if (typeof command === "string") runVisible(command, shell);
    else shell.exec(command.map(literal), shell);
  } catch (error) {
    deny(
      shell,
      "nesting",
      `the command could not be followed: ${error instanceof Error ? error.message : "unknown"}`,
    );
  }
  return shell.trace;
}

const HALF_PAIR = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function runVisible(command: string, shell: ReturnType<typeof startShell>): void {
  if (HALF_PAIR.test(command)) return deny(shell, "unicode", "the command holds half a surrogate pair");
  if (/[\u0000-\u0002]/.test(command)) return deny(shell, "unicode", "the command holds control characters");
  if (/[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/.test(command))
    ask(shell, "unicode", "the command holds invisible characters");
  runText(command, { ...shell, depth: -1 });
}
