import type { Diagnostic, SourceSpan } from "@breakwater/core";
import { unquoted } from "./value-reader.ts";

/** A setting as it is written: the text of its value without quotes and comment, and where both stand. */
export type WrittenSetting = {
  readonly key: string;
  readonly value: string;
  /** Whether the key stands alone on its line; `value` is then the list of lines below it, if there is one. */
  readonly opensBlock: boolean;
  readonly keySpan: SourceSpan;
  readonly valueSpan: SourceSpan;
};

/** The section of an instruction file, or `undefined` where there is none. */
export type ConfigSection = {
  readonly line: number;
  readonly settings: readonly WrittenSetting[];
};

/**
 * Finds `## Session Config` in a text and reads its lines (`docs/spec/config.md`). The heading must be exact;
 * one that only looks like it is reported. The section ends at the next line that begins with `## `.
 */
export function readSection(
  text: string,
  file: string,
): { readonly section?: ConfigSection; readonly diagnostics: readonly Diagnostic[] } {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  const start = headingLine(lines, (line) => line === HEADING);
  if (start === -1) {
    const near = headingLine(lines, (line) => /^#{1,6}\s*session\s+config(?:uration)?\b/i.test(line));
    return { diagnostics: near === -1 ? [] : [inexactHeading(file, near, lines[near] ?? "")] };
  }
  const end = lines.findIndex((line, at) => at > start && line.startsWith("## "));
  const body = lines.slice(start + 1, end === -1 ? lines.length : end);
  const { settings, diagnostics } = readLines(body, { file, from: start + 2 });
  return { section: { line: start + 1, settings }, diagnostics };
}

/** The heading of the section, in full. */
export const HEADING = "## Session Config";

/** Whether a text has the section; the same reading as for its values. */
export function hasSection(text: string): boolean {
  return readSection(text, "").section !== undefined;
}

/** The first line outside of fenced code that fits; -1 where there is none. */
function headingLine(lines: readonly string[], fits: (line: string) => boolean): number {
  let fence: string | undefined;
  for (const [at, line] of lines.entries()) {
    const marker = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined && marker !== undefined) fence = marker;
    else if (fence !== undefined && marker !== undefined && line.trim().startsWith(fence)) fence = undefined;
    else if (fence === undefined && fits(line)) return at;
  }
  return -1;
}

const SETTING = /^(\s*)(?:-\s+)?(\*\*)?([A-Za-z][A-Za-z0-9_-]+):(\*\*)?(?:\s+(.*))?$/;

function readLines(
  lines: readonly string[],
  place: { readonly file: string; readonly from: number },
): { readonly settings: readonly WrittenSetting[]; readonly diagnostics: readonly Diagnostic[] } {
  const settings: WrittenSetting[] = [];
  const diagnostics: Diagnostic[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const match = SETTING.exec(line);
    if (match === null || (match[2] === undefined) !== (match[4] === undefined)) continue;
    const where = { file: place.file, line: place.from + at };
    if (match[2] !== undefined && !/^\s*-/.test(line)) {
      diagnostics.push(boldWithoutDash(where, line));
      continue;
    }
    const setting = settingOf(line, match, where);
    if (!setting.opensBlock) {
      settings.push(setting);
      continue;
    }
    // What is indented below a key without a value belongs to that key, never to the section.
    const block = blockBelow(lines, at);
    settings.push({ ...setting, value: block.items.join("\n") });
    at += block.size;
  }
  return { settings, diagnostics };
}

function settingOf(
  line: string,
  match: RegExpExecArray,
  where: { readonly file: string; readonly line: number },
): WrittenSetting {
  const key = match[3] ?? "";
  const raw = withoutComment(match[5] ?? "");
  const value = unquoted(raw);
  const keyAt = line.indexOf(key);
  const valueAt = raw === "" ? keyAt : line.indexOf(raw, keyAt + key.length);
  return {
    key,
    value,
    opensBlock: raw === "",
    keySpan: { ...where, column: keyAt + 1, length: key.length },
    valueSpan: { ...where, column: valueAt + 1, length: raw === "" ? key.length : raw.length },
  };
}

/** A comment begins with `#` after a blank; quotes around the whole value protect what is in them. */
function withoutComment(raw: string): string {
  const quoted = /^(["'`])(?:(?!\1).)*\1(?=\s+#|\s*$)/.exec(raw);
  if (quoted !== null) return quoted[0];
  return raw.replace(/(?:^|\s)#.*$/, "").trim();
}

function blockBelow(
  lines: readonly string[],
  opener: number,
): { readonly size: number; readonly items: readonly string[] } {
  let size = 0;
  const items: string[] = [];
  for (const line of lines.slice(opener + 1)) {
    const isBlank = line.trim() === "";
    if (!isBlank && !/^\s/.test(line)) break;
    const item = /^\s+-\s+(.*)$/.exec(line)?.[1];
    if (item !== undefined) items.push(withoutComment(item));
    size += 1;
  }
  return { size, items };
}

function inexactHeading(file: string, at: number, line: string): Diagnostic {
  return {
    code: "BW814",
    severity: "warning",
    message: `this heading is not read as "${HEADING}"`,
    where: { file, line: at + 1, column: 1, length: line.length },
    why: "the heading must be exact: two signs, one blank, nothing behind it",
    fix: `write "${HEADING}"`,
    edit: { span: { file, line: at + 1, column: 1, length: line.length }, newText: HEADING },
  };
}

function boldWithoutDash(where: { readonly file: string; readonly line: number }, line: string): Diagnostic {
  const column = line.search(/\S/) + 1;
  return {
    code: "BW815",
    severity: "warning",
    message: "this line looks like a setting and is not read",
    where: { ...where, column, length: line.trim().length },
    why: "a bold key counts only as an item of a list",
    fix: "put `- ` before it",
    edit: { span: { ...where, column, length: 0 }, newText: "- " },
  };
}
