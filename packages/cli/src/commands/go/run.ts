import { gateId, plainLine, type Request, type RunSettings, type Schedule } from "@breakwater/core";
import { checkBootstrap, ensureExcludes, openSessionRefs } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import type { ExitCode } from "../../exit-code.ts";
import { countDiagnostics, writeDiagnostics } from "../../errors/report-diagnostics.ts";
import { loadPlan, type LoadedPlan } from "../../plan/load-plan.ts";
import { refusePlan } from "../../plan/refuse-plan.ts";
import { driveSession } from "../../session/drive-session.ts";
import { openForWork, openWorkplace, type Workplace } from "../../session/open-for-work.ts";
import { newSessionId, placeOf } from "../../session/session-store.ts";
import { agreeTo } from "./agreement.ts";
import { memorySlots } from "./machine-limit.ts";
import { preflight } from "./preflight.ts";

/** How long a question waits when nobody attends and nothing else was said; seconds. */
const DECISION_SECONDS = 600;

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
  const focus = input.option("focus");
  const plan = await loadPlan(context, input.argument("plan") ?? "", {
    unattended: input.flag("unattended") || !context.interactive,
    ...(focus === undefined ? {} : { focus }),
  });
  const { schedule, file } = plan;
  if (schedule === undefined) return refusePlan(plan, context);
  tellWarnings(plan, context);
  const allowDirty = input.flag("allow-dirty");
  const lacking = await preflight(workplace.value, { schedule, planFile: plan.path, allowDirty, context });
  if (!lacking.ok) return reportFailure({ failure: lacking.failure }, context);
  for (const { path, kind } of lacking.value)
    context.stderr.write(`not in the base: ${plainLine(path)} (${kind})\n`);
  const agreed = await agreeTo(workplace.value, { schedule, file, input, context });
  if (!agreed.ok) return agreed.exit;
  return begin(workplace.value, schedule, { input, context, by: agreed.by });
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

async function begin(
  workplace: Workplace,
  schedule: Schedule,
  {
    input,
    context,
    by,
  }: { readonly input: CommandInput; readonly context: CommandContext; readonly by: string },
): Promise<ExitCode> {
  const { repository, config } = workplace;
  const excluded = await ensureExcludes(repository, config.platform.stateDir);
  if (!excluded.ok) return reportFailure({ failure: excluded.failure }, context);
  const place = placeOf(repository, await newSessionId(repository, context.now()));
  const scripts = input.option("scripts");
  const live = await openForWork(workplace, context, {
    place,
    persistence: config.entries.persistence.value ?? true,
    force: input.flag("force"),
    copy: schedule.workspaceCopy,
    ...(schedule.workspaceSetup === undefined ? {} : { setup: schedule.workspaceSetup }),
    ...(scripts === undefined ? {} : { scripts }),
  });
  if (!live.ok) return reportFailure({ failure: live.failure }, context);
  const refs = await openSessionRefs({ context: repository.context, session: place.id }, repository.commit);
  if (!refs.ok) {
    await live.value.close();
    return reportFailure({ failure: refs.failure }, context);
  }
  const base = { commit: repository.commit, tree: repository.tree, branch: repository.branch };
  const requests: readonly Request[] = [
    { type: "start", session: place.id, schedule, base, settings: settingsOf(input, context) },
    { type: "approve", hash: schedule.hash, by },
  ];
  context.stderr.write(
    `breakwater ${context.version}  session ${place.id}  plan ${schedule.hash.slice(0, 12)}\n`,
  );
  return driveSession(live.value, place, { context, requests });
}

function settingsOf(input: CommandInput, context: CommandContext): RunSettings {
  return {
    unattended: input.flag("unattended") || !context.interactive,
    acceptRed: input.list("accept-red").map((gate) => gateId(gate)),
    memorySlots: memorySlots(),
    decisionTimeoutMs: (input.number("decision-timeout") ?? DECISION_SECONDS) * 1_000,
  };
}
