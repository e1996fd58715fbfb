import { focusConflicts, plainLine, type Schedule } from "@breakwater/core";
import {
  checkBootstrap,
  cleanTree,
  type LocatedRepository,
  readSessionConfig,
  surveyRepository,
} from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import type { ExitCode } from "../../exit-code.ts";
import { countDiagnostics, writeDiagnostics } from "../../errors/report-diagnostics.ts";
import { loadPlan, type LoadedPlan } from "../../plan/load-plan.ts";
import { refusePlan } from "../../plan/refuse-plan.ts";

/**
 * From a repository that was found to a settled session: checks, agreement, waves, summary. Git lists the
 * files and looks at the checkout while the plan is read: neither waits for the other. Commits nothing.
 */
export async function runPlan(
  located: LocatedRepository,
  input: CommandInput,
  context: CommandContext,
): Promise<ExitCode> {
  const { env, platform } = context;
  const terms = { env, ...(platform === undefined ? {} : { platform }) };
  const surveying = surveyRepository(located);
  const config = readSessionConfig(located.root, terms);
  const uncommitted = cleanTree(located, config.platform.stateDir);
  const checks = import("./preflight.ts");
  const gate = checkBootstrap(located.root, terms);
  const repository = await surveying;
  if (!repository.ok) return reportFailure({ failure: repository.failure }, context);
  if (!gate.open) return reportFailure({ failure: gate.failure }, context);
  const workplace = { repository: repository.value, config };
  const focus = input.option("focus");
  const flags = {
    unattended: input.flag("unattended") || !context.interactive,
    ...(focus === undefined ? {} : { focus }),
  };
  const plan = await loadPlan(context, input.argument("plan") ?? "", flags, workplace);
  const { schedule, file } = plan;
  if (schedule === undefined) return refusePlan(plan, context);
  tellWarnings(plan, context);
  tellConflicts(schedule, context);
  const { preflight } = await checks;
  const ready = await preflight(workplace, {
    schedule,
    plan,
    uncommitted,
    allowDirty: input.flag("allow-dirty"),
    acceptUnguarded: input.flag("accept-unguarded"),
    context,
  });
  if (!ready.ok) return reportFailure({ failure: ready.failure }, context);
  const { lacking, agents } = ready.value;
  for (const { path, kind } of lacking)
    context.stderr.write(`not in the base: ${plainLine(path)} (${kind})\n`);
  const { agreeTo } = await import("./agreement.ts");
  const agreed = await agreeTo(workplace, { schedule, file, files: plan.files, input, context });
  if (!agreed.ok) return agreed.exit;
  const { begin } = await import("./begin.ts");
  return begin(workplace, schedule, { input, context, by: agreed.by, agents });
}

/** The plan wins where the focus asks for something else; the person is told before agreeing. */
function tellConflicts(schedule: Schedule, context: CommandContext): void {
  if (context.output === "quiet") return;
  for (const conflict of focusConflicts(schedule)) context.stderr.write(`focus: ${conflict}\n`);
}

/** Warnings are counted here and shown by `plan lint`; they stop nothing. */
function tellWarnings({ diagnostics, file, sources }: LoadedPlan, context: CommandContext): void {
  const { warnings } = countDiagnostics(diagnostics);
  if (warnings === 0 || context.output === "quiet" || context.output === "json") return;
  if (warnings <= FEW) {
    const { stderr, colour, width } = context;
    return writeDiagnostics(diagnostics, sources, { sink: stderr, colour: colour.stderr, width });
  }
  context.stderr.write(`${warnings} warnings about this plan: breakwater plan lint ${plainLine(file)}\n`);
}

/** As many warnings as can be read before the session begins to print. */
const FEW = 2;
