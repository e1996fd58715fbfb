import type { StandingWall } from "../policy/wall.ts";
import type { ReviewReport } from "./review-report.ts";

/** What an agent says of its own work. A claim is checked against evidence, never believed. */
export type AttemptClaim =
  | { readonly kind: "done"; readonly summary: string }
  | { readonly kind: "no-op"; readonly summary: string }
  | { readonly kind: "partial"; readonly summary: string; readonly remaining: string }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "missing" };

/** A limit that code counts; `tokens` and `usd` only where the runtime reports them. */
export type LimitKind = "turns" | "tool-calls" | "wall" | "idle" | "output" | "tokens" | "usd";

/** Why a provider or client failed, from the real shapes of the runtimes. */
export type RuntimeErrorClass =
  | "quota"
  | "rate-limit"
  | "auth"
  | "billing"
  | "overload"
  | "network"
  | "context-overflow"
  | "refusal"
  | "crash"
  | "protocol";

/** How an attempt came to an end, as its host observed it. Exactly one per attempt that started. */
export type AttemptEnding =
  | { readonly kind: "completed" }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "limit"; readonly limit: LimitKind }
  | { readonly kind: "stopped"; readonly reason: string }
  /** Stopped because it repeated itself; `focus` are the files that the loop was about. */
  | {
      readonly kind: "stuck";
      readonly pattern: string;
      readonly evidence: string;
      readonly focus?: readonly string[];
    }
  | {
      readonly kind: "error";
      readonly class: RuntimeErrorClass;
      readonly message: string;
      readonly retryAfterMs?: number;
    }
  | { readonly kind: "gate-missing"; readonly message: string }
  | { readonly kind: "lost"; readonly reason: string };

/** Consumption of one attempt. Absent means that the runtime does not report it; it is never zero by default. */
export type AttemptUsage = {
  readonly turns: number;
  readonly toolCalls: number;
  readonly denials: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly usd?: number;
};

/** A checked statement of a read-only task about the repository. */
export type Finding = {
  readonly claim: string;
  readonly paths: readonly string[];
  /** A command whose exit 0 reproduces the claim. */
  readonly check?: string;
};

/**
 * The final report of one attempt, written once by its host as the last thing it does.
 * `token` ties it to the start that ordered it, so that a stale file is never taken for an answer.
 */
export type AttemptReport = {
  readonly ending: AttemptEnding;
  readonly exitCode: number | null;
  readonly claim: AttemptClaim;
  readonly usage: AttemptUsage;
  readonly findings: readonly Finding[];
  readonly questions: readonly string[];
  /** What a reviewer reports, where it did so by the schema. */
  readonly review?: ReviewReport;
  /** The runtime's own session id, where an interrupted conversation can be resumed. */
  readonly runtimeSession?: string;
  /** The wall that stood around it; absent where the host knew of none. */
  readonly wall?: StandingWall;
};
