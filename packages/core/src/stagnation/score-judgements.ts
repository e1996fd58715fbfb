import type { ExpectedVerdict } from "./call-stream.ts";
import type { StreamJudgement } from "./judge-calls.ts";

/** A share with its 95 % interval (Wilson); null where nothing was counted. */
export type Share = {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly of: number;
};

/** How judgements compare with what people said of the same streams. */
export type StagnationScore = {
  readonly streams: number;
  readonly stuck: number;
  readonly ok: number;
  /** Streams with an expectation; the counts below are of these. */
  readonly expected: number;
  readonly right: { readonly stuck: number; readonly ok: number };
  readonly missed: readonly string[];
  readonly false: readonly string[];
  /** Stuck streams that were told more than two calls after the call that was expected. */
  readonly late: readonly string[];
  readonly precision: Share | null;
  readonly recall: Share | null;
};

/** One judged stream, and what was expected of it. */
export type JudgedStream = {
  readonly judgement: Pick<StreamJudgement, "id" | "verdict" | "at">;
  readonly expect: ExpectedVerdict | undefined;
};

/** Counts rights and wrongs. */
export function scoreJudgements(judged: readonly JudgedStream[]): StagnationScore {
  const ids = (told: "stuck" | "ok", expected: "stuck" | "ok"): readonly string[] =>
    judged
      .filter(({ judgement, expect }) => judgement.verdict === told && expect?.verdict === expected)
      .map(({ judgement }) => judgement.id);
  const hits = ids("stuck", "stuck");
  const missed = ids("ok", "stuck");
  const wrong = ids("stuck", "ok");
  const stuck = judged.filter(({ judgement }) => judgement.verdict === "stuck").length;
  return {
    streams: judged.length,
    stuck,
    ok: judged.length - stuck,
    expected: judged.filter(({ expect }) => expect !== undefined).length,
    right: { stuck: hits.length, ok: ids("ok", "ok").length },
    missed,
    false: wrong,
    late: judged.filter(isLate).map(({ judgement }) => judgement.id),
    precision: shareOf(hits.length, hits.length + wrong.length),
    recall: shareOf(hits.length, hits.length + missed.length),
  };
}

/** How many calls later than expected a stream may be told. */
export const MOST_LATE = 2;

function isLate({ judgement, expect }: JudgedStream): boolean {
  if (judgement.at === null || expect?.verdict !== "stuck" || expect.at === undefined) return false;
  return judgement.at > expect.at + MOST_LATE;
}

function shareOf(hits: number, of: number): Share | null {
  if (of === 0) return null;
  const share = hits / of;
  const z = 1.96;
  const middle = (share + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return {
    share: round(share),
    low: round(Math.max(0, middle - half)),
    high: round(Math.min(1, middle + half)),
    of,
  };
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000;
