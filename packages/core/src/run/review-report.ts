import type { CommitId } from "../ids.ts";

/** What a reviewer looks at, each with a mark of its own. */
export const REVIEW_DIMENSIONS = [
  "implementation",
  "tests",
  "typescript",
  "security",
  "issues",
  "silent-failures",
  "test-depth",
  "type-design",
] as const;
export type ReviewDimension = (typeof REVIEW_DIMENSIONS)[number];

export const REVIEW_MARKS = ["pass", "warn", "fail"] as const;
export type ReviewMark = (typeof REVIEW_MARKS)[number];

export const REVIEW_VERDICTS = ["proceed", "proceed-with-followups", "fix-required", "blocked"] as const;
export type ReviewVerdict = (typeof REVIEW_VERDICTS)[number];

/** What a finding asks for: only the first two become work of this session. */
export const FINDING_CLASSES = [
  "in-scope-blocker",
  "same-pattern-sweep",
  "follow-up",
  "stop-and-escalate",
] as const;
export type FindingClass = (typeof FINDING_CLASSES)[number];

/** One statement of a reviewer. `confidence` is in percent. */
export type ReviewFinding = {
  /** Unique within its review. */
  readonly id: string;
  readonly claim: string;
  readonly confidence: number;
  readonly dimension: ReviewDimension;
  readonly class: FindingClass;
  readonly file?: string;
  readonly line?: number;
  /** A name that must stand in `file`. */
  readonly symbol?: string;
  /** A command whose exit 0 shows the fault. */
  readonly check?: string;
};

/** What a reviewer says of a change; all of it is a claim. A dimension without a mark is unknown. */
export type ReviewReport = {
  readonly verdict: ReviewVerdict;
  readonly dimensions: Readonly<Partial<Record<ReviewDimension, ReviewMark>>>;
  readonly findings: readonly ReviewFinding[];
};

/** From this confidence on a finding is reported, from the second on it is named as possible; in percent. */
export const REPORTED_CONFIDENCE = 80;
export const POSSIBLE_CONFIDENCE = 50;

/** Findings by how sure they are: reported, possible, or only counted. */
export type WeighedFindings = {
  readonly sure: readonly ReviewFinding[];
  readonly possible: readonly ReviewFinding[];
  readonly dropped: readonly ReviewFinding[];
};

/** Sorts findings by confidence; each is in exactly one list, in the order given. */
export function weighFindings(findings: readonly ReviewFinding[]): WeighedFindings {
  const between = (low: number, high: number): readonly ReviewFinding[] =>
    findings.filter(({ confidence }) => confidence >= low && confidence < high);
  return {
    sure: between(REPORTED_CONFIDENCE, Number.POSITIVE_INFINITY),
    possible: between(POSSIBLE_CONFIDENCE, REPORTED_CONFIDENCE),
    dropped: findings.filter(({ confidence }) => !(confidence >= POSSIBLE_CONFIDENCE)),
  };
}

/** True where a finding asks for work in this session. */
export function isBlocking({ class: kind }: ReviewFinding): boolean {
  switch (kind) {
    case "in-scope-blocker":
    case "same-pattern-sweep":
      return true;
    case "follow-up":
    case "stop-and-escalate":
      return false;
  }
}

/** `src/a.ts:3`, or nothing where a finding names no file. */
export function placeOfFinding({ file, line }: ReviewFinding): string {
  if (file === undefined) return "";
  return line === undefined ? file : `${file}:${line}`;
}

/** What an attempt reviews, instead of carrying out a task: the change from `from` to its base. */
export type Reviewing = { readonly review: string; readonly from: CommitId };

/** A finding that a mechanical check refuted, with what the check saw. */
export type RejectedFinding = { readonly finding: ReviewFinding; readonly reason: string };
