import {
  decide,
  dispositionOf,
  phaseOf,
  replay,
  standingOf,
  taskOfAttempt,
  type AttemptEnding,
  type AttemptId,
  type Fact,
  type RecordedFact,
  type RunState,
  type Schedule,
  type TaskState,
} from "@breakwater/core";
import { ceilingsHold } from "./ceiling-invariant.ts";
import { resumedRightly } from "./resumption-invariant.ts";

/** What a simulated session left behind, as seen from outside the decider. */
export type Evidence = {
  readonly facts: readonly RecordedFact[];
  /** The state as the coordinator folded it, fact by fact. */
  readonly state: RunState;
  /** How often the machine really started each attempt. */
  readonly starts: ReadonlyMap<string, number>;
  /** When the machine first started each attempt, in the time of the journal. */
  readonly startTimes: readonly { readonly attempt: AttemptId; readonly at: number }[];
  /** What the integration ref and the user's branch point to. */
  readonly head: string;
  readonly branch: string;
  /** False when the run did not come to an end in its steps. */
  readonly ended: boolean;
};

/** A promise that must hold for every session, and the way to see that it was broken. */
export type Invariant = {
  readonly name: string;
  readonly broken: (evidence: Evidence) => string | undefined;
};

type FactOf<Type extends Fact["type"]> = Extract<Fact, { readonly type: Type }>;

/** All promises that the simulator checks; each has a test that breaks it on purpose. */
export const INVARIANTS: readonly Invariant[] = [
  {
    name: "every session ends",
    broken: ({ ended, state }) => (ended ? undefined : `stuck in phase ${phaseOf(state).kind}`),
  },
  { name: "the same facts give the same decisions", broken: sameDecisions },
  { name: "the folded state equals a refold from zero", broken: sameRefold },
  { name: "every task has one disposition", broken: oneDisposition },
  { name: "every planned attempt has one end", broken: oneEnd },
  { name: "done only with its proofs", broken: provenDone },
  { name: "nothing is dispatched twice", broken: dispatchedOnce },
  { name: "nothing starts while a provider takes no work", broken: restsWhenCut },
  { name: "nothing out of scope lands", broken: auditedLanding },
  { name: "the line is linear and ends at the ref", broken: linearLine },
  { name: "no wave starts on unresolved failures", broken: resolvedBefore },
  { name: "limits hold", broken: limitsHold },
  { name: "an attempt starts only where its reservation fits", broken: budgetHolds },
  {
    name: "a conversation is gone on with only where it was left",
    broken: ({ facts }) => resumedRightly(facts),
  },
  { name: "ceilings of tasks and waves hold", broken: ({ facts, state }) => ceilingsHold(facts, state) },
  { name: "the branch moves only to a gated head", broken: gatedBranch },
];

function sameDecisions({ facts, state }: Evidence): string | undefined {
  const again = JSON.stringify(decide(replay(facts)));
  return JSON.stringify(decide(state)) === again ? undefined : "asked twice, decided differently";
}

function sameRefold({ facts, state }: Evidence): string | undefined {
  const refolded = replay(facts);
  return describeState(refolded) === describeState(state)
    ? undefined
    : "the state has drifted from its facts";
}

function describeState(state: RunState): string {
  return JSON.stringify(state, (_key, value: unknown) => {
    if (value instanceof Map) return [...value];
    return value instanceof Set ? [...value] : value;
  });
}

function oneDisposition({ state, ended }: Evidence): string | undefined {
  if (!ended || phaseOf(state).kind === "refused") return undefined;
  const open = [...state.tasks.values()].find((task) => dispositionOf(state, task) === undefined);
  return open === undefined ? undefined : `${open.task.id} has none`;
}

/** Planned is started and ended, or not started, each with its record; an agent that died has one as well. */
function oneEnd({ facts, ended }: Evidence): string | undefined {
  if (!ended) return undefined;
  const ends = new Map<AttemptId, number>();
  for (const { fact } of facts) {
    if (
      fact.type === "attempt.exited" ||
      fact.type === "attempt.not-started" ||
      fact.type === "workspace.failed"
    )
      ends.set(fact.attempt, (ends.get(fact.attempt) ?? 0) + 1);
  }
  const odd = ofType(facts, "attempt.opened").find(({ attempt }) => ends.get(attempt) !== 1);
  return odd === undefined ? undefined : `${odd.attempt} has ${ends.get(odd.attempt) ?? 0} ends`;
}

function ofType<Type extends Fact["type"]>(
  facts: readonly RecordedFact[],
  type: Type,
): readonly FactOf<Type>[] {
  return facts.flatMap(({ fact }) => (isOfType(fact, type) ? [fact] : []));
}

