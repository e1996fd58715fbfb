import { fail, ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";

const QUOTES = new Set(['"', "'", "`"]);

/** Where the quote that opens at `from` closes, or -1. In double quotes a backslash protects the next sign. */
function closingQuote(text: string, from: number): number {
  const quote = text[from];
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === "\\" && quote === '"') at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
}

/**
 * Walks the signs of a text that no quotes protect. A quote opens only where a word begins and only if it is
 * closed, so that an apostrophe protects nothing. `visit` stops the walk by giving true. Linear.
 */
function walk(text: string, visit: (sign: string, at: number) => boolean): void {
  const unclosed = new Set<string>();
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? "";
    if (QUOTES.has(sign) && !unclosed.has(sign) && /^$|[\s[{,:(=]/.test(text[at - 1] ?? "")) {
      const end = closingQuote(text, at);
      if (end === -1) unclosed.add(sign);
      else at = end;
    } else if (visit(sign, at)) return;
  }
}

/** A value without its comment: ` # …` outside of quotes, or `<!-- … -->` at its end. */
export function withoutComment(raw: string): string {
  let end = raw.length;
  walk(raw, (sign, at) => {
    if (sign !== "#" || (at > 0 && !/\s/.test(raw[at - 1] ?? ""))) return false;
    end = at;
    return true;
  });
  const kept = raw.slice(0, end).trim();
  const comment = kept.endsWith("-->") ? kept.lastIndexOf("<!--") : -1;
  return comment === -1 ? kept : kept.slice(0, comment).trim();
}

/** A text without the quotes around the whole of it. */
export function unquoted(text: string): string {
  const quote = text[0] ?? "";
  if (!QUOTES.has(quote) || text.length < 2 || closingQuote(text, 0) !== text.length - 1) return text;
  const inner = text.slice(1, -1);
  return quote === '"' ? inner.replaceAll('\\"', '"') : inner;
}

/** Whether every bracket of a text is closed. */
export function closesFlow(text: string): boolean {
  let depth = 0;
  walk(text, (sign) => {
    if (sign === "[" || sign === "{") depth += 1;
    if (sign === "]" || sign === "}") depth -= 1;
    return false;
  });
  return depth <= 0;
}

/**
 * The parts between the commas of a text, as written: quotes and inner brackets are kept together. Empty parts
 * are left out. Fails with what is wrong where a bracket is not closed.
 */
export function splitFlow(text: string): Result<readonly string[], string> {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  walk(text, (sign, at) => {
    if (sign === "[" || sign === "{") depth += 1;
    if (sign === "]" || sign === "}") depth -= 1;
    if (sign === "," && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
    return depth < 0;
  });
  if (depth !== 0) return fail(depth > 0 ? "a closing bracket" : "no closing bracket that opens nowhere");
  parts.push(text.slice(from));
  return ok(parts.map((part) => part.trim()).filter((part) => part !== ""));
}

/** The inside of `[ … ]` or `{ … }`, or `undefined` where a text is not bracketed so. */
export function insideOf(text: string, brackets: "[]" | "{}"): string | undefined {
  return text.length >= 2 && text.startsWith(brackets[0] ?? "") && text.endsWith(brackets[1] ?? "")
    ? text.slice(1, -1)
    : undefined;
}
