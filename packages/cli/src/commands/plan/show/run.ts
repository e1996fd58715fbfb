import { outlookOf, scopeConflicts } from "@breakwater/core";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { EXIT } from "../../../exit-code.ts";
import type { ExitCode } from "../../../exit-code.ts";
import { jsonLine } from "../../../output/json-line.ts";
import { findApproval } from "../../../plan/approval.ts";
import { loadPlan } from "../../../plan/load-plan.ts";
import { refusePlan } from "../../../plan/refuse-plan.ts";
import { schedulePage } from "../../../plan/schedule-page.ts";
import { sessionForecast } from "../../../plan/session-forecast.ts";

/** Shows a compiled plan as it would run. A plan with errors is refused with them. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const loaded = await loadPlan(context, input.argument("file") ?? "", {
    unattended: input.flag("unattended"),
  });
  const { schedule } = loaded;
  if (schedule === undefined)
    return refusePlan(loaded, context, { conflicts: scopeConflicts(loaded.waves, loaded.files) });
  const root = loaded.repository?.root ?? context.cwd;
  const approval = findApproval(root, schedule.hash);
  const forecast = await sessionForecast(schedule, loaded.repository);
  if (context.output === "json") {
    context.stdout.write(
      jsonLine("plan.show", {
        file: loaded.file,
        schedule,
        approval,
        outlook: outlookOf(schedule, loaded.files),
        forecast,
      }),
    );
  } else {
    const lines = schedulePage(schedule, {
      file: loaded.file,
      width: context.width,
      files: loaded.files,
      forecast,
      ...(approval === undefined ? {} : { approval }),
    });
    context.stdout.write(`${lines.join("\n")}\n`);
  }
  return EXIT.done;
}
