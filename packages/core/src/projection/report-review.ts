import type { RunState } from "../run/state.ts";
import { plainLine } from "./plain-text.ts";
import type { Block, Line } from "./report-block.ts";
import { countsText, reviewRows, type FindingRow, type ReviewRow } from "./review-row.ts";

/**
 * What independent reviewers said of the waves that changed code. A wave without a review is unknown, and so
 * is a session in which none was asked for: neither counts as passed.
 */
export function reviewBlocks(state: RunState): readonly Block[] {
  const heading: Block = { kind: "heading", level: 2, line: ["Review"] };
  if (state.session?.schedule.reviewer === undefined) {
    const line = [
      "Unknown: no reviewer was configured (agents.reviewer), so nobody but the gates looked at it.",
    ];
    return changesCode(state) ? [heading, { kind: "paragraph", line }] : [];
  }
  const rows = reviewRows(state);
  if (rows.length === 0) return [];
  const findings = rows.flatMap((row) => row.findings.map((finding) => findingRow(row, finding)));
  const table = { kind: "table", head: ["Wave", "Review", "Findings"], rows: rows.map(reviewRow) } as const;
  const head = ["Finding", "Confidence", "Where", "What became of it"];
  return [
    heading,
    table,
    ...(findings.length === 0 ? [] : [{ kind: "table", head, rows: findings } as const]),
  ];
}

function changesCode({ waves }: RunState): boolean {
  return waves.some(
    ({ wave, status }) =>
      status === "finished" &&
      wave.roles.some((role) => role === "impl-core" || role === "impl-polish" || role === "quality"),
  );
}

function reviewRow(row: ReviewRow): readonly Line[] {
  const name: Line = [`${row.wave} ${plainLine(row.name)}`];
  switch (row.state) {
    case "running":
      return [name, ["under way"], ["-"]];
    case "unknown":
      return [name, [`unknown: ${plainLine(row.why ?? "")}`], ["-"]];
    case "known":
      return [name, [`the reviewer says ${row.verdict ?? ""}`], [countsText(row)]];
  }
}

function findingRow({ wave }: ReviewRow, finding: FindingRow): readonly Line[] {
  const { id, claim, confidence, class: kind, place, standing, detail } = finding;
  const became = detail === undefined ? standing : `${standing}: ${plainLine(detail, 300)}`;
  return [
    [`wave ${wave} ${plainLine(id, 40)}: ${plainLine(claim)} (${kind})`],
    [`${confidence}`],
    [place === "" ? "-" : plainLine(place, 200)],
    [became],
  ];
}
