import type { RunState, WaveState } from "../run/state.ts";
import { plainLine } from "./plain-text.ts";
import type { Block, Line } from "./report-block.ts";

/** From this confidence on a finding is reported; from the second on it is named as possible. In percent. */
const REPORTED = 80;
const POSSIBLE = 50;

/**
 * What independent reviewers said of the waves that changed code. A wave without a review is unknown, and so
 * is a session in which none was asked for: neither counts as passed.
 */
export function reviewBlocks(state: RunState): readonly Block[] {
  const reviewer = state.session?.schedule.reviewer;
  const waves = state.waves.filter(changesCode);
  if (waves.length === 0) return [];
  const heading: Block = { kind: "heading", level: 2, line: ["Review"] };
  if (reviewer === undefined) {
    const line = [
      "Unknown: no reviewer was configured (agents.reviewer), so nobody but the gates looked at it.",
    ];
    return [heading, { kind: "paragraph", line }];
  }
  return [
    heading,
    {
      kind: "table",
      head: ["Wave", "Review", "Findings"],
      rows: waves.map((wave) => reviewRow(state, wave)),
    },
  ];
}

function changesCode({ wave, status }: WaveState): boolean {
  if (status !== "finished") return false;
  return wave.roles.some((role) => role === "impl-core" || role === "impl-polish" || role === "quality");
}

function reviewRow(state: RunState, { wave }: WaveState): readonly Line[] {
  const review = [...state.reviews.values()].find((each) => each.wave === wave.number);
  const name: Line = [`${wave.number} ${plainLine(wave.name)}`];
  if (review === undefined) return [name, ["unknown: nothing was reviewed"], ["-"]];
  if (review.failure !== undefined)
    return [name, [`unknown: ${review.failure.code} ${plainLine(review.failure.message)}`], ["-"]];
  const sure = review.findings.filter((each) => each.confidence >= REPORTED);
  const possible = review.findings.filter(
    (each) => each.confidence >= POSSIBLE && each.confidence < REPORTED,
  );
  const named = possible.map((each) => `possible: ${plainLine(each.claim)}`);
  return [name, ["reviewed"], [[`${sure.length} sure, ${possible.length} possible`, ...named].join("; ")]];
}
