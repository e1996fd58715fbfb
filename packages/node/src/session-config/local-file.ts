import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic, SourceSpan } from "@breakwater/core";
import { LineCounter, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { WrittenSetting } from "./section-text.ts";

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
  const settings = root_.items.flatMap(({ key, value }): readonly WrittenSetting[] => {
    if (!isScalar(key) || !key.range) return [];
    const name = String(key.value);
    const [from, to] = rangeOf(value) ?? [key.range[0], key.range[1]];
    const keySpan = place(key.range[0], key.range[1] - key.range[0]);
    return [
      { key: name, value: textOf(value), opensBlock: false, keySpan, valueSpan: place(from, to - from) },
    ];
  });
  return { text, settings, diagnostics: [] };
}

function rangeOf(node: unknown): readonly [number, number] | undefined {
  if ((isScalar(node) || isSeq(node) || isMap(node)) && node.range) return [node.range[0], node.range[1]];
  return undefined;
}

/** A value as the section would hold it; what is neither text nor list is left for the reader to refuse. */
function textOf(node: unknown): string {
  if (isScalar(node)) return node.value === null ? "" : (node.source ?? JSON.stringify(node.value));
  if (isSeq(node)) return node.items.map((item) => textOf(item)).join("\n");
  return "{…}";
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
