import { focusConflicts, plainLine, type Schedule } from "@breakwater/core";
import { checkBootstrap, cleanTree } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import type { ExitCode } from "../../exit-code.ts";
import { countDiagnostics, writeDiagnostics } from "../../errors/report-diagnostics.ts";
import { loadPlan, type LoadedPlan } from "../../plan/load-plan.ts";
import { refusePlan } from "../../plan/refuse-plan.ts";
import { openWorkplace } from "../../session/open-workplace.ts";
import { agreeTo } from "./agreement.ts";
import { preflight } from "./preflight.ts";

/** From a plan file to a settled session: checks, agreement, waves, summary. Commits nothing. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const workplace = await openWorkplace(context);
  if (!workplace.ok) return reportFailure({ failure: workplace.failure }, context);
  const { env, platform } = context;
  const gate = checkBootstrap(workplace.value.repository.root, {
    env,
    ...(platform === undefined ? {} : { platform }),
  });
  if (!gate.open) return reportFailure({ failure: gate.failure }, context);
  const { repository, config } = workplace.value;
  // The checkout is looked at while the plan is compiled: neither waits for the other.
  const uncommitted = cleanTree(repository, config.platform.stateDir);
  const focus = input.option("focus");
  const flags = {
    unattended: input.flag("unattended") || !context.interactive,
    ...(focus === undefined ? {} : { focus }),
  };
  const plan = await loadPlan(context, input.argument("plan") ?? "", flags, workplace.value);
  const { schedule, file } = plan;
  if (schedule === undefined) return refusePlan(plan, context);
  tellWarnings(plan, context);
  tellConflicts(schedule, context);
  const ready = await preflight(workplace.value, {
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
  const agreed = await agreeTo(workplace.value, { schedule, file, files: plan.files, input, context });
  if (!agreed.ok) return agreed.exit;
  const { begin } = await import("./begin.ts");
  return begin(workplace.value, schedule, { input, context, by: agreed.by, agents });
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
