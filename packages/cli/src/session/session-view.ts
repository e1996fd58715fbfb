import { attentionOf, boardOf, timelineLine, type RecordedFact, type RunState } from "@breakwater/core";
import type { CommandContext } from "../command-context.ts";
import { Painter, type PaintStream } from "../terminal/painter.ts";
import { view } from "../terminal/view.ts";
import { factLine } from "./fact-line.ts";

/** Shows a session while it goes on. */
export type SessionView = {
  /** A fact is durable; `state` is right after it. */
  readonly tell: (recorded: RecordedFact, state: RunState) => void;
  /** A sentence that is no fact. */
  readonly note: (text: string) => void;
  /** Gives the terminal back; what is told afterwards comes as plain lines. */
  readonly detach: () => void;
  readonly close: () => void;
};

type ViewContext = Pick<
  CommandContext,
  "output" | "stdout" | "stderr" | "width" | "height" | "colour" | "ascii" | "now"
>;

/** How often a live view is painted again without a new fact, so that its times go on; milliseconds. */
const REPAINT_MS = 1_000;

/** Opens the view that the output mode asks for; `stream` is the terminal of a live one. */
export function openSessionView(context: ViewContext, stream: PaintStream = process.stderr): SessionView {
  switch (context.output) {
    case "tty":
      return liveView(context, stream);
    case "plain":
      return plainView(context);
    case "json":
      return jsonView(context);
    case "quiet":
      return { tell: () => {}, note: () => {}, detach: () => {}, close: () => {} };
  }
}

function plainView({ stderr }: ViewContext): SessionView {
  return {
    tell: (recorded, state) => {
      const line = timelineLine(recorded, state);
      if (line !== undefined) stderr.write(`${line}\n`);
    },
    note: (text) => stderr.write(`${text}\n`),
    detach: () => {},
    close: () => {},
  };
}

function jsonView({ stdout, stderr }: ViewContext): SessionView {
  return {
    tell: (recorded, state) => stdout.write(factLine(recorded, state)),
    note: (text) => stderr.write(`${text}\n`),
    detach: () => {},
    close: () => {},
  };
}

/** A window that is painted again at each fact and each second; notes stay above it. */
function liveView(context: ViewContext, stream: PaintStream): SessionView {
  const painter = new Painter(stream);
  const plain = plainView(context);
  let state: RunState | undefined;
  let detached = false;
  const paint = (): void => {
    if (state === undefined || detached) return;
    const now = context.now().getTime();
    const screen = { board: boardOf(state, now), attention: attentionOf(state), now };
    const { columns = context.width, rows = context.height } = stream;
    painter.paint(
      view(screen, columns, { color: context.colour.stderr, ascii: context.ascii, height: rows - 1 }),
    );
  };
  const timer = setInterval(paint, REPAINT_MS).unref();
  const leave = (): void => {
    if (detached) return;
    detached = true;
    clearInterval(timer);
    painter.close();
  };
  return {
    tell: (recorded, next) => {
      state = next;
      if (detached) plain.tell(recorded, next);
      else paint();
    },
    note: (text) => (detached ? plain.note(text) : painter.print([text])),
    detach: leave,
    close: leave,
  };
}
