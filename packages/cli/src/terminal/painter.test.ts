import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Painter, RESTORE_TERMINAL } from "./painter.ts";

/** A terminal as far as the painter uses one: a grid that scrolls, a cursor, and the modes it switches. */
class ScreenDouble {
  readonly lines: string[][] = [[]];
  readonly written: string[] = [];
  row = 0;
  column = 0;
  cursorShown = true;
  wraps = true;
  synchronised = false;
  accepts = true;
  #drain: (() => void) | undefined;
  #error: (() => void) | undefined;
  columns: number;
  rows: number;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string): boolean {
    this.written.push(text);
    for (const [, sequence, mode, count, char] of text.matchAll(
      /\u001b\[((?:\?(\d+)|(\d*))[A-Za-z])|([\s\S])/gu,
    )) {
      if (sequence !== undefined)
        this.#control(sequence.at(-1) ?? "", mode, Number(count === "" ? 1 : count));
      else this.#put(char ?? "");
    }
    return this.accepts;
  }

  once(_event: "drain", listener: () => void): void {
    this.#drain = listener;
  }

  on(_event: "error", listener: () => void): void {
    this.#error = listener;
  }

  drain(): void {
    this.accepts = true;
    this.#drain?.();
  }

  fail(): void {
    this.#error?.();
  }

  /** What a person sees: the last lines of the grid. */
  seen(): readonly string[] {
    return this.lines.map((line) => line.join("").trimEnd());
  }

  #put(char: string): void {
    if (char === "\r") this.column = 0;
    else if (char === "\n") {
      this.row += 1;
      while (this.lines.length <= this.row) this.lines.push([]);
    } else {
      if (this.column >= this.columns) {
        if (!this.wraps) return;
        this.column = 0;
        this.#put("\n");
      }
      const line = (this.lines[this.row] ??= []);
      while (line.length < this.column) line.push(" ");
      line[this.column] = char;
      this.column += 1;
    }
  }

  #control(final: string, mode: string | undefined, count: number): void {
    const top = Math.max(0, this.lines.length - this.rows);
    if (final === "A") this.row = Math.max(top, this.row - count);
    if (final === "B") this.row = Math.min(this.lines.length - 1, this.row + count);
    // Behind a full line a real cursor stands on its last character.
    const place = Math.min(this.column, this.columns - 1);
    if (final === "K") this.lines[this.row] = (this.lines[this.row] ?? []).slice(0, place);
    if (final === "J") {
      this.lines[this.row] = (this.lines[this.row] ?? []).slice(0, this.column);
      this.lines.length = this.row + 1;
    }
    if (mode === "25") this.cursorShown = final === "h";
    if (mode === "7") this.wraps = final === "h";
    if (mode === "2026") this.synchronised = final === "h";
  }
}

function terminal(columns = 40, rows = 10): { readonly screen: ScreenDouble; readonly painter: Painter } {
  const screen = new ScreenDouble(columns, rows);
  return { screen, painter: new Painter(screen) };
}

describe("Painter", () => {
  it("writes only the line that changed, inside one synchronised update", () => {
    const { screen, painter } = terminal();
    painter.paint(["head", "one", "foot"]);
    screen.written.length = 0;
    painter.paint(["head", "two", "foot"]);
    const text = screen.written.join("");
    expect(screen.written).toHaveLength(1);
    expect(text).toContain("two");
    expect(text).not.toMatch(/head|foot/u);
    expect(text.startsWith("\u001b[?2026h")).toBe(true);
    expect(text.endsWith("\u001b[?2026l")).toBe(true);
  });

  it("writes nothing at all for an equal frame", () => {
    const { screen, painter } = terminal();
    painter.paint(["a", "b"]);
    screen.written.length = 0;
    painter.paint(["a", "b"]);
    expect(screen.written).toEqual([]);
  });

  it("shows exactly the newest frame below what stood there, for any sequence of frames and prints", () => {
    const line = fc.string({ unit: fc.constantFrom("a", "b", " ", "x"), maxLength: 40 });
    const step = fc.oneof(
      fc.record({ frame: fc.array(line, { maxLength: 8 }) }),
      fc.record({ log: fc.array(line, { minLength: 1, maxLength: 2 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 15 }), (steps) => {
        const { screen, painter } = terminal(40, 10);
        screen.write("before\r\n");
        const logs: string[] = [];
        let frame: readonly string[] = [];
        for (const each of steps) {
          if ("frame" in each) painter.paint((frame = each.frame));
          else {
            painter.print(each.log);
            logs.push(...each.log);
          }
        }
        const expected = ["before", ...logs, ...frame, ""].map((text) => text.trimEnd());
        expect(screen.seen()).toEqual(expected);
        expect(screen.synchronised).toBe(false);
        painter.close();
        expect(screen.cursorShown && screen.wraps).toBe(true);
        expect(screen.seen()).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it("hides the cursor while it paints, and gives it back once on close, however often it is called", () => {
    const { screen, painter } = terminal();
    painter.paint(["a"]);
    expect(screen.cursorShown).toBe(false);
    painter.close();
    painter.close();
    painter.paint(["b"]);
    expect(screen.cursorShown).toBe(true);
    expect(screen.written.join("").split(RESTORE_TERMINAL)).toHaveLength(2);
    expect(screen.seen()).toEqual(["a", ""]);
  });

  it("leaves a terminal alone that it never painted", () => {
    const { screen, painter } = terminal();
    painter.close();
    expect(screen.written).toEqual([]);
  });

  it("repaints the whole window after a resize, also where its lines were broken", () => {
    const { screen, painter } = terminal(40, 20);
    screen.write("before\r\n");
    painter.paint(["x".repeat(40), "y"]);
    // A narrower terminal breaks the long line in two, as real ones do.
    screen.columns = 20;
    screen.lines.splice(1, 1, Array.from("x".repeat(20)), Array.from("x".repeat(20)));
    screen.row += 1;
    painter.paint(["x".repeat(20), "z"]);
    expect(screen.seen()).toEqual(["before", "x".repeat(20), "z", ""]);
  });

  it("cuts a frame that is taller than the terminal", () => {
    const { screen, painter } = terminal(40, 5);
    painter.paint(["1", "2", "3", "4", "5", "6"]);
    painter.paint(["1", "2", "3", "X", "5", "6"]);
    expect(screen.seen()).toEqual(["1", "2", "3", "X", ""]);
  });

  it("drops frames while the terminal is behind, and shows the newest one afterwards", () => {
    const { screen, painter } = terminal();
    screen.accepts = false;
    painter.paint(["one"]);
    painter.paint(["two"]);
    painter.paint(["three"]);
    expect(screen.written).toHaveLength(1);
    screen.drain();
    expect(screen.seen()).toEqual(["three", ""]);
    expect(screen.written.join("")).not.toContain("two");
  });

  it("is silent after the terminal has gone", () => {
    const { screen, painter } = terminal();
    painter.paint(["one"]);
    screen.fail();
    screen.written.length = 0;
    painter.paint(["two"]);
    painter.print(["log"]);
    painter.close();
    expect(screen.written).toEqual([]);
  });
});
