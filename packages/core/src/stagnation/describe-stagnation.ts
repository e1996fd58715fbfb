import { plainLine } from "../projection/plain-text.ts";
import type { StagnationDetection } from "./detection.ts";
import type { StagnationPattern } from "./rules.ts";

/** What an agent is told once at a nudge: what was seen, and what to do instead. One paragraph, plain text. */
export function nudgeText(detection: StagnationDetection): string {
  return `You seem to be stuck: ${detection.evidence}. ${adviceFor(detection)} If there is no other way, report STATUS: partial with what is done and what is in the way.`;
}

/** What a stopped agent is told, so that it leaves whole files behind. */
export function stuckText(detection: StagnationDetection): string {
  return `This attempt is ended because it repeats itself: ${detection.evidence}. Start nothing new. Leave every file in a whole state, then report now with STATUS: partial, what is done and what remains.`;
}

/** What a report says of a stop: the sentence and the calls that prove it. */
export function stuckEvidence({ evidence, calls }: StagnationDetection): string {
  const proof = calls.length === 0 ? "" : ` (calls ${calls.join(", ")})`;
  return plainLine(`${evidence}${proof}`, 600);
}

function adviceFor(detection: StagnationDetection): string {
  if (detection.class !== "other") return CLASS_ADVICE[detection.class];
  return PATTERN_ADVICE[detection.pattern];
}

const CLASS_ADVICE = {
  "edit-format-friction":
    "Your picture of the file is wrong. Read the exact lines again, then edit with a short text that stands there once.",
  "scope-denied": "The refusal will not change. Work only on files inside your scope.",
  "command-blocked": "The command stays blocked. Reach the goal without it.",
} as const;

const ELSEWHERE = "The next time will be like the last ones. Say what you expected, then try something else.";

const PATTERN_ADVICE: Readonly<Record<StagnationPattern, string>> = {
  "error-echo": "The same try gives the same error. Find out why before you try again.",
  "pagination-spiral":
    "Search for the symbol or the line you need instead of paging, then work with what you have read.",
  "turn-key-repetition": ELSEWHERE,
  alternation: ELSEWHERE,
  "edit-revert": "Decide for one version of the file, say why, and keep it.",
  "unchanged-failures":
    "Your changes do not reach the failure. Read its output closely and look for another cause.",
  "no-progress": "Go on to the next thing your task needs.",
  monologue: "Act: make the next call, or report.",
  silence: "Go on, or report how far you are.",
  "repeated-edits": "Make the remaining changes of this file in one step.",
};
