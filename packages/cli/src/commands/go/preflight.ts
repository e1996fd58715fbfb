import { relative } from "node:path";
import {
  type AgentRecord,
  fail,
  ok,
  plainLine,
  type Failure,
  type Result,
  type Schedule,
} from "@breakwater/core";
import { holdsCommit, refuseUncommitted, type cleanTree, type UncommittedPath } from "@breakwater/node";
import { readCommandPolicy } from "@breakwater/shells";
import type { CommandContext } from "../../command-context.ts";
import { guardFaults } from "../../check/guard-self-test.ts";
import type { Workplace } from "../../session/open-workplace.ts";
import type { LoadedPlan } from "../../plan/load-plan.ts";
import { unfinishedSession } from "../../session/session-store.ts";

/** What is checked before anything is started; each refusal names its fix. */
export type PreflightTerms = {
  readonly schedule: Schedule;
  readonly plan: LoadedPlan;
  /** What the checkout holds beyond HEAD, asked for already. */
  readonly uncommitted: ReturnType<typeof cleanTree>;
  readonly allowDirty: boolean;
  /** A person knows that the guard does not work here, and starts all the same. */
  readonly acceptUnguarded: boolean;
  readonly context: CommandContext;
};

/** What is known before the start: paths that the base will lack, and what each agent showed. */
export type Preflight = {
  readonly lacking: readonly UncommittedPath[];
  readonly agents: readonly AgentRecord[];
};

/** Checks that a session can start here now; the doors of agents last, because that takes seconds. */
export async function preflight(workplace: Workplace, terms: PreflightTerms): Promise<Result<Preflight>> {
  const refusal =
    (await refuseUnfinished(workplace)) ??
    (await refuseWall(terms.schedule)) ??
    (await refuseBase(workplace, terms.plan.plan?.base)) ??
    (await refusePolicy(workplace)) ??
    refuseUnguarded(terms);
  if (refusal !== undefined) return fail(refusal);
  const lacking = await checkTree(workplace, terms);
  if (!lacking.ok) return lacking;
  const { readyAgents } = await import("./ready-agents.ts");
  const agents = await readyAgents(terms.schedule, {
    context: terms.context,
    repository: workplace.repository,
  });
  return agents.ok ? ok({ lacking: lacking.value, agents: agents.value }) : agents;
}

/** What is rarely so is looked at by parts that are loaded only then. */
async function refuseUnfinished({ repository }: Workplace): Promise<Failure | undefined> {
  const unfinished = unfinishedSession(repository);
  if (!unfinished.ok) return unfinished.failure;
  if (unfinished.value === undefined) return undefined;
  const { refuseUnfinishedSession } = await import("./refuse-unfinished.ts");
  return refuseUnfinishedSession(repository, unfinished.value.place.id);
}

async function refuseWall({ wall }: Schedule): Promise<Failure | undefined> {
  if (wall !== "required") return undefined;
  const { refuseNoWall } = await import("./refuse-no-wall.ts");
  return refuseNoWall();
}

/** A door whose policy cannot be read lets agents only read, so they would be paid for nothing. */
async function refusePolicy({ repository }: Workplace): Promise<Failure | undefined> {
  const policy = await readCommandPolicy(repository.root, []);
  return policy.ok ? undefined : policy.failure;
}

/** A plan that was made for another line of work says so by its base. */
async function refuseBase({ repository }: Workplace, base: string | undefined): Promise<Failure | undefined> {
  if (base === undefined || base === repository.branch) return undefined;
  const held = await holdsCommit(repository, base);
  if (!held.ok) return held.failure;
  if (held.value === "yes") return undefined;
  const what = held.value === "unknown" ? "which is not in this repository" : "which HEAD does not hold";
  return {
    code: "BW829",
    message: `the plan is made for ${plainLine(base)}, ${what}`,
    why: "What was planned on another base may be done already, or no longer fit.",
    fix: `git switch ${plainLine(base)}, or correct \`base\` after reading the plan against HEAD`,
  };
}

/**
 * Calls whose judgement is known are put to the guard that every attempt gets. Under `strict` a guard that
 * fails is no environment to start in; otherwise a person decides.
 */
function refuseUnguarded({ schedule, acceptUnguarded }: PreflightTerms): Failure | undefined {
  const wrong = guardFaults();
  if (wrong.length === 0) return undefined;
  const isStrict = schedule.waves.some((wave) => wave.enforcement === "strict");
  if (!isStrict && acceptUnguarded) return undefined;
  const message = `the guard of tool calls does not work here: ${wrong.join("; ")}`;
  return isStrict
    ? {
        code: "BW785",
        message,
        why: "With enforcement strict a write out of scope is to be denied, and nothing here would.",
        fix: "breakwater doctor; reinstall breakwater",
      }
    : {
        code: "BW786",
        message,
        why: "Scopes would hold by the audit of every merge alone.",
        fix: "reinstall breakwater, or start all the same: --accept-unguarded",
      };
}

async function checkTree(
  { repository }: Workplace,
  { plan: loaded, uncommitted, allowDirty }: PreflightTerms,
): Promise<Result<readonly UncommittedPath[]>> {
  const dirty = await uncommitted;
  if (!dirty.ok) return dirty;
  const plan = relative(repository.root, loaded.path);
  const others = dirty.value.filter(({ path }) => path !== plan);
  return others.length > 0 && !allowDirty ? fail(refuseUncommitted(others)) : ok(others);
}
