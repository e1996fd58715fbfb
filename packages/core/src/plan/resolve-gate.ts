import { gateId } from "../ids.ts";
import type { GateId } from "../ids.ts";
import type { PlanEnvironment, Resolved } from "./environment.ts";
import { resolveOptional } from "./environment.ts";
import type { GateSpec, Plan } from "./plan.ts";
import type { Origin } from "./schedule.ts";

/** The moments at which gates run, as a plan names them. */
export type GateMoment = "after-wave" | "before-finish";

/** The gates of a session: which run when, what they run, and names that mean nothing. */
export type ResolvedGates = {
  readonly specs: readonly GateSpec[];
  readonly afterWave: readonly GateId[];
  readonly beforeFinish: readonly GateId[];
  readonly known: readonly GateId[];
  readonly unknown: readonly { readonly name: string; readonly moment: GateMoment; readonly item: number }[];
  readonly origins: Readonly<Record<string, Origin>>;
};

/** What runs after each wave where nothing is said: fast and telling. */
const afterWaveByDefault: readonly string[] = ["typecheck", "test"];

/** Other names for a gate. */
const aliases: ReadonlyMap<string, string> = new Map([
  ["types", "typecheck"],
  ["type-check", "typecheck"],
  ["tests", "test"],
]);

/**
 * The gates of a session. A command in the plan takes the place of a configured gate of that name; a name
 * without a command is unknown. Where nothing is said, `typecheck` and `test` run after each wave and every
 * known gate before the finish; housekeeping has one wave and is judged once, before the finish.
 */
export function resolveGates(plan: Plan, environment: PlanEnvironment): ResolvedGates {
  const specs = gateSpecs(plan, environment);
  const known = [...specs.keys()];
  const after = resolveOptional(environment.afterWave, plan.gates.afterWave);
  const finish = resolveOptional(environment.beforeFinish, plan.gates.beforeFinish);
  const afterWave =
    after?.value.map(unaliased) ??
    (plan.session === "housekeeping" ? [] : known.filter((id) => afterWaveByDefault.includes(id)));
  const beforeFinish = finish?.value.map(unaliased) ?? known;
  const isKnown = (id: GateId): boolean => specs.has(id);
  return {
    specs: [...specs.values()].map((spec) => spec.value),
    afterWave: [...new Set(afterWave)].filter(isKnown),
    beforeFinish: [...new Set(beforeFinish)].filter(isKnown),
    known,
    unknown: [
      ...unknownNames(afterWave, "after-wave", isKnown),
      ...unknownNames(beforeFinish, "before-finish", isKnown),
    ],
    origins: {
      "gates.after-wave": after?.origin ?? "default",
      "gates.before-finish": finish?.origin ?? "default",
      ...Object.fromEntries([...specs].map(([id, spec]) => [`gates.${id}`, spec.origin])),
    },
  };
}

function gateSpecs(plan: Plan, environment: PlanEnvironment): ReadonlyMap<GateId, Resolved<GateSpec>> {
  const specs = new Map<GateId, Resolved<GateSpec>>();
  for (const gate of environment.gates ?? []) {
    const id = unaliased(gate.value.id);
    specs.set(id, { ...gate, value: { ...gate.value, id } });
  }
  for (const command of plan.gates.commands) {
    const id = unaliased(command.id);
    const outside = specs.get(id);
    if (outside?.origin === "flag" || outside?.origin === "environment") continue;
    specs.set(id, { origin: "plan", value: { ...command, id } });
  }
  return specs;
}

function unaliased(id: GateId): GateId {
  const meant = aliases.get(id);
  return meant === undefined ? id : gateId(meant);
}

function unknownNames(names: readonly GateId[], moment: GateMoment, isKnown: (id: GateId) => boolean) {
  return names.flatMap((name, item) => (isKnown(name) ? [] : [{ name, moment, item }]));
}
