import { locateRepository } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import type { ExitCode } from "../../exit-code.ts";

/** Git is asked first, and answers while the parts that judge a plan are loaded. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const locating = locateRepository(context.cwd);
  const { runPlan } = await import("./run-plan.ts");
  const located = await locating;
  if (!located.ok) return reportFailure({ failure: located.failure }, context);
  return runPlan(located.value, input, context);
}
