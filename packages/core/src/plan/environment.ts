import type { GateId, PlanHash } from "../ids.ts";
import type { ProjectAgent } from "./sizing/kind-of-work.ts";
import type { Enforcement, GateSpec, Isolation, WallPolicy } from "./plan.ts";
import type { PlanSource } from "./plan-source.ts";
import type { Origin } from "./schedule.ts";

/** A value with where it came from. */
export type Resolved<Value> = { readonly value: Value; readonly origin: Origin };

/**
 * What a plan is compiled against: everything that does not stand in it. All of it is data; an absent member
 * means that nobody said anything, and a default or no check takes its place.
 *
 * Values that flags, environment variables, local and Session Config agree on come in with their origin; a
 * flag or an environment variable beats the plan, the plan beats the rest.
 */
export type PlanEnvironment = {
  /** SHA-256 of `canonicalPlan(plan)`; core cannot hash. */
  readonly hash: PlanHash;
  /** Where the plan's parts stand, so that diagnostics point there. */
  readonly source?: PlanSource;
  readonly waves?: Resolved<number>;
  /** Already resolved for the session type where Session Config has a value per type. */
  readonly agentsPerWave?: Resolved<number>;
  readonly maxParallel?: Resolved<number>;
  readonly isolation?: Resolved<Isolation | "auto">;
  readonly enforcement?: Resolved<Enforcement>;
  readonly maxTurns?: Resolved<number | "auto">;
  readonly wall?: Resolved<WallPolicy>;
  readonly agent?: Resolved<string>;
  /** The agent of each kind of work, for tasks that name none; only agents that this version knows. */
  readonly agentMapping?: Resolved<Readonly<Partial<Record<string, string>>>>;
  /** The profiles of the project. */
  readonly profiles?: readonly ProjectAgent[];
  /** The profile of each kind of work, as `agent-mapping` says; a name that is no profile is left out. */
  readonly profileMapping?: Readonly<Partial<Record<string, string>>>;
  readonly reviewer?: Resolved<string>;
  readonly model?: Resolved<string>;
  readonly workspaceSetup?: Resolved<string>;
  readonly workspaceCopy?: Resolved<readonly string[]>;
  readonly focus?: Resolved<string>;
  /** The key `express-path.enabled`; absent is false. */
  readonly expressPath?: boolean;
  /** Gates of Session Config (`test`, `typecheck`, `lint`) and of flags; one entry per id. */
  readonly gates?: readonly Resolved<GateSpec>[];
  readonly afterWave?: Resolved<readonly GateId[]>;
  readonly beforeFinish?: Resolved<readonly GateId[]>;
  /** Tracked files of the base, relative to the repository root. */
  readonly files?: readonly string[];
  /** What a probe found about the agents that the plan may name; one that is not listed is not judged. */
  readonly agents?: readonly AgentReadiness[];
  /** Programs that a probe did not find (`programsOfPlan` says which to look for). */
  readonly missingPrograms?: readonly string[];
  /** The median cost of past sessions of this size, in US dollars. */
  readonly usualUsd?: number;
  /** Nobody answers questions: the wall is required unless something says otherwise. */
  readonly unattended?: boolean;
};

/** Whether an agent can be used now; `fix` is the probe's own sentence. */
export type AgentReadiness = {
  readonly name: string;
  readonly usable: "yes" | "no" | "unknown";
  readonly reason?: string;
  readonly fix?: string;
};

/** What holds where neither flags, plan nor configuration say anything. */
export const planDefaults = {
  waves: 5,
  agentsPerWave: 6,
  maxParallel: 6,
  isolation: "auto",
  enforcement: "warn",
  maxTurns: "auto",
} as const;

/** Flag and environment first, then the plan, then whatever else the environment carries, then the default. */
export function resolveValue<Value>(
  outside: Resolved<Value> | undefined,
  inPlan: Value | undefined,
  byDefault: Value,
): Resolved<Value> {
  return resolveOptional(outside, inPlan) ?? { value: byDefault, origin: "default" };
}

/** `resolveValue` for a value that may stay absent. */
export function resolveOptional<Value>(
  outside: Resolved<Value> | undefined,
  inPlan: Value | undefined,
): Resolved<Value> | undefined {
  if (outside !== undefined && (outside.origin === "flag" || outside.origin === "environment"))
    return outside;
  return inPlan === undefined ? outside : { value: inPlan, origin: "plan" };
}
