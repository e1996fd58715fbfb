import type { Disposition } from "../run/disposition.ts";
import type { OutcomeKind } from "../run/outcome.ts";

/** The four buckets of a session record's `agent_summary`. */
export type SummaryBucket = "complete" | "partial" | "failed" | "spiral";

/** A state as every face shows it: one glyph, its ASCII twin and its word. */
export type Glyph = { readonly glyph: string; readonly ascii: string; readonly word: string };

export type OutcomeRow = {
  /** What the task becomes when this was its last attempt. */
  readonly disposition: Disposition["kind"];
  readonly glyph: Glyph;
  readonly bucket: SummaryBucket;
};

export const GLYPHS = {
  queued: { glyph: "○", ascii: ".", word: "queued" },
  working: { glyph: "◆", ascii: "*", word: "working" },
  needsYou: { glyph: "?", ascii: "?", word: "needs you" },
  gating: { glyph: "▸", ascii: ">", word: "gating" },
  done: { glyph: "✓", ascii: "+", word: "done" },
  failed: { glyph: "✗", ascii: "x", word: "failed" },
  stopped: { glyph: "■", ascii: "#", word: "stopped" },
  tripped: { glyph: "⚡", ascii: "!", word: "tripped" },
  skipped: { glyph: "-", ascii: "-", word: "skipped" },
} as const satisfies Readonly<Record<string, Glyph>>;

/** The one table that maps an outcome to everything that is said of it. */
export const OUTCOME_TABLE: Readonly<Record<OutcomeKind, OutcomeRow>> = {
  done: { disposition: "done", glyph: GLYPHS.done, bucket: "complete" },
  "no-op": { disposition: "no-op", glyph: GLYPHS.done, bucket: "complete" },
  partial: { disposition: "carried", glyph: GLYPHS.failed, bucket: "partial" },
  failed: { disposition: "carried", glyph: GLYPHS.failed, bucket: "failed" },
  spiral: { disposition: "carried", glyph: GLYPHS.tripped, bucket: "spiral" },
  stagnant: { disposition: "carried", glyph: GLYPHS.tripped, bucket: "spiral" },
  "timed-out": { disposition: "carried", glyph: GLYPHS.stopped, bucket: "partial" },
  cancelled: { disposition: "carried", glyph: GLYPHS.stopped, bucket: "failed" },
  lost: { disposition: "carried", glyph: GLYPHS.failed, bucket: "failed" },
};
