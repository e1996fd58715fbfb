import type { Diagnostic } from "@breakwater/core";
import { readLines } from "./written-line.ts";
import type { LooseLine, WrittenSetting } from "./written-line.ts";

/** The section of an instruction file. */
export type ConfigSection = {
  readonly line: number;
  readonly settings: readonly WrittenSetting[];
};

/** The heading of the section, in full. */
export const HEADING = "## Session Config";

/**
 * Finds `## Session Config` in a text and reads its lines (`docs/spec/config.md`). The heading must be exact
 * and stand outside of fenced code and comments; one that only looks like it is reported. The section ends at
 * the next line that begins with `## `. `isKey` tells which lines that are not read look like settings.
 */
export function readSection(
  text: string,
  file: string,
  isKey: (word: string) => boolean = () => false,
): { readonly section?: ConfigSection; readonly diagnostics: readonly Diagnostic[] } {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  const kinds = lineKinds(lines);
  const plain = (at: number): boolean => kinds[at] === "text";
  const start = lines.findIndex((line, at) => plain(at) && line === HEADING);
  if (start === -1) {
    const near = lines.findIndex((line, at) => looksLikeHeading(line) && (plain(at) || line === HEADING));
    return { diagnostics: near === -1 ? [] : [inexactHeading(file, near, lines[near] ?? "")] };
  }
  const next = lines.findIndex((line, at) => at > start && plain(at) && line.startsWith("## "));
  const end = next === -1 ? lines.length : next;
  const body = lines
    .slice(start + 1, end)
    .map((line, at) => (isSeparator(kinds[start + 1 + at]) ? undefined : line));
  const { settings, loose } = readLines(body, { file, from: start + 2 });
  const second = lines.findIndex((line, at) => at > start && plain(at) && line === HEADING);
  return {
    section: { line: start + 1, settings },
    diagnostics: [
      ...loose.flatMap((line) => unreadLine(line, file, isKey)),
      ...(second === -1 ? [] : [secondSection(file, second, start)]),
    ],
  };
}

/** Whether a text has the section; the same reading as for its values. */
export function hasSection(text: string): boolean {
  return readSection(text, "").section !== undefined;
}

type LineKind = "text" | "fence" | "code" | "comment";

function isSeparator(kind: LineKind | undefined): boolean {
  return kind === "fence" || kind === "comment";
}

/** What each line is; a fence and a comment that are never closed are text. */
function lineKinds(lines: readonly string[]): readonly LineKind[] {
  const kinds: LineKind[] = [];
  let opened: { readonly kind: "code" | "comment"; readonly at: number; readonly mark: string } | undefined;
  const dead = new Set<string>();
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (opened === undefined) {
      const mark = opening(line);
      const isOpen = mark !== undefined && !dead.has(mark.mark.slice(0, 1));
      kinds[at] = isOpen ? mark.first : "text";
      if (isOpen && !mark.isClosed) opened = { kind: mark.kind, at, mark: mark.mark };
    } else if (closes(line, opened.mark)) {
      kinds[at] = opened.kind === "code" ? "fence" : "comment";
      opened = undefined;
    } else kinds[at] = opened.kind;
    if (at === lines.length - 1 && opened !== undefined) {
      // What is opened and never closed is read as text, from the line behind it.
      dead.add(opened.mark.slice(0, 1));
      at = opened.at;
      kinds[at] = opened.kind === "code" ? "fence" : "text";
      opened = undefined;
    }
  }
  return kinds;
}

function opening(line: string):
  | {
      readonly kind: "code" | "comment";
      readonly first: LineKind;
      readonly mark: string;
      readonly isClosed: boolean;
    }
  | undefined {
  const fence = /^\s*(?:-\s+)?(`{3,}|~{3,})[^`]*$/.exec(line)?.[1];
  if (fence !== undefined) return { kind: "code", first: "fence", mark: fence, isClosed: false };
  if (!/^ {0,3}<!--/.test(line)) return undefined;
  return { kind: "comment", first: "comment", mark: "-->", isClosed: line.includes("-->") };
}

function closes(line: string, mark: string): boolean {
  if (mark === "-->") return line.includes("-->");
  const word = line.trim();
  return word.startsWith(mark) && word === (mark[0] ?? "").repeat(word.length);
}

function looksLikeHeading(line: string): boolean {
  return /^ {0,3}#{1,6}\s*session[\s_-]*config(?:uration)?\b/i.test(line);
}

function inexactHeading(file: string, at: number, line: string): Diagnostic {
  const span = { file, line: at + 1, column: 1, length: line.length };
  const isHidden = line === HEADING;
  return {
    code: "BW814",
    severity: "warning",
    message: `this heading is not read as "${HEADING}"`,
    where: span,
    why: isHidden
      ? "it stands in fenced code or in a comment"
      : "the heading must be exact: two signs, one blank, nothing behind it",
    fix: isHidden ? "put the section outside of it" : `write "${HEADING}"`,
    ...(isHidden ? {} : { edit: { span, newText: HEADING } }),
  };
}

function secondSection(file: string, at: number, first: number): Diagnostic {
  return {
    code: "BW818",
    severity: "warning",
    message: `a second "${HEADING}" is not read`,
    where: { file, line: at + 1, column: 1, length: HEADING.length },
    why: `the section of line ${first + 1} holds; two would contradict each other`,
    fix: "move its settings into the first, and remove it",
  };
}

/** A line that somebody surely meant as a setting: its first word is a key, and its form is not read. */
function unreadLine(
  { text, at }: LooseLine,
  file: string,
  isKey: (word: string) => boolean,
): readonly Diagnostic[] {
  const match =
    /^(\s*(?:[-*+]\s+)?)([*_`]*)([A-Za-z][A-Za-z0-9_-]+)([*_`]*)(\s*[:=]\s*)([*_`]*)\s*(.*)$/.exec(text);
  if (match === null) return [];
  const [, lead = "", before = "", key = "", , , , rest = ""] = match;
  const isBold = before === "**" && /^\s*$/.test(lead);
  if (!isBold && !isKey(key)) return [];
  const where = { file, line: at, column: lead.length + 1, length: text.trimEnd().length - lead.length };
  const isSimple = rest !== "";
  return [
    {
      code: "BW815",
      severity: "warning",
      message: "this line looks like a setting and is not read",
      where,
      why: "a setting is `key: value`, `- key: value` or `- **key:** value`, with a blank behind the colon",
      fix: isSimple ? `write \`- ${key}: ${rest.trimEnd()}\`` : `write \`- ${key}: …\``,
      ...(isSimple
        ? {
            edit: {
              span: { ...where, column: 1, length: text.length },
              newText: `- ${key}: ${rest.trimEnd()}`,
            },
          }
        : {}),
    },
  ];
}
