import {
  FINDING_CLASSES,
  type AttemptClaim,
  type AttemptEnding,
  type AttemptId,
  type Finding,
  type ReviewFinding,
  type ReviewReport,
  type TaskScope,
} from "@breakwater/core";
import { hashOf, randomFrom, type Random } from "../memory/random.ts";

/**
 * What will become of an attempt, whoever runs it and whenever: fixed by the seed and its name, so that a
 * crash of the coordinator cannot change it.
 */
export type Fate = {
  readonly workspaceFails: boolean;
  readonly startFails: boolean;
  readonly ending: AttemptEnding;
  readonly claim: AttemptClaim;
  readonly changed: number;
  readonly findings: readonly Finding[];
  readonly rejected: number;
  /** What it says where it is a reviewer; absent for one that keeps silent. */
  readonly review?: ReviewReport;
  readonly runMs: number;
  /** What it tells of its cost; absent where its client tells none. */
  readonly usd?: number;
  /** Never ends by itself: until it is stopped, or not even then. */
  readonly hangs: "no" | "until-stopped" | "for-ever";
  readonly conflicts: boolean;
  readonly strays: boolean;
  readonly breaks: boolean;
  readonly failsVerify: boolean;
  readonly repairs: boolean;
  /** Tells the id of its conversation, as soon as it is at work. */
  readonly converses: boolean;
  /** How many folders of its scope have files. */
  readonly folders: number;
  /** Where it was to go on with a conversation, its client has lost it. */
  readonly forgets: boolean;
};

/** The fate of an attempt in the world of a seed. */
export function fateOf(seed: number, attempt: AttemptId, scope: TaskScope): Fate {
  const random = randomFrom(hashOf(`${seed}/${attempt}`));
  const reads = scope.kind === "read-only";
  const ending = random.chance(0.75) ? ({ kind: "completed" } as const) : badEnding(random.below(13));
  const finding: Finding = { claim: "something is so", paths: ["src/a.ts"] };
  return {
    workspaceFails: random.chance(0.01),
    startFails: random.chance(0.02),
    ending,
    claim: claimFrom(random.below(20)),
    changed: reads ? Number(random.chance(0.03)) : random.chance(0.93) ? 1 + random.below(5) : 0,
    findings: reads && random.chance(0.8) ? [finding] : [],
    rejected: random.chance(0.1) ? 1 : 0,
    ...(random.chance(0.7) ? { usd: random.below(150) / 100 } : {}),
    runMs: 1_000 + random.below(200_000),
    hangs: random.chance(0.02) ? "until-stopped" : random.chance(0.005) ? "for-ever" : "no",
    conflicts: random.chance(0.06),
    strays: random.chance(0.06),
    breaks: random.chance(0.12),
    failsVerify: random.chance(0.06),
    repairs: random.chance(0.8),
    converses: random.chance(0.8),
    forgets: random.chance(0.1),
    folders: random.below(6),
    ...(random.chance(0.9) ? { review: reviewFrom(random) } : {}),
  };
}

function reviewFrom(random: Random): ReviewReport {
  const findings = Array.from({ length: random.below(5) }, (_, index): ReviewFinding => {
    const kind = FINDING_CLASSES[random.below(FINDING_CLASSES.length)] ?? "follow-up";
    const file = `src/T${1 + random.below(8)}/a.ts`;
    return {
      ...({ id: `F${index + 1}`, claim: "a fault", dimension: "implementation", class: kind } as const),
      confidence: 30 + random.below(70),
      ...(random.chance(0.9) ? { file, line: 1 } : {}),
      ...(random.chance(0.5) ? { check: `grep fault ${file}` } : {}),
    };
  });
  return { verdict: findings.length > 0 ? "fix-required" : "proceed", dimensions: {}, findings };
}

function claimFrom(roll: number): AttemptClaim {
  if (roll === 0) return { kind: "failed", reason: "could not" };
  if (roll === 1) return { kind: "partial", summary: "half", remaining: "the rest" };
  if (roll === 2) return { kind: "missing" };
  if (roll === 3) return { kind: "no-op", summary: "nothing to do" };
  return { kind: "done", summary: "did it" };
}

function badEnding(roll: number): AttemptEnding {
  const endings: readonly AttemptEnding[] = [
    { kind: "failed", reason: "gave up" },
    { kind: "limit", limit: "turns" },
    { kind: "limit", limit: "wall" },
    { kind: "stuck", pattern: "turn-key-repetition", evidence: "the same call 5 times", focus: ["src/a.ts"] },
    { kind: "stuck", pattern: "pagination-spiral", evidence: "40 pages" },
    { kind: "stuck", pattern: "error-echo", evidence: "the same error 4 times" },
    { kind: "error", class: "quota", message: "used up", retryAfterMs: 120_000 },
    { kind: "error", class: "rate-limit", message: "too fast" },
    { kind: "error", class: "crash", message: "segmentation fault" },
    { kind: "gate-missing", message: "a canary write went through" },
    { kind: "error", class: "auth", message: "signed out" },
    { kind: "error", class: "billing", message: "unpaid", retryAfterMs: 600_000 },
    { kind: "lost", reason: "its process vanished" },
  ];
  return endings[roll] ?? { kind: "completed" };
}
