import { relative, resolve } from "node:path";
import { fail, ok, type Failure, type Result, type Schedule } from "@breakwater/core";
import { runtimeOf } from "@breakwater/agents";
import { acquireLease, cleanTree, refuseUncommitted, type UncommittedPath } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import type { Workplace } from "../../session/open-for-work.ts";
import { leaseFolder, unfinishedSession } from "../../session/session-store.ts";

/** What is checked before anything is started; each refusal names its fix. */
export type PreflightTerms = {
  readonly schedule: Schedule;
  /** As typed. */
  readonly planFile: string;
  readonly allowDirty: boolean;
  readonly context: CommandContext;
};

/** Checks that a session can start here now. The value are paths that the base will lack. */
export async function preflight(
  workplace: Workplace,
  terms: PreflightTerms,
): Promise<Result<readonly UncommittedPath[]>> {
  const refusal =
    (await refuseUnfinished(workplace)) ?? refuseWall(terms.schedule) ?? (await refuseAgents(terms.schedule));
  return refusal === undefined ? checkTree(workplace, terms) : fail(refusal);
}

async function refuseUnfinished({ repository }: Workplace): Promise<Failure | undefined> {
  const unfinished = await unfinishedSession(repository);
  if (!unfinished.ok) return unfinished.failure;
  if (unfinished.value === undefined) return undefined;
  const { id } = unfinished.value.place;
  // A session that somebody runs right now is another matter than one that was left behind.
  const lease = await acquireLease({ folder: leaseFolder(repository), session: id });
  if (!lease.ok) return lease.failure;
  await lease.value.release();
  return {
    code: "BW773",
    message: `session ${id} has not come to its end`,
    why: "A checkout has one session at a time, so that nothing of the first is lost.",
    fix: "Go on with breakwater resume, or end it: breakwater stop, then breakwater resume",
  };
}

/** No wall of the operating system is built in yet, and saying otherwise would be a false promise. */
function refuseWall({ wall }: Schedule): Failure | undefined {
  if (wall !== "required") return undefined;
  return {
    code: "BW774",
    message: "the plan requires a wall of the operating system, and this version has none",
    why: "Scopes hold by the door and by the audit of every merge; agents could still write elsewhere on this machine.",
    fix: "Set `wall: preferred` in the plan, or run the whole of breakwater in a container",
  };
}

async function refuseAgents({ tasks }: Schedule): Promise<Failure | undefined> {
  for (const agent of new Set(tasks.map((task) => task.agent))) {
    const runtime = runtimeOf(agent);
    if (!runtime.ok) return runtime.failure;
    const probe = await runtime.value.probe();
    if (!probe.found) return noAgent(agent, probe.problems[0]?.message ?? "its client was not found");
  }
  return undefined;
}

function noAgent(agent: string, reason: string): Failure {
  return {
    code: "BW775",
    message: `the agent "${agent}" cannot be used: ${reason}`,
    fix: "Name another agent in the plan (agents.default), and see breakwater doctor",
  };
}

async function checkTree(
  { repository, config }: Workplace,
  { planFile, allowDirty, context }: PreflightTerms,
): Promise<Result<readonly UncommittedPath[]>> {
  const dirty = await cleanTree(repository, config.platform.stateDir);
  if (!dirty.ok) return dirty;
  const plan = relative(repository.root, resolve(context.cwd, planFile));
  const others = dirty.value.filter(({ path }) => path !== plan);
  return others.length > 0 && !allowDirty ? fail(refuseUncommitted(others)) : ok(others);
}
