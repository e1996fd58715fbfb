/** How much a rule of the project's command policy weighs: `warn` never stops a command. */
export type BlockedSeverity = "block" | "warn";

/** One rule of the command policy: the words of `pattern` are looked for in the argv of every program. */
export type BlockedRule = {
  readonly id: string;
  readonly pattern: string;
  readonly severity: BlockedSeverity;
  readonly rationale: string;
};
