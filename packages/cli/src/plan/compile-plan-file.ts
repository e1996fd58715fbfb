import { resolve } from "node:path";
import { compileSchedule, hasErrors, inSourceOrder, programsOfPlan } from "@breakwater/core";
import type { Compilation, Diagnostic, Plan, PlanSource } from "@breakwater/core";
import { listFiles, readPlanFile, readProfiles } from "@breakwater/node";
import type { Repository, SessionConfig } from "@breakwater/node";
import { agentReadiness } from "./agent-readiness.ts";
import { missingPrograms } from "./missing-program.ts";
import { scheduleInputs } from "./schedule-inputs.ts";
import type { ScheduleFlags } from "./schedule-inputs.ts";

/** A plan file, read and compiled as far as that is possible. */
export type CompiledPlanFile = {
  /** Where it can be read at all; not fit to run when there are errors. */
  readonly plan?: Plan;
  readonly compiled?: Compilation;
  readonly diagnostics: readonly Diagnostic[];
  /** What the places of the diagnostics point into. */
  readonly text: string;
  /** Where the parts of the plan stand in it. */
  readonly source?: PlanSource;
  /** The tracked files of the base, where there is one. */
  readonly files?: readonly string[];
};

/** What a plan file is compiled against. */
export type PlanFileTerms = {
  readonly cwd: string;
  readonly config: SessionConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The base whose files scopes are compared on; left out, only patterns are compared. */
  readonly base?: Pick<Repository, "context" | "commit">;
  readonly flags?: ScheduleFlags;
};

/** Reads and compiles a plan; whatever is wrong is in the diagnostics, in the order of the file. */
export async function compilePlanFile(file: string, terms: PlanFileTerms): Promise<CompiledPlanFile> {
  const { cwd, config, env, base, flags } = terms;
  const { text, source, ...read } = await readPlanFile(resolve(cwd, file), file);
  const plan = read.plan ?? read.draft;
  if (plan === undefined) return { diagnostics: read.diagnostics, text };
  const files = await trackedFiles(base);
  const inputs = scheduleInputs(plan, config, {
    profiles: readProfiles(config.root, config.platform.stateDir),
    agents: await agentReadiness(plan, config),
    missingPrograms: missingPrograms(programsOfPlan(plan.waves.flatMap((wave) => wave.tasks)), env),
    ...(flags === undefined ? {} : { flags }),
    ...(files === undefined ? {} : { files }),
  });
  const { schedule, ...shown } = compileSchedule(plan, { ...inputs, source });
  const runnable = schedule !== undefined && read.plan !== undefined && !hasErrors(read.diagnostics);
  const diagnostics = inSourceOrder([...read.diagnostics, ...shown.diagnostics]);
  return {
    plan,
    compiled: runnable ? { ...shown, schedule } : shown,
    diagnostics,
    text,
    source,
    ...(files === undefined ? {} : { files }),
  };
}

async function trackedFiles(base: PlanFileTerms["base"]): Promise<readonly string[] | undefined> {
  const listed = base === undefined ? undefined : await listFiles(base.context, base.commit);
  return listed?.ok === true ? listed.value.map((each) => each.path) : undefined;
}
