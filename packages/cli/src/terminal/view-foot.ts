import { costText, span as duration, type Board, type GateRow } from "@breakwater/core";
import { gateMark } from "./mark.ts";
import { span, spansWidth, type Paper, type Span } from "./span.ts";

/** Gates, walls and cost: one line where they fit, else one each. */
export function footLines(board: Board, paper: Paper): readonly (readonly Span[])[] {
  const gates = gateSpans(board, paper);
  const scope = scopeSpans(board);
  const cost: readonly Span[] = [span(" cost   ", "dim"), span(costText(board.cost))];
  const free = paper.width - spansWidth([...gates, ...scope], paper);
  const first = free >= 4 ? [[...gates, span(" ".repeat(free)), ...scope]] : [gates, scope];
  return [[], ...first.filter((line) => line.length > 0), ...(board.session === undefined ? [] : [cost])];
}

function gateSpans({ gates }: Board, paper: Paper): readonly Span[] {
  if (gates.length === 0) return [span(" gates  ", "dim"), span("none")];
  return [span(" gates  ", "dim"), ...gates.flatMap((gate, index) => oneGate(gate, index, paper))];
}

function oneGate(gate: GateRow, index: number, paper: Paper): readonly Span[] {
  const time =
    gate.durationMs === undefined ? "" : ` ${gate.lookedUp ? "looked up" : duration(gate.durationMs)}`;
  const notes = [
    gate.baseline ? "base" : "",
    gate.flaky ? "flaky" : "",
    gate.waived ? "accepted" : "",
  ].filter((note) => note !== "");
  return [
    span(`${index === 0 ? "" : "   "}${gate.id} `),
    gateMark(gate.word, paper.ascii),
    span(time, "dim"),
    ...(notes.length === 0 ? [] : [span(` ${notes.join(", ")}`, "dim")]),
  ];
}

function scopeSpans({ scope }: Board): readonly Span[] {
  const through = scope.letThrough === 0 ? "" : `${scope.letThrough} let through, `;
  return [
    span(" scope  ", "dim"),
    span(`${scope.denied} denied, ${through}${scope.held} held, `),
    span(`${scope.escapes} escaped`, scope.escapes === 0 ? "plain" : "bad"),
  ];
}
