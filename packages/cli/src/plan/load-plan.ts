import { resolve } from "node:path";
import { hasErrors } from "@breakwater/core";
import type { Compilation, Diagnostic, Plan, PlanHash, Schedule, WrittenWaves } from "@breakwater/core";
import { hashPlan, openRepository, readSessionConfig } from "@breakwater/node";
import type { Repository, SessionConfig } from "@breakwater/node";
import type { CommandContext } from "../command-context.ts";
import { compilePlanFile } from "./compile-plan-file.ts";
import type { ScheduleFlags } from "./schedule-inputs.ts";
import { unknownMappedAgents } from "./mapped-agent.ts";

/** A plan file, read, judged and compiled against this project. `schedule` is absent where an error refuses it. */
export type LoadedPlan = {
  /** The file as it is shown: as it was named. */
  readonly file: string;
  readonly path: string;
  readonly plan?: Plan;
  readonly hash?: PlanHash;
  readonly schedule?: Schedule;
  readonly waves: Compilation["waves"];
  /** Everything about the plan and the configuration, in the order of their files. */
  readonly diagnostics: readonly Diagnostic[];
  /** The texts that diagnostics point into, by file. */
  readonly sources: ReadonlyMap<string, string>;
  /** The compiled plan, with errors or without, and where its parts stand; absent where it cannot be read. */
  readonly written?: WrittenWaves;
  /** The tracked files of the base; empty outside of a repository. */
  readonly files: readonly string[];
  readonly config: SessionConfig;
  readonly repository?: Repository;
};

/** Where a plan is judged: the repository, if there is one, and what the project says about sessions. */
export type PlanPlace = { readonly repository?: Repository; readonly config: SessionConfig };

async function placeOf(context: CommandContext): Promise<PlanPlace> {
  const opened = await openRepository(context.cwd);
  const config = readSessionConfig(opened.ok ? opened.value.root : context.cwd, {
    env: context.env,
    ...(context.platform === undefined ? {} : { platform: context.platform }),
  });
  return { config, ...(opened.ok ? { repository: opened.value } : {}) };
}

/**
 * Reads a plan file and compiles it against the repository and the configuration around `context.cwd`. Outside
 * of a repository the plan is judged without its files; `workplace` spares finding both anew. Never throws for what a file is like.
 */
export async function loadPlan(
  context: CommandContext,
  file: string,
  flags: ScheduleFlags = {},
  workplace?: PlanPlace,
): Promise<LoadedPlan> {
  const { repository, config } = workplace ?? (await placeOf(context));
  const {
    plan,
    compiled,
    diagnostics,
    text,
    source,
    files = [],
  } = await compilePlanFile(file, {
    cwd: context.cwd,
    config,
    flags,
    env: context.env,
    ...(repository === undefined ? {} : { base: repository }),
  });
  const all = [...config.diagnostics, ...unknownMappedAgents(config), ...diagnostics];
  const schedule = hasErrors(all) ? undefined : compiled?.schedule;
  return {
    file,
    path: resolve(context.cwd, file),
    config,
    files,
    sources: new Map([...config.sources, [file, text]]),
    waves: compiled?.waves ?? [],
    diagnostics: all,
    ...(plan === undefined || source === undefined || compiled === undefined
      ? {}
      : { written: { plan, source, waves: compiled.waves, agentsPerWave: compiled.agentsPerWave } }),
    ...(repository === undefined ? {} : { repository }),
    ...(plan === undefined ? {} : { plan, hash: hashPlan(plan) }),
    ...(schedule === undefined ? {} : { schedule }),
  };
}
