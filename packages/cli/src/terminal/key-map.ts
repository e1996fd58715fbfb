import { span, spansWidth, type Paper, type Span } from "./span.ts";

/** What a key of the live view does; only keys that do something are shown. */
export type KeyAction = "answer" | "pause" | "detach";

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
  {
    action: "answer",
    keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
    shown: "1-9",
    ascii: "1-9",
    says: "answer",
  },
  { action: "pause", keys: ["p"], shown: "p", ascii: "p", says: "pause" },
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
