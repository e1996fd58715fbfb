import { clock, type Board, type StateWord, type TaskRow } from "@breakwater/core";
import { stateMark } from "./mark.ts";
import { span, spansWidth, type Paper, type Span } from "./span.ts";
import { displayWidth, fitText } from "./text-width.ts";

/** A column of the table: from which width on it is shown, and how wide it is; `flex` shares what is left. */
type Column = {
  readonly title: string;
  readonly from: number;
  readonly width: number | "flex";
  readonly align?: "right";
  readonly text: (row: TaskRow) => string;
};

const COLUMNS: readonly Column[] = [
  { title: "ID", from: 0, width: 6, text: (row) => row.id },
  { title: "ROLE", from: 72, width: 12, text: (row) => row.role },
  { title: "TASK", from: 0, width: "flex", text: (row) => row.title },
  { title: "AGENT", from: 100, width: 9, text: (row) => row.agent },
  { title: "TURNS", from: 0, width: 6, align: "right", text: turns },
  {
    title: "TIME",
    from: 0,
    width: 7,
    align: "right",
    text: (row) => (row.elapsedMs === undefined ? "" : clock(row.elapsedMs)),
  },
  { title: "COST", from: 60, width: 7, align: "right", text: cost },
  {
    title: "FILES",
    from: 100,
    width: 6,
    align: "right",
    text: (row) => (row.changed === undefined ? "" : String(row.changed)),
  },
  { title: " NOW", from: 60, width: "flex", text: (row) => ` ${row.doing}` },
  { title: "QUIET", from: 100, width: 6, align: "right", text: quiet },
];

function turns({ turns, turnLimit, attempt }: TaskRow): string {
  return attempt === 0 ? "" : `${turns ?? "-"}/${turnLimit}`;
}

/** `-` says that nobody reported it. */
function cost({ usd, attempt }: TaskRow): string {
  if (attempt === 0) return "";
  return usd === undefined ? "-" : `$${usd.toFixed(2)}`;
}

/** From half a minute on, an agent that says nothing is worth a glance. */
function quiet({ quietMs }: TaskRow): string {
  return quietMs === undefined || quietMs < 30_000 ? "" : `${Math.floor(quietMs / 1000)}s`;
}

const TROUBLE: readonly StateWord[] = ["failed", "tripped", "stopped"];
const ACTIVE: readonly StateWord[] = ["needsYou", "working", "gating"];

/**
 * Rows of trouble and of work, then one line each of what is done and what is queued. At most `room` lines
 * where that is possible without folding trouble.
 */
export function tableLines(board: Board, paper: Paper, room: number): readonly (readonly Span[])[] {
  if (board.rows.length === 0) return [];
  const rank = (row: TaskRow): number => (TROUBLE.includes(row.state) ? 0 : ACTIVE.indexOf(row.state) + 1);
  const rows = board.rows
    .filter((row) => TROUBLE.includes(row.state) || ACTIVE.includes(row.state))
    .toSorted((a, b) => rank(a) - rank(b));
  const trouble = rows.filter((row) => TROUBLE.includes(row.state)).length;
  const folded = foldedLines(board, paper);
  const place = room - folded.length - 3;
  const shown = rows.length <= place ? rows.length : Math.min(rows.length, Math.max(trouble, place - 1, 0));
  const rest = rows.length - shown;
  const columns = visible(paper);
  const lines =
    shown === 0
      ? []
      : [[], headLine(columns), ...rows.slice(0, shown).map((row) => rowLine(row, columns, paper))];
  const more = rest === 0 ? [] : [[span(` ${paper.ascii ? ".." : "…"} ${rest} more at work`, "dim")]];
  return [...lines, ...more, [], ...folded];
}

type Sized = Column & { readonly size: number };

function visible({ width }: Paper): readonly Sized[] {
  const columns = COLUMNS.filter((column) => width >= column.from);
  const fixed = columns.reduce((sum, column) => sum + (column.width === "flex" ? 0 : column.width), 0);
  const flexible = columns.filter((column) => column.width === "flex").length;
  // Two columns for the mark, one blank at the edge and one between columns.
  const left = Math.max(0, width - 3 - fixed - (columns.length - 1));
  return columns.map((column) => ({
    ...column,
    size: column.width === "flex" ? Math.floor(left / flexible) : column.width,
  }));
}

function headLine(columns: readonly Sized[]): readonly Span[] {
  return [
    span("  "),
    ...columns.map((column) => span(` ${fitText(column.title, column.size, align(column))}`, "dim")),
  ];
}

function rowLine(row: TaskRow, columns: readonly Sized[], paper: Paper): readonly Span[] {
  const mark = stateMark(row.state, paper.ascii);
  const cells = columns.map((column) => {
    const text = column.text(row);
    const lead = text.startsWith(" ") ? 1 : 0;
    return " ".repeat(lead) + fitText(text, column.size - lead, { ...align(column), ascii: paper.ascii });
  });
  // Some marks are two columns wide; the blank behind the others keeps what follows in line.
  const gap = span(" ".repeat(2 - displayWidth(mark.text)));
  return [
    span(" "),
    mark,
    gap,
    span(cells[0] ?? "", "bold"),
    ...cells.slice(1).map((cell) => span(` ${cell}`)),
  ];
}

const align = (column: Column): { readonly align: "left" | "right" } => ({ align: column.align ?? "left" });

/** `DONE (2)  T1 ✓ 2:31 $0.19` and the same for what is queued and skipped, as much as fits. */
function foldedLines(board: Board, paper: Paper): readonly (readonly Span[])[] {
  const groups = [
    { title: "DONE", state: "done", say: doneText },
    { title: "QUEUED", state: "queued", say: queuedText },
    { title: "SKIPPED", state: "skipped", say: (): string => "" },
  ] as const;
  return groups.flatMap(({ title, state, say }) => {
    const rows = board.rows.filter((row) => row.state === state);
    if (rows.length === 0) return [];
    return [
      foldedLine(
        ` ${title} (${rows.length}) `,
        rows.map((row) => ({ row, text: say(row) })),
        paper,
      ),
    ];
  });
}

const doneText = (row: TaskRow): string =>
  [
    row.elapsedMs === undefined ? "" : clock(row.elapsedMs),
    row.usd === undefined ? "" : `$${row.usd.toFixed(2)}`,
  ]
    .filter((part) => part !== "")
    .join(" ");

const queuedText = (row: TaskRow): string => (row.doing === "next" ? "" : row.doing);

type Item = { readonly row: TaskRow; readonly text: string };

function foldedLine(title: string, items: readonly Item[], paper: Paper): readonly Span[] {
  const more = (n: number): Span => span(`  ${paper.ascii ? ".." : "…"} ${n} more`, "dim");
  const line: Span[] = [span(title, "dim")];
  let width = spansWidth(line, paper);
  for (const [index, { row, text }] of items.entries()) {
    const mark = stateMark(row.state, paper.ascii);
    const said = text === "" ? [] : [span(` ${text}`, "dim")];
    const part = [span(" "), mark, span(` ${row.id}`), ...said, span(" ")];
    width += spansWidth(part, paper);
    const rest = items.length - index;
    if (width + (rest > 1 ? 10 : 0) > paper.width) return [...line, more(rest)];
    line.push(...part);
  }
  return line;
}
