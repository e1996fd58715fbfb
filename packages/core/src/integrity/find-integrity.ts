import { testFindings, testsOf } from "./compare-tests.ts";
import type { IntegrityFinding, TextChange } from "./finding.ts";
import { configFindings, isGateConfig } from "./gate-config.ts";
import { silencedFindings } from "./silenced.ts";

/**
 * What a change does to the checks that are to judge it: tests that are deleted, skipped, emptied, weakened
 * or run alone, thresholds that are lowered, gates that are edited, failures that are hidden
 * (`docs/spec/integrity.md`). Pure, total and linear in the texts; it knows texts, not meanings, so its
 * findings are reasons to look and never a verdict. An honest refactoring is silent.
 */
export function integrityFindings(changes: readonly TextChange[]): readonly IntegrityFinding[] {
  return [...testFindings(changes), ...configFindings(changes), ...changes.flatMap(silencedFindings)];
}

/** Whether a path can have findings at all, so that other files need not be read. */
export function bearsIntegrity(path: string): boolean {
  return testsOf(path, "") !== undefined || isGateConfig(path) || /\.(?:[cm]?[jt]sx?|py|go)$/.test(path);
}
