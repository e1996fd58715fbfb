import { span, spansWidth, type Paper, type Span } from "./span.ts";

/** What a key of the live view does. */
export type KeyAction =
  | "select"
  | "peek"
  | "open"
  | "logs"
  | "gates"
  | "violations"
  | "answer"
  | "stop"
  | "retry"
  | "pause"
  | "filter"
  | "help"
  | "detach";

export type KeyBinding = {
  readonly action: KeyAction;
  /** Names as Node's key events give them. */
  readonly keys: readonly string[];
  readonly shown: string;
  readonly ascii: string;
  readonly says: string;
};

/** Every key of the live view, the most needed first: what does not fit is left out from the end. */
export const KEY_MAP: readonly KeyBinding[] = [
  { action: "detach", keys: ["q"], shown: "q", ascii: "q", says: "detach" },
  { action: "help", keys: ["?"], shown: "?", ascii: "?", says: "help" },
  {
    action: "answer",
    keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
    shown: "1-9",
    ascii: "1-9",
    says: "answer",
  },
  { action: "stop", keys: ["x"], shown: "x", ascii: "x", says: "stop" },
  { action: "pause", keys: ["p"], shown: "p", ascii: "p", says: "pause" },
  { action: "select", keys: ["up", "down", "k", "j"], shown: "↑↓", ascii: "j/k", says: "select" },
  { action: "peek", keys: ["space"], shown: "␣", ascii: "space", says: "peek" },
  { action: "open", keys: ["return"], shown: "⏎", ascii: "enter", says: "open" },
  { action: "logs", keys: ["l"], shown: "l", ascii: "l", says: "logs" },
  { action: "gates", keys: ["g"], shown: "g", ascii: "g", says: "gates" },
  { action: "violations", keys: ["v"], shown: "v", ascii: "v", says: "violations" },
  { action: "retry", keys: ["r"], shown: "r", ascii: "r", says: "retry" },
  { action: "filter", keys: ["/"], shown: "/", ascii: "/", says: "find" },
];

/** The action of a key, by the name that Node's key event gives it. */
export function actionOfKey(name: string): KeyAction | undefined {
  return KEY_MAP.find((binding) => binding.keys.includes(name))?.action;
}

/** As many keys as fit into one line. */
export function keyLine(paper: Paper): readonly Span[] {
  let line: readonly Span[] = [];
  for (const binding of KEY_MAP) {
    const next = [
      ...line,
      span(` ${paper.ascii ? binding.ascii : binding.shown} `, "bold"),
      span(`${binding.says} `, "dim"),
    ];
    if (spansWidth(next, paper) > paper.width) return line;
    line = next;
  }
  return line;
}
