import type { SourceSpan } from "@breakwater/core";
import { closesFlow, withoutComment } from "./flow-text.ts";

/** What stands behind a colon: the text on that line without its comment, and the lines indented below it. */
export type Written = {
  readonly text: string;
  readonly lines: readonly WrittenLine[];
  readonly span: SourceSpan;
};

/** One line: `key: value`, an item of a list, or neither (then `text` of the value is the whole line). */
export type WrittenLine = {
  readonly key?: string;
  /** Whether it begins with a dash. */
  readonly isItem: boolean;
  readonly keySpan: SourceSpan;
  readonly value: Written;
};

/** A setting of the section: a line with a key that stands below no other. */
export type WrittenSetting = WrittenLine & { readonly key: string };

/** A line that stands by itself and was not taken as a setting. */
export type LooseLine = { readonly text: string; readonly at: number };

type OpenLine = {
  readonly indent: number;
  readonly line: { -readonly [Part in keyof WrittenLine]: WrittenLine[Part] } & { value: OpenValue };
};

type OpenValue = { text: string; readonly lines: WrittenLine[]; readonly span: SourceSpan };

/**
 * Reads lines by their indentation. `undefined` stands for a line that separates (a fence, a comment block):
 * nothing above it owns what follows. Runs in time linear in the text; never throws.
 */
export function readLines(
  lines: readonly (string | undefined)[],
  place: { readonly file: string; readonly from: number },
): { readonly settings: readonly WrittenSetting[]; readonly loose: readonly LooseLine[] } {
  const settings: WrittenSetting[] = [];
  const loose: LooseLine[] = [];
  const open: OpenLine[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const text = lines[at];
    if (text === undefined) open.length = 0;
    if (text === undefined || /^\s*(?:#|$)/.test(text)) continue;
    const where = { file: place.file, line: place.from + at };
    const indent = indentOf(text);
    while (open.length > 0 && !owns(open.at(-1), indent, text)) open.pop();
    const parent = open.at(-1);
    const line = lineOf(text, where);
    if (parent === undefined && line.key === undefined) {
      loose.push({ text, at: where.line });
      continue;
    }
    at = takeMore(lines, at, { indent, value: line.value });
    if (parent !== undefined) parent.line.value.lines.push(line);
    else if (hasKey(line)) settings.push(line);
    open.push({ indent, line });
  }
  return { settings, loose };
}

function hasKey(line: OpenLine["line"]): line is OpenLine["line"] & { key: string } {
  return line.key !== undefined;
}

/** Whether a line owns one that is indented so; YAML also allows a list at the column of its key. */
function owns(parent: OpenLine | undefined, indent: number, text: string): boolean {
  if (parent === undefined || indent > parent.indent) return true;
  const { line } = parent;
  return (
    indent === parent.indent &&
    !line.isItem &&
    line.value.text === "" &&
    /^\s*-\s/.test(text) &&
    !SETTING.test(text)
  );
}

/** A key as the section knows it, bare, bold or in quotes: at least two characters, the first a letter. */
const SETTING = /^(\s*)(-\s+)?(\*\*|["']?)([A-Za-z][A-Za-z0-9_-]+)(:\*\*|["']?:)(?:\s+(.*))?$/;

function lineOf(text: string, where: { readonly file: string; readonly line: number }): OpenLine["line"] {
  const match = SETTING.exec(text);
  const mark = match?.[3] ?? "";
  const isBold = mark === "**";
  const isSetting =
    match !== null && match[5] === (isBold ? ":**" : `${mark}:`) && (!isBold || match[2] !== undefined);
  if (isSetting) {
    const key = match[4] ?? "";
    const keyAt = (match[1] ?? "").length + (match[2] ?? "").length + mark.length;
    const raw = withoutComment(match[6] ?? "");
    const valueAt = text.length - (match[6] ?? "").length;
    const keySpan = { ...where, column: keyAt + 1, length: key.length };
    const span = raw === "" ? keySpan : { ...where, column: valueAt + 1, length: raw.length };
    return { key, isItem: match[2] !== undefined, keySpan, value: { text: raw, lines: [], span } };
  }
  const [lead = ""] = /^\s*(?:-\s+)?/.exec(text) ?? [];
  const raw = withoutComment(text.slice(lead.length));
  const from = raw === "" ? Math.max(0, text.search(/\S/)) : lead.length;
  const span = { ...where, column: from + 1, length: Math.max(1, raw.length) };
  return { isItem: lead.includes("-"), keySpan: span, value: { text: raw, lines: [], span } };
}

/** As many lines as one value may run over. */
const longest = 200;

/**
 * Takes the lines that belong to the value itself: of a text behind `|` or `>`, and of brackets that close
 * on a later line. Gives the index of the last line taken.
 */
function takeMore(
  lines: readonly (string | undefined)[],
  at: number,
  { indent, value }: { readonly indent: number; readonly value: OpenValue },
): number {
  if (/^[|>][+-]?$/.test(value.text)) return takeText(lines, at, { indent, value });
  if (!/^[[{]/.test(value.text) || closesFlow(value.text)) return at;
  const parts = [value.text];
  for (let next = at + 1; next < lines.length && next - at <= longest; next += 1) {
    const line = lines[next];
    if (line === undefined || (indentOf(line) <= indent && !/^\s*[\]}]/.test(line))) return at;
    parts.push(withoutComment(line.trim()));
    if (!/[\]}]/.test(line)) continue;
    const joined = parts.join(" ");
    if (!closesFlow(joined)) continue;
    value.text = joined;
    return next;
  }
  return at;
}

function takeText(
  lines: readonly (string | undefined)[],
  at: number,
  { indent, value }: { readonly indent: number; readonly value: OpenValue },
): number {
  const taken: string[] = [];
  let last = at;
  for (let next = at + 1; next < lines.length; next += 1) {
    const line = lines[next];
    if (line === undefined || (line.trim() !== "" && indentOf(line) <= indent)) break;
    taken.push(line.trim());
    if (line.trim() !== "") last = next;
  }
  const body = taken.slice(0, last - at);
  if (body.length > 0) value.text = body.join(value.text.startsWith("|") ? "\n" : " ");
  return body.length > 0 ? last : at;
}

/** The column of the first sign; a tab goes to the next multiple of four. */
function indentOf(text: string): number {
  let column = 0;
  for (const sign of text) {
    if (sign === "\t") column += 4 - (column % 4);
    else if (/\s/.test(sign)) column += 1;
    else break;
  }
  return column;
}
