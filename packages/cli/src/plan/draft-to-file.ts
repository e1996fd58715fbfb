import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { counted, fail, ok, plainLine, type Failure, type Result, type SessionType } from "@breakwater/core";
import { RUNTIMES, runtimeOf } from "@breakwater/agents";
import { checkBootstrap, readLearnings } from "@breakwater/node";
import type { CommandContext } from "../command-context.ts";
import type { CommandInput } from "../command-input.ts";
import { countDiagnostics, countText } from "../errors/report-diagnostics.ts";
import { reportFailure } from "../errors/report-failure.ts";
import { EXIT } from "../exit-code.ts";
import type { ExitCode } from "../exit-code.ts";
import { jsonLine } from "../output/json-line.ts";
import { openWorkplace, type Workplace } from "../session/open-workplace.ts";
import { draftPlan } from "./draft-plan.ts";
import { gatesOf } from "./schedule-inputs.ts";
import { docsSeedsOf, planSkeleton, type SkeletonOrder } from "./plan-skeleton.ts";
import { writeNewFile } from "./write-new-file.ts";

type Terms = {
  readonly input: CommandInput;
  readonly context: CommandContext;
  /** The record of an unfinished session to go on with. */
  readonly earlier?: string;
};

/** Drafts a plan for a goal and writes it where a person can edit it; nothing runs before it is approved. */
export async function draftToFile(
  goal: string,
  sessionWord: string | undefined,
  { input, context, earlier }: Terms,
): Promise<ExitCode> {
  const workplace = await openWorkplace(context);
  if (!workplace.ok) return reportFailure({ failure: workplace.failure }, context);
  const { env, platform } = context;
  const { root } = workplace.value.repository;
  const gate = checkBootstrap(root, { env, ...(platform === undefined ? {} : { platform }) });
  if (!gate.open) return reportFailure({ failure: gate.failure }, context);
  const out = input.option("out") ?? `plans/${fileName(goal)}.plan.md`;
  if (existsSync(resolve(context.cwd, out))) return reportFailure({ failure: taken(out) }, context);
  const session = sessionWord === "housekeeping" || sessionWord === "deep" ? sessionWord : "feature";
  if (input.flag("skeleton")) return skeletonToFile({ goal, session }, workplace.value, { out, context });
  const agent = await plannerAgent(input.option("agent") ?? workplace.value.config.entries.agent.value);
  if (!agent.ok) return reportFailure({ failure: agent.failure }, context);
  context.stderr.write(`${agent.value} drafts a plan in a copy of HEAD; it can change nothing here\n`);
  const model = input.option("model") ?? workplace.value.config.entries.model.value;
  const scripts = input.option("scripts") ?? env["BREAKWATER_SCRIPTS"];
  const drafted = await draftPlan(
    workplace.value,
    {
      brief: {
        ...briefOf(goal, { session, agent: agent.value, workplace: workplace.value }),
        learnings: readLearnings(workplace.value.repository.controlDir, {
          most: workplace.value.config.entries["learnings-surface-top-n"].value ?? 0,
          now: context.now().getTime(),
        }),
        ...(earlier === undefined ? {} : { earlier }),
      },
      runtimeOptions: scripts === undefined ? {} : { scripts: join(resolve(context.cwd, scripts)) },
      ...(model === undefined ? {} : { model }),
    },
    context,
  );
  if (!drafted.ok) return reportFailure({ failure: drafted.failure }, context);
  const written = writeNewFile(out, drafted.value.text, context.cwd);
  if (!written.ok) return reportFailure({ failure: written.failure }, context);
  const counts = countDiagnostics(drafted.value.diagnostics);
  if (context.output === "json")
    context.stdout.write(jsonLine("plan.draft", { file: out, rounds: drafted.value.rounds, ...counts }));
  else if (context.output !== "quiet")
    context.stdout.write(
      `wrote ${plainLine(out)} (${counted(drafted.value.rounds, "round")}): ${countText(counts)}\nnext  read and edit it, then breakwater plan show ${plainLine(out)}\n`,
    );
  return counts.errors === 0 ? EXIT.done : EXIT.refused;
}

async function skeletonToFile(
  order: SkeletonOrder,
  workplace: Workplace,
  { out, context }: { readonly out: string; readonly context: CommandContext },
): Promise<ExitCode> {
  const text = await planSkeleton(order, workplace, context);
  if (!text.ok) return reportFailure({ failure: text.failure }, context);
  const written = writeNewFile(out, text.value, context.cwd);
  if (!written.ok) return reportFailure({ failure: written.failure }, context);
  if (context.output === "json") context.stdout.write(jsonLine("plan.skeleton", { file: out }));
  else if (context.output !== "quiet")
    context.stdout.write(
      `wrote ${plainLine(out)}\nnext  fill it in, then breakwater plan lint ${plainLine(out)}\n`,
    );
  return EXIT.done;
}

function briefOf(
  goal: string,
  {
    session,
    agent,
    workplace,
  }: { readonly session: SessionType; readonly agent: string; readonly workplace: Workplace },
): Parameters<typeof draftPlan>[1]["brief"] {
  const { entries } = workplace.config;
  const agents = entries["agents-per-wave"].value;
  const special = entries.special.value;
  return {
    goal,
    session,
    agent,
    waves: entries.waves.value ?? 5,
    agentsPerWave: agents?.bySession[session] ?? agents?.usual ?? 6,
    gates: gatesOf(workplace.config).map(({ value }) => value.id),
    docs: docsSeedsOf(goal, workplace.config),
    ...(special === undefined ? {} : { special }),
  };
}

/** The agent that drafts: the one that was named, else the first that is found and is no script. */
async function plannerAgent(named: string | undefined): Promise<Result<string>> {
  if (named !== undefined) {
    const runtime = runtimeOf(named);
    return runtime.ok ? ok(named) : runtime;
  }
  for (const { name, probe } of RUNTIMES) {
    if (name !== "scripted" && (await probe()).found) return ok(name);
  }
  return fail({
    code: "BW775",
    message: "no agent was found that could draft a plan",
    fix: "install one, name one with --agent, or let rules write a skeleton: --skeleton",
  });
}

function fileName(goal: string): string {
  const words = goal
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return words.slice(0, 48).replace(/-+$/, "") || "draft";
}

function taken(file: string): Failure {
  return {
    code: "BW019",
    message: `${plainLine(file)} exists already`,
    fix: "name another file with --out",
  };
}
