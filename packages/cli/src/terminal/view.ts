import {
  costMark,
  clock,
  STATE_WORDS,
  type AttentionItem,
  type Board,
  type StateWord,
} from "@breakwater/core";
import { keyLine } from "./key-map.ts";
import { stateMark } from "./mark.ts";
import { drawLine, span, spansWidth, type Paper, type Span } from "./span.ts";
import { cutText } from "./text-width.ts";
import { footLines } from "./view-foot.ts";
import { needsLines } from "./view-needs.ts";
import { tableLines } from "./view-table.ts";

/** What the live view shows, as core derives it; `now` in milliseconds since the epoch. */
export type Screen = {
  readonly board: Board;
  readonly attention: readonly AttentionItem[];
  readonly now: number;
};

export type ViewOptions = { readonly color: boolean; readonly ascii: boolean; readonly height: number };

/**
 * The live view as lines, each at most `width` columns and together at most `height` (at least one).
 *
 * What waits for a person comes first and is never folded; failures come next. Where the height does not
 * suffice, finished and queued rows fold first. Below 40 columns it is one status line. Text of agents and
 * of the repository is made harmless here; the only escape sequences are colours, and only with `color`.
 */
export function view(screen: Screen, width: number, options: ViewOptions): readonly string[] {
  const paper: Paper = { width: Math.max(1, Math.floor(width)), color: options.color, ascii: options.ascii };
  const lines =
    paper.width < 40 ? [statusLine(screen.board)(paper)] : fullView(screen, paper, options.height);
  return lines.slice(0, Math.max(1, options.height)).map((spans) => drawLine(spans, paper));
}

function fullView(screen: Screen, paper: Paper, height: number): readonly (readonly Span[])[] {
  const { board } = screen;
  const head = [headLine(board, paper), waveLine(board, paper)];
  const needs = needsLines(screen, paper);
  const foot = [...footLines(board, paper), keyLine(paper)];
  const table = (rows: number): readonly (readonly Span[])[] => tableLines(board, paper, rows);
  const rest = height - head.length - needs.length - foot.length;
  const body = table(Math.max(0, rest));
  if (body.length <= rest) return [...head, ...needs, ...body, ...foot];
  // Too low for everything: what a person must see keeps its place, keys and gates go first.
  const kept = [...head, ...needs, ...table(Math.max(0, height - head.length - needs.length - 1))];
  const hidden = kept.length + foot.length - (height - 1);
  return [
    ...kept.slice(0, Math.max(1, height - 1)),
    [span(` ${hidden} more lines; make the terminal taller`, "dim")],
  ];
}

/** States in the order in which a person wants to know of them. */
const COUNTED: readonly StateWord[] = [
  "needsYou",
  "working",
  "gating",
  "done",
  "failed",
  "tripped",
  "stopped",
];
const ALWAYS: ReadonlySet<StateWord> = new Set(["needsYou", "working", "done", "failed"]);

function countSpans(board: Board, ascii: boolean): readonly Span[] {
  const { states } = board.counts;
  return COUNTED.filter((word) => STATE_WORDS.includes(word) && (ALWAYS.has(word) || states[word] > 0)).map(
    (word) => {
      const mark = stateMark(word, ascii);
      return span(` ${mark.text}${states[word]}`, states[word] === 0 ? "dim" : mark.look);
    },
  );
}

function statusLine(board: Board): (paper: Paper) => readonly Span[] {
  return ({ ascii }) => [
    span(`${board.wave}/${board.waves.length}`),
    span(" "),
    ...countSpans(board, ascii),
    span(`  ${clock(board.elapsedMs)}`),
  ];
}

/** A piece of the first line; the one with the lowest rank goes first where they do not all fit. */
type Chip = { readonly rank: number; readonly spans: readonly Span[] };

function headLine(board: Board, paper: Paper): readonly Span[] {
  let chips = headChips(board, paper);
  const width = (): number =>
    spansWidth(
      chips.flatMap((chip) => chip.spans),
      paper,
    );
  while (chips.length > 1 && width() > paper.width) {
    const lowest = Math.min(...chips.map((chip) => chip.rank));
    chips = chips.filter((chip) => chip.rank !== lowest);
  }
  const room = paper.width - width() - 2;
  const [first, ...rest] = chips;
  const name = room < 6 ? [] : [span(" "), span(cutText(sessionName(board, paper), room, paper))];
  return [...(first?.spans ?? []), ...name, ...rest.flatMap((chip) => chip.spans)];
}

function headChips(board: Board, paper: Paper): readonly Chip[] {
  const name = board.waves.find((wave) => wave.number === board.wave)?.name;
  const limit = board.cost.limitUsd === undefined ? "" : `/${board.cost.limitUsd}`;
  return [
    { rank: 0, spans: [span(" breakwater ", "bold")] },
    ...(board.status === "running" ? [] : [{ rank: 5, spans: [span(`  ${board.status}`, "warn")] }]),
    ...(board.waves.length === 0
      ? []
      : [{ rank: 3, spans: [span(`  wave ${board.wave}/${board.waves.length}`)] }]),
    ...(name === undefined ? [] : [{ rank: 1, spans: [span(` ${name}`)] }]),
    { rank: 4, spans: [span(`  ${clock(board.elapsedMs)}`)] },
    { rank: 2, spans: [span(`  ${costMark(board.cost)}${limit}`)] },
    { rank: 6, spans: [span(" "), ...countSpans(board, paper.ascii)] },
  ];
}

function sessionName({ session }: Board, paper: Paper): string {
  if (session === undefined) return "no session";
  const where = paper.width < 100 ? "" : `  ${session.type}  ${session.branch}@${session.base.slice(0, 7)}`;
  return `${session.title}${where}`;
}

/** All waves in one line; where they do not fit, those around the running one. */
function waveLine(board: Board, paper: Paper): readonly Span[] {
  const joint = paper.ascii ? " -- " : " ── ";
  const parts = board.waves.map((wave): readonly Span[] => {
    const mark = stateMark(wave.state, paper.ascii);
    const time = paper.width >= 100 && wave.elapsedMs !== undefined ? ` ${clock(wave.elapsedMs)}` : "";
    return [
      mark,
      span(` ${wave.name}${time}`, wave.state === "queued" || wave.state === "skipped" ? "dim" : "plain"),
    ];
  });
  const lineFrom = (first: number): readonly Span[] => [
    span(" "),
    ...(first === 0 ? [] : [span(paper.ascii ? ".." : "…", "dim"), span(joint, "dim")]),
    ...parts.slice(first).flatMap((part, index) => (index === 0 ? part : [span(joint, "dim"), ...part])),
  ];
  const running = Math.max(0, board.wave - 1);
  const fits = spansWidth(lineFrom(0), paper) <= paper.width;
  return lineFrom(fits ? 0 : Math.min(running, Math.max(0, parts.length - 1)));
}
