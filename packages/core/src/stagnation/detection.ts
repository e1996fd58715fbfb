import type { StagnationLevel, StagnationPattern } from "./rules.ts";

/** What kind of error an agent ran into; read by other programs. */
export const STAGNATION_CLASSES = [
  "edit-format-friction",
  "scope-denied",
  "command-blocked",
  "other",
] as const;
export type StagnationClass = (typeof STAGNATION_CLASSES)[number];

/**
 * What was done about a detection: only recorded, the agent told, the agent not told because it takes no
 * messages, or the attempt ended.
 */
export const STAGNATION_RESPONSES = ["recorded", "nudged", "not-told", "stopped"] as const;
export type StagnationResponse = (typeof STAGNATION_RESPONSES)[number];

/** One finding about one agent, given once per pattern, subject and level. */
export type StagnationDetection = {
  readonly pattern: StagnationPattern;
  readonly level: StagnationLevel;
  readonly class: StagnationClass;
  /** Relative to the workspace; null where it is about no file, or about one outside. */
  readonly file: string | null;
  /** How often it happened; for silence the time in milliseconds. */
  readonly occurrences: number;
  /** Ids of the newest calls that prove it, oldest first; at most 8. */
  readonly calls: readonly string[];
  /** One plain sentence for people. The names in it are the agent's. */
  readonly evidence: string;
};
