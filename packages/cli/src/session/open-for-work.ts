import { join, resolve } from "node:path";
import type { Result } from "@breakwater/core";
import type { LearningRule, SessionConfig } from "@breakwater/node";
import type { CommandContext } from "../command-context.ts";
import type { Workplace } from "./open-workplace.ts";
import { projectTracker } from "./project-tracker.ts";
import { openLiveSession, type LiveSession, type LiveSessionOptions } from "./live-session.ts";
import type { SessionPlace } from "./session-place.ts";
import { inheritedNames } from "./inherited-names.ts";

/** What a command says about the session that it opens, besides plan and configuration. */
export type WorkOptions = {
  readonly place: SessionPlace;
  readonly persistence?: boolean;
  readonly setup?: string;
  readonly copy?: readonly string[];
  /** A folder of scripts for the scripted agent, as typed. */
  readonly scripts?: string;
  readonly force?: boolean;
};

/** Takes the lease of a session and holds it open with this project's configuration. */
export async function openForWork(
  workplace: Workplace,
  context: CommandContext,
  options: WorkOptions,
): Promise<Result<LiveSession>> {
  const { repository, config } = workplace;
  // Whoever takes over a close that was cut off needs it, whatever was asked for.
  const tracker = await projectTracker(workplace, context);
  const root = config.entries["workspace-root"].value;
  const { place, setup, copy, scripts, force = false, persistence = true } = options;
  const scriptsFolder = scripts ?? context.env["BREAKWATER_SCRIPTS"];
  const workspaces: LiveSessionOptions["workspaces"] = {
    ...(root === undefined ? {} : { root: resolve(repository.root, root) }),
    ...(setup === undefined ? {} : { setup }),
    ...(copy === undefined ? {} : { copy }),
  };
  return openLiveSession({
    repository,
    place,
    stateDir: config.platform.stateDir,
    env: context.env,
    version: context.version,
    now: () => context.now().getTime(),
    persistence,
    workspaces,
    runtimeOptions: scriptsFolder === undefined ? {} : { scripts: join(resolve(context.cwd, scriptsFolder)) },
    allowEnvironment: inheritedNames(context.env),
    learning: learningRule(config),
    force,
    ...(tracker === undefined ? {} : { tracker }),
  });
}

/** A life that nobody set follows the type of the learning. */
function learningRule({ entries }: SessionConfig): LearningRule {
  const life = entries["learning-expiry-days"];
  return {
    decay: entries["learning-decay-rate"].value ?? 0,
    ...(life.origin === "default" || life.value === undefined ? {} : { expiryDays: life.value }),
  };
}
