import { type Failure, ok, type Result } from "@breakwater/core";
import type { FileView } from "../file-view.ts";
import { judgeToolCall } from "../judge-tool-call.ts";
import type { GuardPolicy } from "../policy.ts";
import type { RuleId } from "../rule/registry.ts";
import type { Decision } from "../verdict.ts";
import { type GuardCase, placed, type Places, placedText, readCase } from "./case.ts";
import { grantOfManifest, grantOfPaths } from "./read-grant.ts";

/** What the evaluation needs from the outside. `prepare` makes the fixture as a case wants it. */
export type EvaluationBench = {
  /** Called once per case with its unplaced setup; returns where the fixture lies. Empty setups may share one. */
  readonly prepare: (setup: readonly string[]) => Places;
  readonly view: FileView;
  /** Milliseconds of any steady clock. */
  readonly now: () => number;
  readonly attended: boolean;
};

/** The judgement of one case. `matched` is absent where the case expects nothing. */
export type CaseRow = {
  readonly id: string;
  readonly decision: Decision;
  readonly rule: RuleId;
  readonly ms: number;
  readonly expect?: Decision;
  readonly matched?: boolean;
};

/** All rows, per rule how often it decided and how often wrongly, and the lines that are no cases. */
export type Evaluation = {
  readonly rows: readonly CaseRow[];
  readonly byRule: ReadonlyMap<RuleId, { readonly cases: number; readonly missed: number }>;
  readonly failures: readonly Failure[];
};

/** Judges every case of a corpus in JSON lines; empty lines are skipped, unreadable ones are failures. */
export function evaluateCases(lines: Iterable<string>, bench: EvaluationBench): Evaluation {
  const rows: CaseRow[] = [];
  const failures: Failure[] = [];
  let number = 0;
  for (const line of lines) {
    number += 1;
    if (line.trim() === "") continue;
    const row = evaluateLine(line, number, bench);
    if (row.ok) rows.push(row.value);
    else failures.push(row.failure);
  }
  return { rows, byRule: countByRule(rows), failures };
}

function evaluateLine(line: string, number: number, bench: EvaluationBench): Result<CaseRow> {
  const read = readCase(line, number);
  if (!read.ok) return read;
  const each = read.value;
  const places = bench.prepare(each.setup);
  const policy = policyOf(each, places, bench.attended);
  const start = bench.now();
  const verdict = judgeToolCall(
    { tool: each.tool, input: placed(each.input, places) },
    { policy, view: bench.view },
  );
  const ms = Math.round((bench.now() - start) * 1000) / 1000;
  const expected =
    each.expect === undefined ? {} : { expect: each.expect, matched: each.expect === verdict.decision };
  return ok({ id: each.id, decision: verdict.decision, rule: verdict.rule, ms, ...expected });
}

function policyOf(each: GuardCase, places: Places, attended: boolean): GuardPolicy {
  const grant =
    each.manifest === undefined
      ? grantOfPaths(each.allowedPaths)
      : grantOfManifest(placedText(each.manifest, places));
  return {
    root: each.throughLink ? `${places.worktree}-link` : places.worktree,
    main: places.main,
    home: places.home,
    tmp: places.tmp,
    grant,
    enforcement: "strict",
    attended,
    actor: "agent",
    blockedCommands: [],
    allowDestructive: false,
  };
}

function countByRule(rows: readonly CaseRow[]): Evaluation["byRule"] {
  const counts = new Map<RuleId, { cases: number; missed: number }>();
  for (const row of rows) {
    const count = counts.get(row.rule) ?? { cases: 0, missed: 0 };
    count.cases += 1;
    if (row.matched === false) count.missed += 1;
    counts.set(row.rule, count);
  }
  return counts;
}
