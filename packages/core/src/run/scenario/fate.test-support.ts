import type { Region } from "../../policy/edit-region.ts";
import type {
  AttemptClaim,
  AttemptEnding,
  AttemptUsage,
  Finding,
  LimitKind,
  RuntimeErrorClass,
} from "../attempt-report.ts";
import { FINDING_CLASSES, REVIEW_VERDICTS, type ReviewFinding, type ReviewReport } from "../review-report.ts";
import { after, listOf, numberAfter, oneOf } from "./script.test-support.ts";

/** What a scenario says of an attempt before it happens; what it does not say goes well. */
export type Fate = {
  readonly ending: AttemptEnding;
  readonly claim: AttemptClaim;
  readonly changed: number | undefined;
  readonly usage: AttemptUsage;
  /** The id of its conversation, which it tells at its start and in its report. */
  readonly session: string | undefined;
  readonly findings: readonly Finding[] | undefined;
  readonly rejects: boolean;
  /** What a reviewer reports; `nothing` where it keeps silent. */
  readonly review: ReviewReport | "nothing";
  readonly conflicts: readonly string[];
  readonly held: readonly string[];
  /** Tests that its change skips. */
  readonly skips: readonly string[];
  /** Declared files that it does not make. */
  readonly lacks: readonly string[];
  /** Folders in which its scope has files. */
  readonly folders: readonly string[];
  /** A region of a file that it edited, as `src/a.ts:render:10-20`. */
  readonly edits: readonly Region[];
  /** The step that cannot be performed, by its name in `T1.1 fails STEP`. */
  readonly fails: FailingStep | undefined;
  readonly hangs: "no" | "until-stopped" | "until-killed" | "for-ever";
};

const STEPS = ["workspace", "start", "snapshot", "candidate", "advance"] as const;
export type FailingStep = (typeof STEPS)[number];

const LIMITS: readonly LimitKind[] = ["turns", "tool-calls", "wall", "idle", "output", "tokens", "usd"];
const ERRORS: readonly RuntimeErrorClass[] = [
  "quota",
  "rate-limit",
  "auth",
  "billing",
  "overload",
  "network",
  "context-overflow",
  "refusal",
  "crash",
  "protocol",
];
const HANGS = ["until-stopped", "until-killed", "for-ever"] as const;

export const goodFate: Fate = {
  ending: { kind: "completed" },
  claim: { kind: "done", summary: "all done" },
  changed: undefined,
  usage: { turns: 3, toolCalls: 9, denials: 0 },
  session: undefined,
  findings: undefined,
  rejects: false,
  review: { verdict: "proceed", dimensions: {}, findings: [] },
  conflicts: [],
  held: [],
  skips: [],
  lacks: [],
  folders: [],
  edits: [],
  fails: undefined,
  hangs: "no",
};

/** Reads `T1.1 exits limit turns` and its like; undefined where the second word is no such verb. */
export function fateLine(words: readonly string[]): Partial<Fate> | undefined {
  const [, verb = "", ...rest] = words;
  switch (verb) {
    case "exits":
      return { ending: endingOf(rest) };
    case "claims":
      return { claim: claimOf(rest[0] ?? "") };
    case "changes":
      return { changed: Number(rest[0]) };
    case "uses":
      return { usage: usageOf(rest) };
    case "converses":
      return { session: rest[0] };
    case "finds":
      return findingFate(rest);
    case "reports":
      return { review: rest[0] === "nothing" ? "nothing" : reviewOf(rest) };
    case "conflicts":
      return { conflicts: listOf(rest[0]) };
    case "strays":
      return { held: listOf(rest[0]) };
    case "skips":
      return { skips: listOf(rest[0]) };
    case "lacks":
      return { lacks: listOf(rest[0]) };
    case "spreads":
      return { folders: listOf(rest[0]) };
    case "edits":
      return { edits: listOf(rest[0]).map(regionOf) };
    case "fails":
      return { fails: oneOf(STEPS, rest[0]) };
    case "hangs":
      return { hangs: oneOf(HANGS, rest[0]) };
    default:
      return undefined;
  }
}

