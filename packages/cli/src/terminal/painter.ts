import { displayWidth } from "./text-width.ts";

/** What a painter needs of a terminal; `process.stderr` fits. */
export type PaintStream = {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): boolean;
  once(event: "drain", listener: () => void): unknown;
  on(event: "error", listener: () => void): unknown;
};

const ESC = "\u001b[";
/** Synchronised output: the terminal shows nothing in between. No line wraps while we paint. */
const BEGIN = `${ESC}?2026h${ESC}?25l${ESC}?7l`;
const END = `${ESC}?7h${ESC}?2026l`;

/** Gives cursor, wrapping and output back, whatever state the painter left them in. */
export const RESTORE_TERMINAL = `${ESC}?7h${ESC}?25h${ESC}?2026l`;

/**
 * A window of lines at the end of the terminal that is painted again and again without flicker.
 *
 * Only lines that differ are written, inside one synchronised update. It takes no alternate screen, so what
 * stood above stays. The cursor rests below the window and is hidden until `close`. Lines must be harmless
 * and hold no line end. While the terminal is behind, frames are dropped, never queued: the newest one is
 * painted once it has drained. After an error of the stream it stays silent.
 */
export class Painter {
  readonly #stream: PaintStream;
  #shown: readonly string[] = [];
  #columns: number;
  #blocked = false;
  #closed = false;
  #opened = false;
  #pending: readonly string[] | undefined;

  constructor(stream: PaintStream) {
    this.#stream = stream;
    this.#columns = widthOf(stream);
    stream.on("error", () => {
      this.#closed = true;
    });
  }

  /** Shows these lines; those beyond the terminal's height less one are left out. Nothing after `close`. */
  paint(lines: readonly string[]): void {
    if (this.#closed) return;
    if (this.#blocked) {
      this.#pending = lines;
      return;
    }
    const frame = lines.slice(0, Math.max(1, (this.#stream.rows ?? 24) - 1));
    const resized = widthOf(this.#stream) !== this.#columns;
    const body = resized ? this.#erase() + difference([], frame) : difference(this.#shown, frame);
    this.#columns = widthOf(this.#stream);
    this.#shown = frame;
    if (body !== "") this.#write(`${BEGIN}${body}${END}`);
  }

  /** Writes lines above the window, where they stay for good; they may wrap. */
  print(lines: readonly string[]): void {
    if (this.#closed || lines.length === 0) return;
    const kept = this.#shown;
    const text = lines.map((line) => `${ESC}K${line}\r\n`).join("");
    this.#write(`${BEGIN}${this.#erase()}${ESC}?7h${text}${ESC}?7l${difference([], kept)}${END}`);
    this.#shown = kept;
  }

  /** Leaves the last frame where it is and gives the cursor back. May be called twice, also on exit. */
  close(): void {
    if (this.#closed) return;
    const { rows } = this.#stream;
    const last = this.#pending?.slice(0, Math.max(1, (rows ?? 24) - 1));
    const body = last === undefined ? "" : difference(this.#shown, last);
    if (this.#opened) this.#stream.write(`${body}${RESTORE_TERMINAL}`);
    this.#closed = true;
  }

  /** Moves to the top of the window and erases it, also where a narrower terminal broke its lines. */
  #erase(): string {
    const columns = widthOf(this.#stream);
    const rows = this.#shown.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(displayWidth(bare(line)) / columns)),
      0,
    );
    this.#shown = [];
    return `${up(Math.min(rows, this.#stream.rows ?? rows))}\r${ESC}J`;
  }

  #write(text: string): void {
    this.#opened = true;
    if (this.#stream.write(text)) return;
    this.#blocked = true;
    this.#stream.once("drain", () => {
      this.#blocked = false;
      const pending = this.#pending;
      this.#pending = undefined;
      if (pending !== undefined) this.paint(pending);
    });
  }
}

/**
 * Escape sequences that turn one window into another; the cursor starts and ends in the line below it. A line is
 * erased before it is written: behind one that is as wide as the terminal, the cursor stands on its last character.
 */
function difference(before: readonly string[], after: readonly string[]): string {
  let text = "";
  let row = before.length;
  const goTo = (line: number): string => {
    const move = line < row ? up(row - line) : line > row ? `${ESC}${line - row}B` : "";
    row = line;
    return move;
  };
  const common = Math.min(before.length, after.length);
  for (let i = 0; i < common; i += 1) {
    const line = after[i] ?? "";
    if (line !== before[i]) text += `${goTo(i)}\r${ESC}K${line}`;
  }
  if (after.length < before.length) return `${text}${goTo(after.length)}\r${ESC}J`;
  if (text === "" && after.length === before.length) return "";
  text += `${goTo(before.length)}\r`;
  return (
    text +
    after
      .slice(before.length)
      .map((line) => `${ESC}K${line}\r\n`)
      .join("")
  );
}

const up = (rows: number): string => (rows === 0 ? "" : `${ESC}${rows}A`);

const widthOf = (stream: PaintStream): number => Math.max(1, stream.columns ?? 80);

/** A line without the colours that we gave it. */
const bare = (line: string): string => line.replaceAll(/\u001b\[[\d;]*m/gu, "");