function isOfType<Type extends Fact["type"]>(fact: Fact, type: Type): fact is FactOf<Type> {
  return fact.type === type;
}

/** Judges from the facts alone, without the decider's own derivation. */
function provenDone({ facts, state }: Evidence): string | undefined {
  for (const task of state.tasks.values()) {
    if (dispositionOf(state, task)?.kind !== "done" || task.task.scope.kind === "read-only") continue;
    const missing = missingEvidence(facts, task);
    if (missing !== undefined) return `${task.task.id} is done without ${missing}`;
  }
  return undefined;
}

function missingEvidence(facts: readonly RecordedFact[], task: TaskState): string | undefined {
  const landings = ofType(facts, "integration.advanced").filter(
    (each) => taskOfAttempt(each.attempt) === task.task.id,
  );
  const landing = landings.at(-1);
  if (landing === undefined) return "a landing";
  if (!ofType(facts, "attempt.exited").some((each) => each.attempt === landing.attempt))
    return "an observed exit";
  const audits = ofType(facts, "candidate.audited").filter((each) => each.attempt === landing.attempt);
  if (!audits.some((each) => (each.kept?.tree ?? each.tree) === landing.tree)) return "an audited tree";
  const line = ofType(facts, "integration.advanced");
  const trees = new Set(line.slice(line.indexOf(landing)).map((each) => each.tree));
  const green = ofType(facts, "gate.finished").filter(
    ({ report }) => isGreen(report) && trees.has(report.tree),
  );
  return green.length === 0 ? "a green check on a tree that holds it" : undefined;
}

/** Exit 0, or nothing failing but what may have failed before. */
function isGreen(report: FactOf<"gate.finished">["report"]): boolean {
  if (report.result.kind !== "exited") return false;
  return report.result.code === 0 || report.failing !== undefined;
}

function dispatchedOnce({ facts, starts }: Evidence): string | undefined {
  const issued = new Set<string>();
  for (const { command } of ofType(facts, "command.issued")) {
    if (issued.has(command.id)) return `${command.id} was issued twice`;
    issued.add(command.id);
  }
  const twice = [...starts].find(([, count]) => count > 1);
  if (twice !== undefined) return `${twice[0]} was started ${twice[1]} times`;
  const ended = new Set<AttemptId>();
  for (const { fact } of facts) {
    if (fact.type === "attempt.started" && ended.has(fact.attempt))
      return `${fact.attempt} was started after its end`;
    if (fact.type === "attempt.exited") ended.add(fact.attempt);
  }
  return undefined;
}

const CUT: ReadonlySet<string> = new Set(["quota", "auth", "billing"]);

/** From the report of the cut to the fact that ends the parking, the machine starts nothing. */
function restsWhenCut({ facts, startTimes }: Evidence): string | undefined {
  for (const [index, { fact, at: from }] of facts.entries()) {
    if (fact.type !== "attempt.exited" || fact.report.ending.kind !== "error") continue;
    if (!CUT.has(fact.report.ending.class)) continue;
    // The work goes on without its reviewer where nobody knows when that is back.
    if (fact.attempt.startsWith("review-") && !comesBack(fact.report.ending)) continue;
    const woken =
      facts.slice(index).find((each) => WAKES.has(each.fact.type))?.at ?? Number.POSITIVE_INFINITY;
    const started = startTimes.find(({ at }) => at > from && at < woken);
    if (started !== undefined) return `${started.attempt} was started after ${fact.attempt} was cut off`;
  }
  return undefined;
}

function comesBack(ending: Extract<AttemptEnding, { readonly kind: "error" }>): boolean {
  return ending.class === "quota" || ending.retryAfterMs !== undefined;
}

const WAKES: ReadonlySet<Fact["type"]> = new Set<Fact["type"]>(["session.unparked", "session.resumed"]);

function auditedLanding({ facts }: Evidence): string | undefined {
  for (const landing of ofType(facts, "integration.advanced")) {
    const audit = ofType(facts, "candidate.audited").findLast((each) => each.attempt === landing.attempt);
    if (audit === undefined) return `${landing.attempt} landed without an audit`;
    const clean = audit.held.length === 0 ? audit.commit : audit.kept?.commit;
    if (clean !== landing.to) return `${landing.attempt} landed what the audit had held`;
  }
  return undefined;
}

function linearLine({ facts, state, head }: Evidence): string | undefined {
  let at: string = state.session?.base.commit ?? head;
  for (const landing of ofType(facts, "integration.advanced")) {
    if (landing.from !== at) return `${landing.attempt} landed on ${landing.from}, not on ${at}`;
    at = landing.to;
  }
  return at === head ? undefined : `the ref is at ${head}, the facts end at ${at}`;
}