function regionOf(text: string): Region {
  const [file = "", symbol = "", lines = ""] = text.split(":");
  const [from, to] = lines.split("-").map(Number);
  return { file, symbol, from: from ?? 1, to: to ?? 1 };
}

/** Consumption as `tokens 500 usd 2` or `nothing` says it. */
export function usageOf(words: readonly string[]): AttemptUsage {
  const [tokens, usd] = [numberAfter(words, "tokens"), numberAfter(words, "usd")];
  const turns = numberAfter(words, "turns");
  return {
    ...goodFate.usage,
    ...(turns === undefined ? {} : { turns }),
    ...(words.includes("nothing") ? { turns: 0, toolCalls: 0 } : {}),
    ...(tokens === undefined ? {} : { inputTokens: tokens }),
    ...(usd === undefined ? {} : { usd }),
  };
}

function endingOf(words: readonly string[]): AttemptEnding {
  const [kind = "", word] = words;
  switch (kind) {
    case "completed":
      return { kind };
    case "failed":
      return { kind, reason: word ?? "it said so" };
    case "limit":
      return { kind, limit: oneOf(LIMITS, word) };
    case "stopped":
      return { kind, reason: "stopped from outside" };
    case "stuck": {
      const focus = listOf(after(words, "at"));
      const stuck = { kind, pattern: word ?? "", evidence: "the same call 12 times" } as const;
      return focus.length === 0 ? stuck : { ...stuck, focus };
    }
    case "error": {
      const minutes = numberAfter(words, "minutes");
      const error = { kind, class: oneOf(ERRORS, word), message: "the provider said no" } as const;
      return minutes === undefined ? error : { ...error, retryAfterMs: minutes * 60_000 };
    }
    case "gate-missing":
      return { kind, message: "the canary was written" };
    case "lost":
      return { kind, reason: "its process is gone" };
    default:
      throw new Error(`Reading a scenario: an attempt cannot exit "${kind}"`);
  }
}

function claimOf(kind: string): AttemptClaim {
  switch (kind) {
    case "done":
    case "no-op":
      return { kind, summary: "as told" };
    case "partial":
      return { kind, summary: "half", remaining: "the other half" };
    case "failed":
      return { kind, reason: "it cannot be done so" };
    case "missing":
      return { kind };
    default:
      throw new Error(`Reading a scenario: an attempt cannot claim "${kind}"`);
  }
}

/**
 * `reports fix-required 90 in-scope-blocker src/a.ts "The claim"`, with four words for each further finding.
 * A file that ends with `?` stands for one with a command that shows the fault, `-` for no file.
 */
function reviewOf([verdict, ...words]: readonly string[]): ReviewReport {
  const findings: ReviewFinding[] = [];
  for (let at = 0; at < words.length; at += 4) {
    const [confidence, kind, place = "-", claim = ""] = words.slice(at, at + 4);
    const file = place.replace(/\?$/u, "");
    findings.push({
      id: `r${findings.length + 1}`,
      claim,
      confidence: Number(confidence),
      dimension: "implementation",
      class: oneOf(FINDING_CLASSES, kind),
      ...(file === "-" ? {} : { file }),
      ...(place.endsWith("?") ? { check: `grep fault ${file}` } : {}),
    });
  }
  return { verdict: oneOf(REVIEW_VERDICTS, verdict), dimensions: {}, findings };
}

/** `finds nothing`, `finds "the claim"` or `finds "the claim" rejected`. */
function findingFate(words: readonly string[]): Partial<Fate> {
  const [claim = ""] = words;
  const findings = claim === "nothing" ? [] : [{ claim, paths: ["src/index.ts"] }];
  return { findings, rejects: words.includes("rejected") };
}
