import type { GateId, TreeId } from "../ids.ts";
import type { WallTier } from "../policy/wall.ts";

/** What a run of a check counted; absent numbers were not reported. */
export type GateCounts = { readonly passed?: number; readonly failed?: number; readonly skipped?: number };

/** How the failing names and counts were learned; `exit-code` means that only the code is known. */
export type GateEvidence = "report-file" | "recognised-text" | "exit-code";

/**
 * What one run of a check on one tree showed. It holds no verdict: the verdict is derived from this and
 * the baseline by `gateVerdict`.
 */
export type GateReport = {
  readonly gate: GateId;
  readonly tree: TreeId;
  readonly command: string;
  /** Hash of what else can change the result: environment names and values, tool versions, setup. */
  readonly environment: string;
  readonly result: GateExit;
  readonly evidence: GateEvidence;
  readonly counts: GateCounts;
  /** Stable names of failing tests or diagnostics; undefined where none could be told apart. */
  readonly failing?: readonly string[];
  /** True where a second run of the same tree passed. */
  readonly flaky: boolean;
  /** True where the report of an equal earlier run was used instead of a run. */
  readonly lookedUp: boolean;
  readonly durationMs: number;
  /** The last lines of output, bounded, control sequences removed; the whole is in `outputFile`. */
  readonly tail: string;
  readonly outputFile?: string;
  /** The wall that stood around the command; absent where a version without walls ran it. */
  readonly wall?: WallTier;
};

export type GateExit =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signalled"; readonly signal: string }
  | { readonly kind: "timed-out"; readonly afterMs: number }
  | { readonly kind: "missing-command"; readonly program: string }
  | { readonly kind: "could-not-run"; readonly reason: string };

/**
 * The judgement on one report. `unknown` is never pass: it blocks or asks. `red` names what is new
 * against the baseline, where names are known.
 */
export type GateVerdict =
  | { readonly kind: "green"; readonly flaky: boolean; readonly knownFailures: readonly string[] }
  | { readonly kind: "red"; readonly newFailures: readonly string[] }
  | { readonly kind: "unknown"; readonly reason: string };
