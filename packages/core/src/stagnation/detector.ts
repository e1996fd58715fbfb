import type { StagnationClass } from "./detection.ts";
import {
  STAGNATION_LEVELS,
  type StagnationLevel,
  type StagnationPattern,
  type StagnationRules,
} from "./rules.ts";
import type { ToolCall } from "./tool-call.ts";

/** A detector looks at one call after the other and says what it sees. O(1) per call, bounded memory. */
export type Detector = (call: ToolCall) => readonly Signal[];

/** What a detector says that sees nothing; one for all. */
export const NO_SIGNALS: readonly Signal[] = [];

/** The count below which no level of a pattern is reached, so that nothing has to be said. */
export function leastOf(pattern: StagnationPattern, { thresholds }: StagnationRules): number {
  const reached = STAGNATION_LEVELS.map((level) => thresholds[pattern][level] ?? Number.POSITIVE_INFINITY);
  return Math.min(...reached);
}

/** What one detector saw at one call; the ladder makes a detection of it. */
export type Signal = {
  readonly pattern: StagnationPattern;
  /** What it is about, so that two files or commands are graded apart. */
  readonly subject: string;
  readonly count: number;
  /** Counts must be so many times as high. */
  readonly patience?: number;
  /** So much is left out of its count. */
  readonly grace?: number;
  /** It may not go higher than this. */
  readonly most?: StagnationLevel;
  readonly class?: StagnationClass;
  readonly path?: string | undefined;
  readonly calls: readonly string[];
  /** Made only where it is told. */
  readonly evidence: () => string;
};
