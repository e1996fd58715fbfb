import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic, SourceSpan } from "@breakwater/core";
import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { Scalar, YAMLMap } from "yaml";
import type { Written, WrittenLine, WrittenSetting } from "./written-line.ts";

/** The settings of this machine that nobody commits, relative to the root. */
export const LOCAL_FILE = ".orchestrator/config.local.yaml";

const largest = 256 * 1024;

/** Reads the local file: the keys of Session Config, flat, as YAML. A missing file has no settings. */
export function readLocalFile(root: string): {
  readonly text: string;
  readonly settings: readonly WrittenSetting[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const text = readText(join(root, LOCAL_FILE));
  if (text === undefined) return { text: "", settings: [], diagnostics: [] };
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, schema: "core" });
  const place = (offset: number, length: number): SourceSpan => {
    const { line, col } = counter.linePos(offset);
    return { file: LOCAL_FILE, line, column: col, length };
  };
  const [fault] = document.errors;
  if (fault !== undefined) {
    const message = fault.message.split("\n", 1)[0] ?? "";
    return { text, settings: [], diagnostics: [notYaml(place(fault.pos[0], 1), message)] };
  }
  const root_ = document.contents;
  if (root_ === null) return { text, settings: [], diagnostics: [] };
  if (!isMap(root_))
    return { text, settings: [], diagnostics: [notYaml(place(0, 1), "keys with values are expected")] };
  return {
    text,
    settings: linesOfMap(root_, place, 0).flatMap((line) => (hasKey(line) ? [line] : [])),
    diagnostics: [],
  };
}

type PlaceOf = (offset: number, length: number) => SourceSpan;

/** As deep as a setting may be nested; what is deeper reads as a text that no form allows. */
const deepest = 12;

function hasKey(line: WrittenLine): line is WrittenSetting {
  return line.key !== undefined;
}

function linesOfMap(map: YAMLMap, place: PlaceOf, depth: number): readonly WrittenLine[] {
  return map.items.flatMap(({ key, value }): readonly WrittenLine[] => {
    if (!isScalar(key) || !key.range) return [];
    const keySpan = place(key.range[0], key.range[1] - key.range[0]);
    const written = writtenOf(value, { place, depth: depth + 1, fallback: keySpan });
    return [{ key: String(key.value), isItem: false, keySpan, value: written }];
  });
}

/** A value of YAML as the section would hold it. */
function writtenOf(
  node: unknown,
  {
    place,
    depth,
    fallback,
  }: { readonly place: PlaceOf; readonly depth: number; readonly fallback: SourceSpan },
): Written {
  const range = (isScalar(node) || isSeq(node) || isMap(node) || isAlias(node)) && node.range;
  const span = range ? place(range[0], range[1] - range[0]) : fallback;
  if (isScalar(node)) return { text: scalarText(node), lines: [], span };
  if (depth > deepest || isAlias(node)) return { text: "{…", lines: [], span };
  if (isMap(node))
    return { text: node.items.length === 0 ? "{}" : "", lines: linesOfMap(node, place, depth), span };
  if (!isSeq(node)) return { text: "", lines: [], span };
  const lines = node.items.map((item): WrittenLine => {
    const value = writtenOf(item, { place, depth: depth + 1, fallback: span });
    return { isItem: true, keySpan: value.span, value };
  });
  return { text: lines.length === 0 ? "[]" : "", lines, span };
}

/** A text keeps quotes, so that what is in them is never taken apart. */
function scalarText(node: Scalar): string {
  if (node.value === null) return "";
  const text = node.source ?? JSON.stringify(node.value);
  const isQuoted = node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE";
  return isQuoted && !text.includes('"') ? `"${text}"` : text;
}

function readText(path: string): string | undefined {
  try {
    const bytes = readFileSync(path);
    return bytes.length > largest ? undefined : bytes.toString("utf8");
  } catch {
    return undefined;
  }
}

function notYaml(where: SourceSpan, reason: string): Diagnostic {
  return {
    code: "BW816",
    severity: "error",
    message: `${LOCAL_FILE} cannot be read: ${reason}`,
    where,
    fix: "write one `key: value` on each line, or remove the file",
  };
}
