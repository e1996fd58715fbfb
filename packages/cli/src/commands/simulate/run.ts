import { simulate, type Simulation } from "@breakwater/engine";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { jsonLine } from "../../output/json-line.ts";

/** Runs the simulator: a line for each seed that breaks a promise, and the counts last. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const single = input.number("seed");
  const first = single ?? input.number("from") ?? 1;
  const seeds = single === undefined ? (input.number("seeds") ?? 100) : 1;
  const totals = { seeds, facts: 0, crashes: 0, violations: 0 };
  for (let seed = first; seed < first + seeds; seed += 1) {
    const result = await simulate({ seed, crashes: seed % 3 === 0 ? 0 : 4, meddling: seed % 2 === 0 });
    totals.facts += result.evidence.facts.length;
    totals.crashes += result.crashes;
    totals.violations += result.violations.length;
    if (result.violations.length > 0) tellFailure(result, context);
    if (seed % 100 === 0 && context.output !== "quiet")
      context.stderr.write(`${seed - first + 1} of ${seeds} sessions\n`);
  }
  if (context.output === "json") context.stdout.write(jsonLine("simulation", totals));
  else {
    const { facts, crashes, violations } = totals;
    context.stdout.write(`${seeds} sessions, ${facts} facts, ${crashes} crashes, ${violations} violations\n`);
  }
  return totals.violations === 0 ? EXIT.done : EXIT.fault;
}

function tellFailure({ seed, violations }: Simulation, context: CommandContext): void {
  if (context.output === "json")
    context.stdout.write(jsonLine("simulation.failed", { seed, violations: [...violations] }));
  else context.stdout.write(`seed ${seed}: ${violations.join("; ")}\n`);
}
