import { plainLine } from "../projection/plain-text.ts";
import { dispositionOf } from "../run/disposition.ts";
import type { RunState } from "../run/state.ts";

/** Something that a session showed by its facts; a learning where it is seen for the first time. */
export type Observation = {
  readonly type: ObservationType;
  /** A path, a gate, a rule, a pattern or a session type: the key under which it is found again. */
  readonly subject: string;
  readonly insight: string;
  readonly evidence: string;
};

export type ObservationType =
  | "fragile-file"
  | "effective-sizing"
  | "recurring-issue"
  | "scope-guidance"
  | "deviation-pattern"
  | "stagnation-class-frequency";

/**
 * What the facts of a session teach, at most 20 of each type. Nothing in it is an agent's opinion: conflicts,
 * held paths, blamed gates, loops and repeated deviations were all seen by the engine.
 */
export function observationsOf(state: RunState): readonly Observation[] {
  const attempts = [...state.attempts.values()];
  const conflicts = attempts.flatMap(({ id, conflict }) =>
    (conflict?.paths ?? []).map((path) => [path, id] as const),
  );
  const held = attempts.flatMap(({ id, audit }) =>
    (audit?.held ?? []).map(({ path }) => [path, id] as const),
  );
  const gates = state.blames.map(({ gate, attempt }) => [gate, attempt] as const);
  const loops = attempts.flatMap(({ id, report }) =>
    report?.ending.kind === "stuck" ? [[report.ending.pattern, id] as const] : [],
  );
  const rules = state.deviations.map(({ rule, wave }) => [rule, `wave ${wave}`] as const);
  return [
    ...grouped(conflicts, "fragile-file", "changes of several tasks met here; give it to one task of a wave"),
    ...grouped(held, "scope-guidance", "was written outside the agreed scope; plan it or keep it closed"),
    ...grouped(
      gates,
      "recurring-issue",
      "this check went red after a merge; run it before the work is handed in",
    ),
    ...grouped(
      loops,
      "stagnation-class-frequency",
      "agents were stopped because they repeated themselves so",
    ),
    ...grouped(rules, "deviation-pattern", "sessions left their plan by this rule again and again", 3),
    ...sizing(state),
  ];
}

const MOST = 20;

function grouped(
  seen: readonly (readonly [subject: string, where: string])[],
  type: ObservationType,
  insight: string,
  least = 1,
): readonly Observation[] {
  const places = new Map<string, Set<string>>();
  const counts = new Map<string, number>();
  for (const [raw, where] of seen) {
    const subject = plainLine(raw, 300);
    places.set(subject, (places.get(subject) ?? new Set()).add(where));
    counts.set(subject, (counts.get(subject) ?? 0) + 1);
  }
  return [...places]
    .filter(([subject]) => (counts.get(subject) ?? 0) >= least)
    .slice(0, MOST)
    .map(([subject, where]) => ({
      type,
      subject,
      insight,
      evidence: plainLine(`${counts.get(subject) ?? 0} times: ${[...where].slice(0, 10).join(", ")}`, 300),
    }));
}

/** A size that worked: every planned task was done by its first attempt. */
function sizing(state: RunState): readonly Observation[] {
  const planned = [...state.tasks.values()].filter(({ task }) => task.source.kind === "plan");
  const { session } = state;
  const smooth = planned.every(
    (each) => each.attempts.length === 1 && dispositionOf(state, each)?.kind === "done",
  );
  if (session === undefined || planned.length < 2 || !smooth) return [];
  const { schedule } = session;
  const insight = `${planned.length} tasks in ${schedule.waves.length} waves, at most ${schedule.maxParallel} at once, were all done by their first attempt`;
  return [{ type: "effective-sizing", subject: schedule.session, insight, evidence: session.id }];
}
