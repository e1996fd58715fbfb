import type { SourceSpan } from "../failure.ts";
import { nearMatch } from "../near-match.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { WrittenEntry, WrittenValue } from "./written-plan.ts";

/** Where findings go while one part of a plan is read, and the code of a value that does not fit. */
export type Reader = { readonly found: Diagnostic[]; readonly code: string };

/** An item of a list with its place. */
export type Item = { readonly text: string; readonly span: SourceSpan };

/** The text of a value, or `undefined` with a finding. Numbers and flags are taken as they print. */
export function readText(reader: Reader, { key, value }: WrittenEntry): string | undefined {
  if (value.kind === "scalar" && value.value !== null && value.value !== "") return textOfScalar(value);
  return wrong(reader, key, value, "a text");
}

/** One of a closed set of words, in any case. */
export function readChoice<Word extends string>(
  reader: Reader,
  { key, value }: WrittenEntry,
  words: readonly Word[],
): Word | undefined {
  const written = value.kind === "scalar" ? String(value.value).trim().toLowerCase() : undefined;
  const word = words.find((each) => each === written);
  if (word !== undefined || written === undefined) {
    return word ?? wrong(reader, key, value, `one of ${words.join(", ")}`);
  }
  const meant = nearMatch(written, words);
  reader.found.push({
    code: reader.code,
    severity: "error",
    message: `\`${key}\` is ${words.join(" or ")}, not "${short(written)}"`,
    where: value.span,
    ...(meant === undefined ? {} : { fix: `write ${meant}`, edit: { span: value.span, newText: meant } }),
  });
  return undefined;
}

/** A whole number within bounds, both included. */
export function readWhole(
  reader: Reader,
  { key, value }: WrittenEntry,
  bounds: { readonly min: number; readonly max: number },
): number | undefined {
  const number = numberOf(value);
  if (number !== undefined && Number.isInteger(number) && number >= bounds.min && number <= bounds.max) {
    return number;
  }
  return wrong(reader, key, value, `a whole number from ${bounds.min} to ${bounds.max}`);
}

/** A number above zero, such as an amount of money. */
export function readAmount(reader: Reader, { key, value }: WrittenEntry): number | undefined {
  const number = numberOf(value);
  if (number !== undefined && Number.isFinite(number) && number > 0) return number;
  return wrong(reader, key, value, "a number above 0");
}

/** `true` or `false`, also written `yes` or `no`. */
export function readFlag(reader: Reader, { key, value }: WrittenEntry): boolean | undefined {
  const written = value.kind === "scalar" ? String(value.value).trim().toLowerCase() : "";
  if (written === "true" || written === "yes") return true;
  if (written === "false" || written === "no") return false;
  return wrong(reader, key, value, "true or false");
}

/** A list of texts; one text is a list of one, an empty value a list of none. */
export function readItems(reader: Reader, { key, value }: WrittenEntry): readonly Item[] {
  if (value.kind === "scalar") {
    return value.value === null || value.value === ""
      ? []
      : [{ text: textOfScalar(value), span: value.span }];
  }
  if (value.kind === "map") return wrong(reader, key, value, "a list") ?? [];
  return value.items.flatMap((item) => {
    if (item.kind === "scalar" && item.value !== null) return [{ text: textOfScalar(item), span: item.span }];
    wrong(reader, key, item, "a list of texts");
    return [];
  });
}

/** The entries of a nested map, keys as written. */
export function readEntries(reader: Reader, { key, value }: WrittenEntry): readonly WrittenEntry[] {
  if (value.kind === "map") return value.entries;
  if (value.kind === "scalar" && (value.value === null || value.value === "")) return [];
  return wrong(reader, key, value, "a map such as { key: value }") ?? [];
}

/** Reports a value that does not fit its key; always `undefined`, so that a reader can return it. */
export function wrong(reader: Reader, key: string, value: WrittenValue, expected: string): undefined {
  const seen = value.kind === "scalar" ? `"${short(String(value.value ?? ""))}"` : `a ${value.kind}`;
  reader.found.push({
    code: reader.code,
    severity: "error",
    message: `\`${key}\` is ${expected}, not ${seen}`,
    where: value.span,
  });
  return undefined;
}

/** An unknown key with the key that was most likely meant. */
export function unknownKey(
  code: string,
  entry: { readonly key: string; readonly keySpan: SourceSpan },
  known: readonly string[],
): Diagnostic {
  const meant = nearMatch(entry.key.trim().replace(/\s+/g, "-"), known);
  const message = `unknown key "${short(entry.key)}"`;
  if (meant === undefined) {
    return { code, severity: "error", message, where: entry.keySpan, fix: `known keys: ${known.join(", ")}` };
  }
  return {
    code,
    severity: "error",
    message: `${message} - did you mean "${meant}"?`,
    where: entry.keySpan,
    fix: `write ${meant}`,
    edit: { span: entry.keySpan, newText: meant },
  };
}

/** Enough of a text to recognise it in a message. */
export function short(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

/** The text of a scalar as it was written; a version such as `1.10` keeps its zero. */
export function textOfScalar(value: Extract<WrittenValue, { readonly kind: "scalar" }>): string {
  return value.written ?? String(value.value ?? "");
}

function numberOf(value: WrittenValue): number | undefined {
  if (value.kind !== "scalar") return undefined;
  if (typeof value.value === "number") return value.value;
  if (typeof value.value !== "string" || !/^\d{1,15}(\.\d{1,6})?$/.test(value.value.trim())) return undefined;
  return Number(value.value);
}
