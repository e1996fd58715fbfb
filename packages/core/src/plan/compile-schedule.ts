import type { Diagnostic } from "./diagnostic.ts";
import { hasErrors, inSourceOrder } from "./diagnostic.ts";
import type { PlanEnvironment } from "./environment.ts";
import { planDefaults, resolveValue } from "./environment.ts";
import { conflictsOf, lintOverlaps } from "./lint/lint-overlap.ts";
import { lintAcceptance, lintGateCommands } from "./lint/lint-acceptance.ts";
import { lintOrder } from "./lint/lint-order.ts";
import { lintScopes } from "./lint/lint-scope.ts";
import { lintSession } from "./lint/lint-session.ts";
import { lintWaves } from "./lint/lint-wave.ts";
import { orderWaves, sharesIn } from "./ordered-wave.ts";
import { placeTasks } from "./place-task.ts";
import type { PlacedWave } from "./place-task.ts";
import type { Plan } from "./plan.ts";
import { resolveGates } from "./resolve-gate.ts";
import type { Schedule } from "./schedule.ts";
import { scheduleOf } from "./schedule-of.ts";
import { openScopeBook } from "./scope-book.ts";
import { sessionValues } from "./session-value.ts";
import { settleWave } from "./settle-wave.ts";

/** A compiled plan with everything its author should know; `schedule` is absent where an error refuses it. */
export type Compilation = {
  readonly schedule?: Schedule;
  readonly diagnostics: readonly Diagnostic[];
  /** Where the tasks would run, also for a plan with errors, so that it can be shown. */
  readonly waves: readonly PlacedWave[];
  /** Most tasks that may run at once in a wave. */
  readonly agentsPerWave: number;
};

/**
 * Compiles a plan (`docs/spec/plan.md`): places tasks into waves, orders them, compares scopes, resolves
 * every value, and judges the result. Pure: the same plan and environment give the same schedule.
 */
export function compileSchedule(plan: Plan, environment: PlanEnvironment): Compilation {
  const source = environment.source ?? { file: "plan", keys: new Map(), waves: new Map(), tasks: new Map() };
  const book = openScopeBook(environment.files);
  const values = sessionValues(plan, environment);
  const count = resolveValue(environment.waves, plan.waveCount, planDefaults.waves);
  const agentsPerWave = values.agentsPerWave.value;
  const placement = placeTasks(plan, { count, agentsPerWave, meets: book.meet });
  const order = lintOrder(placement.waves, source);
  // Without an order nothing can be said about what runs at the same time.
  const ordered = order.some(({ code }) => code !== "BW201")
    ? []
    : orderWaves(plan, placement, book.readsFrom);
  const conflicts = ordered.flatMap((wave) => conflictsOf({ wave: wave.placed.number, ...wave }, book));
  const gates = resolveGates(plan, environment);
  const tasks = placement.waves.flatMap((wave) => wave.tasks);
  const scopes = {
    source,
    book,
    session: plan.session,
    ...(environment.files && { files: environment.files }),
  };
  const settled = ordered.map((wave) =>
    settleWave(wave, { plan, values, source, shares: sharesIn(wave, book.meet) }),
  );
  const diagnostics = inSourceOrder([
    ...order,
    ...lintScopes(tasks, scopes),
    ...lintOverlaps(conflicts, source, book),
    ...lintWaves(placement, { source, book, agentsPerWave, serial: plan.session === "housekeeping" }),
    ...lintAcceptance(tasks, {
      source,
      gates: gates.specs,
      missingPrograms: environment.missingPrograms ?? [],
    }),
    ...lintGateCommands(plan.gates.commands, source),
    ...lintSession(plan, environment, { source, gates, defaultAgent: values.agent?.value }),
    ...settled.flatMap((wave) => wave.diagnostics),
  ]);
  if (hasErrors(diagnostics)) return { diagnostics, waves: placement.waves, agentsPerWave };
  const waves = settled.map((each) => each.wave);
  const schedule = scheduleOf({ plan, environment, values, ordered, gates, count, placement, waves });
  return { schedule, diagnostics, waves: placement.waves, agentsPerWave };
}