/** When a wave starts, each task of an earlier one is through, carried, dropped, or moved to this wave or later. */
function resolvedBefore({ facts }: Evidence): string | undefined {
  for (const [index, { fact }] of facts.entries()) {
    if (fact.type !== "wave.started") continue;
    const before = replay(facts.slice(0, index));
    const open = [...before.tasks.values()].find(
      (task) => task.wave < fact.wave && standingOf(before, task).kind !== "resolved",
    );
    if (open !== undefined)
      return `wave ${fact.wave} started while ${open.task.id} was ${standingOf(before, open).kind}`;
  }
  return undefined;
}

/** Attempts that count and that do not, together; a person's retries come on top. */
const MOST_ATTEMPTS = 8;
const MOST_REPAIR_WAVES = 2;

function limitsHold({ facts, state }: Evidence): string | undefined {
  const { session } = state;
  if (session === undefined) return undefined;
  const allowed = Math.max(
    1,
    Math.min(session.schedule.agentsPerWave, session.schedule.maxParallel, session.settings.memorySlots),
  );
  const crowded = mostAtOnce(facts, session.schedule, allowed);
  if (crowded !== undefined) return crowded;
  const retries = ofType(facts, "task.retried").length + ofType(facts, "decision.answered").length;
  const most = [...state.tasks.values()].find((task) => task.attempts.length > MOST_ATTEMPTS + retries);
  if (most !== undefined) return `${most.task.id} had ${most.attempts.length} attempts`;
  const repairs = state.waves.filter((wave) => wave.repair).length;
  return repairs > MOST_REPAIR_WAVES + retries ? `${repairs} repair waves` : undefined;
}

/** A wave has as many agents as the plan gave it tasks, or as it was scaled to; an added one what is allowed. */
function mostAtOnce(
  facts: readonly RecordedFact[],
  { waves }: Schedule,
  allowed: number,
): string | undefined {
  const widths = new Map(waves.map((each) => [each.number, Math.min(allowed, each.tasks.length)]));
  const running = new Set<AttemptId>();
  let most = allowed;
  for (const { fact } of facts) {
    if (fact.type === "plan.amended" && fact.amendment.kind === "scale-wave")
      widths.set(fact.amendment.wave, fact.amendment.agents);
    if (fact.type === "wave.started") most = Math.min(allowed, widths.get(fact.wave) ?? allowed);
    if (fact.type === "attempt.started") running.add(fact.attempt);
    if (fact.type === "attempt.exited") running.delete(fact.attempt);
    if (running.size > most) return `${running.size} attempts ran at once, ${most} may`;
  }
  return undefined;
}

/** Most that is set aside for one attempt; the share of the plan's budget may be less. */
const MOST_RESERVED_USD = 0.8;

/** Reckons anew, from the facts alone: what ended, told or not, and what is open leave room for each opening. */
function budgetHolds({ facts, state }: Evidence): string | undefined {
  const budget = state.session?.schedule.budget.usd;
  if (budget === undefined) return undefined;
  const share = Math.min(budget / (state.session?.schedule.tasks.length ?? 1), MOST_RESERVED_USD);
  const used = new Map<AttemptId, number>();
  for (const { fact } of facts) {
    if (fact.type === "attempt.exited") used.set(fact.attempt, fact.report.usage.usd ?? share);
    if (fact.type === "attempt.not-started" || fact.type === "workspace.failed") used.set(fact.attempt, 0);
    if (fact.type !== "attempt.opened") continue;
    used.set(fact.attempt, share);
    const sum = [...used.values()].reduce((a, b) => a + b, 0);
    if (sum > budget + 1e-6 * share * 2) return `${fact.attempt} was opened with ${sum} of ${budget} gone`;
  }
  return undefined;
}

function gatedBranch({ facts, state, branch }: Evidence): string | undefined {
  const base = state.session?.base.commit;
  const { advanced, replayed } = state.close;
  if (base === undefined || branch === base) return undefined;
  // Until it is advanced the branch is where its user put it.
  if (advanced === undefined && branch.startsWith("user-")) return undefined;
  const landed = replayed?.head === branch ? replayed : undefined;
  const tree = landed?.tree ?? state.integration.line.find((step) => step.commit === branch)?.tree;
  const closing = ofType(facts, "gate.finished").filter((each) => each.run.purpose.kind === "close");
  const wanted = new Set([
    ...(state.session?.schedule.gates.afterWave ?? []),
    ...(state.session?.schedule.gates.beforeFinish ?? []),
  ]);
  const seen = new Set(closing.filter((each) => each.report.tree === tree).map((each) => each.run.gate));
  const missing = [...wanted].find((gate) => !seen.has(gate));
  return missing === undefined ? undefined : `the branch moved without gate ${missing} on its tree`;
}
