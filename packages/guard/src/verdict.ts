import type { RuleId } from "./rule/registry.ts";

/** What may happen to a tool call. `ask` waits for a person; where none attends, it is a denial. */
export type Decision = "allow" | "ask" | "deny";

/**
 * The judgement of one tool call by one agent (rules: `docs/spec/guard.md`).
 *
 * `forAgent` says what the agent may do instead and never how the rule could be passed; `forPerson` states
 * the fact. `explanation` holds one line per step that led here; `paths` the files concerned, as written.
 * `warning` is set where a rule matched but enforcement lets the call through.
 */
export type Verdict = {
  readonly decision: Decision;
  readonly rule: RuleId;
  readonly forAgent: string;
  readonly forPerson: string;
  readonly explanation: readonly string[];
  readonly paths: readonly string[];
  readonly warning?: string;
};

/** One thing that a check has found; several make a verdict. */
export type Finding = {
  readonly decision: "ask" | "deny";
  readonly rule: RuleId;
  readonly step: string;
  readonly path?: string;
};

/** The finding that decides: the first denial, else the first question. */
export function worstFinding(findings: readonly Finding[]): Finding | undefined {
  return findings.find((finding) => finding.decision === "deny") ?? findings[0];
}
