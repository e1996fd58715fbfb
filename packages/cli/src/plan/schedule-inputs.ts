import { runtimeOf } from "@breakwater/agents";
import { gateId } from "@breakwater/core";
import type {
  AgentReadiness,
  GateSpec,
  Plan,
  PlanEnvironment,
  ProjectAgent,
  Resolved,
} from "@breakwater/core";
import { hashPlan } from "@breakwater/node";
import type { ResolvedSetting, SessionConfig } from "@breakwater/node";

/** What the command line says about a run, beside the configuration keys. */
export type ScheduleFlags = {
  readonly unattended?: boolean;
  /** `--max-parallel`, which beats everything. */
  readonly maxParallel?: number;
  /** `--focus`, which beats the plan. */
  readonly focus?: string;
};

/** What is known of the project and the machine; an absent member is not judged. */
export type ScheduleFacts = {
  readonly flags?: ScheduleFlags;
  /** Tracked files of the base, relative to the root. */
  readonly files?: readonly string[];
  readonly agents?: readonly AgentReadiness[];
  readonly missingPrograms?: readonly string[];
  readonly profiles?: readonly ProjectAgent[];
};

/**
 * The environment that `compileSchedule` takes, from the resolved configuration. Values that nobody set stay
 * out, so that the plan's own and the defaults of the compiler hold.
 */
export function scheduleInputs(
  plan: Plan,
  config: SessionConfig,
  facts: ScheduleFacts = {},
): PlanEnvironment {
  const { entries } = config;
  const { flags = {}, ...known } = facts;
  return {
    hash: hashPlan(plan),
    ...known,
    ...(flags.unattended === undefined ? {} : { unattended: flags.unattended }),
    ...set("waves", entries.waves),
    ...set("agentsPerWave", agentsFor(plan, entries["agents-per-wave"])),
    ...set("maxParallel", byFlag(flags.maxParallel) ?? entries["max-parallel"]),
    ...set("isolation", entries.isolation),
    ...set("enforcement", entries.enforcement),
    ...set("maxTurns", entries["max-turns"]),
    ...set("wall", entries.wall),
    ...set("agent", entries.agent),
    ...set("agentMapping", mappingOf(entries["agent-mapping"])),
    profileMapping: entries["agent-mapping"].value ?? {},
    ...set("reviewer", entries.reviewer),
    ...set("model", entries.model),
    ...set("workspaceSetup", entries["workspace-setup"]),
    ...set("workspaceCopy", entries["workspace-copy"]),
    ...set("focus", byFlag(flags.focus) ?? { value: undefined, origin: "default" }),
    expressPath: entries["express-path"].value?.enabled === true,
    gates: gatesOf(config),
  };
}

/** The gates that a project's configuration brings; `skip` brings none. */
export function gatesOf({ entries }: SessionConfig): readonly Resolved<GateSpec>[] {
  return [
    ...gateOf("typecheck", entries["typecheck-command"]),
    ...gateOf("lint", entries["lint-command"]),
    ...gateOf("test", entries["test-command"]),
  ];
}

function gateOf(id: string, { value, origin }: ResolvedSetting<string>): readonly Resolved<GateSpec>[] {
  if (value === undefined || value.toLowerCase() === "skip") return [];
  return [{ value: { id: gateId(id), command: value }, origin }];
}

/** A mapping may also name roles of other programs; what is no agent here may be a profile of the project. */
function mappingOf({
  value,
  ...rest
}: ResolvedSetting<Readonly<Record<string, string>>>): ResolvedSetting<Readonly<Record<string, string>>> {
  const known = Object.entries(value ?? {}).filter(([, name]) => runtimeOf(name).ok);
  return { ...rest, value: known.length === 0 ? undefined : Object.fromEntries(known) };
}

type Agents = SessionConfig["entries"]["agents-per-wave"];

function agentsFor(plan: Plan, { value, origin }: Agents): ResolvedSetting<number> {
  return { value: value?.bySession[plan.session] ?? value?.usual, origin };
}

function byFlag<Value>(value: Value | undefined): ResolvedSetting<Value> | undefined {
  return value === undefined ? undefined : { value, origin: "flag" };
}

/** An entry under the name that the compiler knows, where somebody set it. */
function set<Name extends string, Value>(
  name: Name,
  { value, origin }: ResolvedSetting<Value>,
): { readonly [Key in Name]?: Resolved<Value> } {
  const entries: { [Key in Name]?: Resolved<Value> } = {};
  if (value !== undefined && origin !== "default") entries[name] = { value, origin };
  return entries;
}
