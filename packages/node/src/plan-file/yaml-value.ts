import type { Diagnostic, WrittenEntry, WrittenValue } from "@breakwater/core";
import { isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { Scalar, YAMLMap } from "yaml";
import type { Locate } from "./source-locator.ts";

/** Deeper than any plan; bounds every recursion over what was read. */
export const maxDepth = 32;

/** The parser's time grows faster than its input; more YAML than this no person reads. */
const maxYaml = 128 * 1024;

/** More errors than these are consequences of the first. */
const maxErrors = 5;

/** Where a YAML text stands in its file, and where findings go; `bounded` texts were measured before. */
export type YamlTerms = {
  readonly locate: Locate;
  readonly offset: number;
  readonly found: Diagnostic[];
  readonly bounded?: boolean;
};

/**
 * Reads YAML (and so JSON) into a written value with places, or `undefined` with BW101.
 *
 * Anchors, aliases and tags are refused: they hide what a plan says and can make a small file huge.
 */
export function readYaml(text: string, terms: YamlTerms): WrittenValue | undefined {
  const before = terms.found.length;
  if (bracketDepth(text) > maxDepth) {
    terms.found.push(unreadable("values are nested too deep", terms.locate(terms.offset, terms.offset + 1)));
    return undefined;
  }
  if (terms.bounded !== true && text.length > maxYaml) {
    terms.found.push({
      code: "BW105",
      severity: "error",
      message: "more than 128 KiB of YAML",
      where: terms.locate(terms.offset, terms.offset + 1),
      fix: "keep long briefs in a Markdown or JSON plan, or in files named under `reads`",
    });
    return undefined;
  }
  const document = parse(text, terms);
  if (document === undefined) return undefined;
  for (const error of document.errors.slice(0, maxErrors)) {
    const [from, to] = error.pos;
    terms.found.push(unreadable(error.message, place(terms, from, to)));
  }
  if (terms.found.length > before) return undefined;
  const root = document.contents;
  const value = root === null ? emptyMap(terms) : valueOf(root, terms, 0);
  return terms.found.length > before ? undefined : value;
}

function parse(text: string, terms: YamlTerms) {
  try {
    return parseDocument(text, { prettyErrors: false, strict: true, uniqueKeys: false, logLevel: "silent" });
  } catch (error) {
    // The parser has no bound on nesting but the stack.
    const reason = error instanceof RangeError ? "values are nested too deep" : "it cannot be parsed";
    terms.found.push(unreadable(reason, terms.locate(terms.offset, terms.offset + 1)));
    return undefined;
  }
}

function valueOf(node: unknown, terms: YamlTerms, depth: number): WrittenValue {
  if (depth > maxDepth) return refuse("values are nested too deep", node, terms);
  if (isAlias(node)) return refuse("aliases (`*name`) are not allowed in a plan", node, terms);
  if (isScalar(node)) return scalarOf(node, terms);
  if (isMap(node)) return mapOf(node, terms, depth);
  if (isSeq(node)) {
    reportMarks(node, terms);
    const items = node.items.map((item) => valueOf(item, terms, depth + 1));
    return { kind: "list", items, span: spanOf(node, terms) };
  }
  return { kind: "scalar", value: null, span: place(terms, 0, 0) };
}

function mapOf(node: YAMLMap, terms: YamlTerms, depth: number): WrittenValue {
  reportMarks(node, terms);
  const entries = node.items.flatMap((pair): readonly WrittenEntry[] => {
    if (!isScalar(pair.key)) {
      refuse("a key is not a plain text", pair.key, terms);
      return [];
    }
    const key = scalarOf(pair.key, terms);
    const value =
      pair.value === null || pair.value === undefined
        ? nothingAt(key)
        : valueOf(pair.value, terms, depth + 1);
    return [{ key: String(key.value), keySpan: key.span, value }];
  });
  return { kind: "map", entries, span: spanOf(node, terms) };
}

type ScalarValue = Extract<WrittenValue, { readonly kind: "scalar" }>;

function scalarOf(node: Scalar, terms: YamlTerms): ScalarValue {
  reportMarks(node, terms);
  const { value } = node;
  const [from, to] = contentOf(node);
  const span = place(terms, from, to);
  if (value === null || value === undefined) return { kind: "scalar", value: null, span };
  if (typeof value === "string" || typeof value === "boolean") return { kind: "scalar", value, span };
  if (typeof value === "number") {
    return { kind: "scalar", value, span, ...(node.source === undefined ? {} : { written: node.source }) };
  }
  return { kind: "scalar", value: node.source ?? "", span };
}

function nothingAt({ span }: ScalarValue): WrittenValue {
  return { kind: "scalar", value: null, span };
}

/** The content of a quoted scalar stands inside its quotes. */
function contentOf(node: Scalar): readonly [number, number] {
  const [from, to] = node.range ?? [0, 0];
  const quoted = node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE";
  return quoted && to - from >= 2 ? [from + 1, to - 1] : [from, to];
}

function reportMarks(node: { readonly anchor?: string; readonly tag?: string }, terms: YamlTerms): void {
  if (node.anchor !== undefined) refuse("anchors (`&name`) are not allowed in a plan", node, terms);
  if (node.tag !== undefined) refuse("tags (`!name`) are not allowed in a plan", node, terms);
}

function refuse(message: string, node: unknown, terms: YamlTerms): ScalarValue {
  const span = spanOf(node, terms);
  if (terms.found.length < 100) terms.found.push(unreadable(message, span));
  return { kind: "scalar", value: null, span };
}

function spanOf(node: unknown, terms: YamlTerms) {
  const range = typeof node === "object" && node !== null && "range" in node ? node.range : undefined;
  if (!Array.isArray(range)) return place(terms, 0, 0);
  const [from, to] = range.map(Number);
  return place(terms, from ?? 0, to ?? 0);
}

function place({ locate, offset }: YamlTerms, from: number, to: number) {
  return locate(offset + from, offset + to);
}

function emptyMap(terms: YamlTerms): WrittenValue {
  return { kind: "map", entries: [], span: place(terms, 0, 0) };
}

function unreadable(reason: string, where: Diagnostic["where"]): Diagnostic {
  const message = reason.split("\n")[0] ?? reason;
  return { code: "BW101", severity: "error", message: `not valid YAML: ${message}`, where, ...unparsed };
}

/** What every file that cannot be parsed gets told besides the parser's own words. */
export const unparsed = {
  why: "nothing of a plan is guessed, so nothing in it is looked at before the whole can be read",
  fix: "correct that line; breakwater plan new writes a skeleton to compare with",
} as const;

/** An upper bound on the nesting of brackets; those in texts count too, which no honest plan notices. */
export function bracketDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, (depth += 1));
    else if (code === 0x5d || code === 0x7d) depth = Math.max(0, depth - 1);
  }
  return deepest;
}
