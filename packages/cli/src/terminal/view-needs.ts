import { clock, type AttentionItem } from "@breakwater/core";
import { stateMark } from "./mark.ts";
import { span, spansWidth, type Paper, type Span } from "./span.ts";
import type { Screen } from "./view.ts";

/** The block of what waits for a person: each item with its answers, its default and its command. */
export function needsLines({ attention, board, now }: Screen, paper: Paper): readonly (readonly Span[])[] {
  if (attention.length === 0) return [];
  const titles = new Map<string, string>(board.rows.map((row) => [row.id, row.title]));
  return [
    [],
    [span(` NEEDS YOU (${attention.length})`, "warn")],
    ...attention.flatMap((item) => itemLines(item, { now, paper, title: titles.get(item.task ?? "") })),
  ];
}

type Around = { readonly now: number; readonly paper: Paper; readonly title: string | undefined };

function itemLines(item: AttentionItem, around: Around): readonly (readonly Span[])[] {
  const { now, paper } = around;
  const waiting =
    item.since === undefined ? "" : `  ${paper.width < 60 ? "" : "waiting "}${clock(now - item.since)}`;
  const who: readonly Span[] = [
    span(" "),
    stateMark("needsYou", paper.ascii),
    span(` ${item.task ?? item.kind}`, "bold"),
    ...(around.title === undefined || paper.width < 72 ? [] : [span(`  ${around.title}`)]),
  ];
  const text = span(`  ${item.text}`, "warn");
  const free = paper.width - spansWidth([...who, text], paper) - waiting.length;
  const first =
    free >= 0
      ? [[...who, text, span(" ".repeat(free)), span(waiting, "dim")]]
      : [
          [...who, span(waiting, "dim")],
          [span("      "), span(item.text, "warn")],
        ];
  return [...first, ...optionLines(item, paper), ...afterwards(item, around)];
}

/** Answers side by side where they fit, else one to a line. */
function optionLines({ options }: AttentionItem, paper: Paper): readonly (readonly Span[])[] {
  const parts = options.map((option, index): readonly Span[] => [
    span(`${index + 1}`, "bold"),
    span(` ${option.label}${option.recommended ? " (recommended)" : ""}`),
  ]);
  if (parts.length === 0) return [];
  const line = [
    span("       "),
    ...parts.flatMap((part, index) => (index === 0 ? part : [span("  "), ...part])),
  ];
  return spansWidth(line, paper) <= paper.width ? [line] : parts.map((part) => [span("       "), ...part]);
}

function afterwards(item: AttentionItem, { now, paper }: Around): readonly (readonly Span[])[] {
  const { fallback } = item;
  const itself =
    fallback === undefined
      ? ""
      : `${fallback.option}${fallback.at === undefined ? "" : ` in ${clock(fallback.at - now)}`}`;
  const command: readonly Span[] = [span("       run "), span(item.commands[0] ?? "", "bold")];
  const reason: readonly (readonly Span[])[] =
    item.why === undefined ? [] : [[span("       "), span(item.why, "dim")]];
  if (itself === "") return [...reason, command];
  const both = [...command, span(`    by itself: ${itself}`, "dim")];
  return spansWidth(both, paper) <= paper.width
    ? [...reason, both]
    : [...reason, command, [span(`       by itself: ${itself}`, "dim")]];
}
