import type { AttemptState, RunState } from "../run/state.ts";
import type { Block } from "./report-block.ts";
import { clock } from "./time.ts";

const WIDTH = 60;

/** Where the time went: one row for each task, a bar for each attempt. Empty before the first start. */
export function timelineBlocks(state: RunState): readonly Block[] {
  const { session } = state;
  const attempts = [...state.attempts.values()].filter((each) => each.started !== undefined);
  if (session === undefined || attempts.length === 0) return [];
  const end = Math.max(session.settledAt ?? state.now, session.openedAt + 1);
  const column = (at: number): number =>
    Math.round(((at - session.openedAt) / (end - session.openedAt)) * WIDTH);
  const rows = [...state.tasks.values()]
    .filter((task) => attempts.some((each) => each.task === task.task.id))
    .map((task) => {
      const bars = attempts.filter((each) => each.task === task.task.id);
      return `${task.task.id.slice(0, 8).padEnd(8)} ${barText(bars, column, end)} ${spent(bars, end)}`;
    });
  return [
    { kind: "heading", level: 2, line: ["Timeline"] },
    {
      kind: "preformatted",
      text: [...rows, `${" ".repeat(9)}0:00${" ".repeat(WIDTH - 8)}${clock(end - session.openedAt)}`].join(
        "\n",
      ),
    },
  ];
}

/** Waiting for the workspace is `░`, working `█`, and a later attempt `▓`. */
function barText(bars: readonly AttemptState[], column: (at: number) => number, end: number): string {
  const cells = Array.from({ length: WIDTH }, () => " ");
  for (const [index, attempt] of bars.entries()) {
    const [open, start, stop] = [attempt.openedAt, attempt.started?.at ?? end, attempt.exitedAt ?? end].map(
      column,
    );
    fill(cells, open ?? 0, start ?? 0, "░");
    fill(cells, start ?? 0, Math.max(stop ?? 0, (start ?? 0) + 1), index % 2 === 0 ? "█" : "▓");
  }
  return cells.join("");
}

function fill(cells: string[], from: number, to: number, mark: string): void {
  for (let i = Math.max(0, from); i < Math.min(to, cells.length); i += 1) cells[i] = mark;
}

function spent(bars: readonly AttemptState[], end: number): string {
  const ms = bars.reduce((sum, each) => sum + (each.exitedAt ?? end) - (each.started?.at ?? end), 0);
  return `${clock(ms)}${bars.length === 1 ? "" : `, ${bars.length} attempts`}`;
}
