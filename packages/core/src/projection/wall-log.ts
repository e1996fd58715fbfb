import type { RecordedFact } from "../run/fact.ts";
import { taskOfAttempt, type AttemptId, type TaskId } from "../ids.ts";

/** The wall that met content out of scope: the agent's own door, the operating system, or the merge audit. */
export type Layer = "door" | "wall" | "audit";

/** One meeting of content out of scope with a wall, and what came of it. */
export type WallEntry = {
  readonly fact: number;
  readonly at: number;
  readonly task: TaskId;
  readonly attempt: AttemptId;
  readonly path: string;
  readonly tool: string;
  readonly rule: string;
  readonly layer: Layer;
  /** `let through` was recorded at the door only; the audit still judges the content. */
  readonly result: "denied" | "let through" | "held";
  /** What happened, in words; it may name what the agent wrote. */
  readonly why?: string;
};

/** Everything that was out of scope in a session, in order, with the wall that held it. */
export function wallLog(facts: Iterable<RecordedFact>): readonly WallEntry[] {
  const entries: WallEntry[] = [];
  for (const { seq, at, fact } of facts) {
    if (fact.type === "scope.denied") {
      const { attempt, path, tool, rule, allowed, forPerson: why } = fact;
      const result = allowed ? "let through" : "denied";
      entries.push({
        fact: seq,
        at,
        task: taskOfAttempt(attempt),
        attempt,
        path,
        tool,
        rule,
        layer: layerOf(fact),
        result,
        ...(why === undefined ? {} : { why }),
      });
    }
    if (fact.type === "candidate.audited") {
      const { attempt, held } = fact;
      const common = {
        fact: seq,
        at,
        task: taskOfAttempt(attempt),
        attempt,
        tool: "-",
        layer: "audit",
        result: "held",
      } as const;
      entries.push(...held.map(({ path, rule }) => ({ ...common, path, rule })));
    }
  }
  return entries;
}

/** Who refused: the fact says it, else its rule, where those that begin with `wall` are the operating system's. */
export function layerOf({
  layer,
  rule,
}: {
  readonly layer?: Exclude<Layer, "audit">;
  readonly rule: string;
}): Exclude<Layer, "audit"> {
  return layer ?? (/^wall\b/u.test(rule) ? "wall" : "door");
}
