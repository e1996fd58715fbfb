import type { CaseRow } from "./evaluate-cases.ts";
import type { Decision } from "../verdict.ts";

/** How far the decisions are from what the cases expect. Cases that expect nothing count nowhere. */
export type Score = {
  readonly expected: Readonly<Record<Decision, number>>;
  readonly matched: number;
  /** Should be denied, is allowed. */
  readonly misses: readonly string[];
  /** Should be denied, is asked about: without a person it is denied. */
  readonly asked: readonly string[];
  /** Should be asked about, is allowed. */
  readonly unasked: readonly string[];
  /** Should be asked about, is denied. */
  readonly overruled: readonly string[];
  /** Should be allowed, is denied. */
  readonly falseDenials: readonly string[];
  /** Should be allowed, is asked about. */
  readonly falseAsks: readonly string[];
};

/** Counts each way in which a decision can differ from the expected one, by the ids of the cases. */
export function scoreOf(rows: readonly CaseRow[]): Score {
  const ids = (expect: Decision, decision: Decision): readonly string[] =>
    rows.filter((row) => row.expect === expect && row.decision === decision).map((row) => row.id);
  const count = (expect: Decision): number => rows.filter((row) => row.expect === expect).length;
  return {
    expected: { allow: count("allow"), ask: count("ask"), deny: count("deny") },
    matched: rows.filter((row) => row.matched === true).length,
    misses: ids("deny", "allow"),
    asked: ids("deny", "ask"),
    unasked: ids("ask", "allow"),
    overruled: ids("ask", "deny"),
    falseDenials: ids("allow", "deny"),
    falseAsks: ids("allow", "ask"),
  };
}
