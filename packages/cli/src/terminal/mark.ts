import { GLYPHS, type GateWord, type StateWord } from "@breakwater/core";
import type { Look, Span } from "./span.ts";

const LOOKS: Readonly<Record<StateWord, Look>> = {
  queued: "dim",
  working: "busy",
  needsYou: "warn",
  gating: "busy",
  done: "good",
  failed: "bad",
  stopped: "bad",
  tripped: "odd",
  skipped: "dim",
};

/** The glyph of a state, or its ASCII twin. */
export function stateMark(word: StateWord, ascii: boolean): Span {
  return { text: ascii ? GLYPHS[word].ascii : GLYPHS[word].glyph, look: LOOKS[word] };
}

const GATE_STATES: Readonly<Record<GateWord, StateWord>> = {
  "not run": "queued",
  running: "gating",
  green: "done",
  red: "failed",
  unknown: "needsYou",
};

/** The glyph of a gate's verdict; unknown looks like a question, never like a pass. */
export function gateMark(word: GateWord, ascii: boolean): Span {
  return stateMark(GATE_STATES[word], ascii);
}
