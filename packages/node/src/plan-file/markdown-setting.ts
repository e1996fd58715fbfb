import { canonicalKey, isTaskKey, splitValue, taskKeys } from "@breakwater/core";
import type { Diagnostic, WrittenEntry, WrittenValue } from "@breakwater/core";
import type { Block, ListBlock, ListItem } from "./markdown-block.ts";
import type { Locate } from "./source-locator.ts";

/** Where settings are read from, and where findings go. */
export type SettingTerms = { readonly text: string; readonly locate: Locate; readonly found: Diagnostic[] };

/** The `- key: value` list under a task's heading. */
export function readSettings(list: ListBlock, terms: SettingTerms): readonly WrittenEntry[] {
  return list.items.flatMap((item) => entryOf(item, terms));
}

/** The first item of a later list that looks like a setting; it would be read as prose. */
export function settingInBrief(blocks: readonly Block[], text: string): ListItem | undefined {
  for (const block of blocks) {
    if (block.kind !== "list") continue;
    for (const item of block.items) {
      const key = item.text === undefined ? undefined : keyPattern.exec(text.slice(...item.text))?.[1];
      if (key !== undefined && isTaskKey(canonicalKey(key))) return item;
    }
  }
  return undefined;
}

const keyPattern = /^([A-Za-z][A-Za-z0-9 _-]{0,60}?)[ \t]*:(?=\s|$)/;

function entryOf(item: ListItem, terms: SettingTerms): readonly WrittenEntry[] {
  const { locate, found } = terms;
  const [from, to] = item.text ?? [item.from, item.from];
  const written = terms.text.slice(from, to);
  const key = keyPattern.exec(written);
  if (key?.[1] === undefined || item.more) {
    const shown = terms.text.slice(item.from, item.to).split("\n", 1)[0] ?? "";
    found.push(notASetting(locate(item.from, item.from + shown.trimEnd().length), item.more));
    return [];
  }
  const lazy = /\n(?=\S)/.exec(written);
  if (lazy !== null) found.push(missingBlank(locate, from + lazy.index + 1, written.slice(lazy.index + 1)));
  const body = lazy === null ? written : written.slice(0, lazy.index);
  const start = key[0].length;
  const value = valueOf(key[1], { item, from: from + start, body: body.slice(start) }, terms);
  return [{ key: key[1], keySpan: locate(from, from + key[1].length), value }];
}

function valueOf(
  key: string,
  { item, from, body }: { readonly item: ListItem; readonly from: number; readonly body: string },
  terms: SettingTerms,
): WrittenValue {
  const { locate } = terms;
  const name = canonicalKey(key);
  const shape = isTaskKey(name) ? taskKeys[name] : "single";
  const span = spanOfText(body, from, locate);
  const parts = splitValue(body, shape).map((part): WrittenValue => {
    const text = joined(shape === "prose" ? withoutBox(part.text) : part.text);
    return {
      kind: "scalar",
      value: text,
      span: locate(from + part.offset, from + part.offset + part.length),
    };
  });
  const nested = item.nested?.items.flatMap((inner) => nestedValue(inner, terms)) ?? [];
  if (shape === "single" && nested.length === 0) return parts[0] ?? { kind: "scalar", value: null, span };
  return { kind: "list", items: [...parts, ...nested], span };
}

/** Every item of a nested list is one value, commas or not. */
function nestedValue(item: ListItem, { text, locate, found }: SettingTerms): readonly WrittenValue[] {
  if (item.text === undefined || item.more) {
    found.push(notASetting(locate(item.from, Math.min(item.to, item.from + 80)), true));
    return [];
  }
  const [from, to] = item.text;
  const raw = text.slice(from, to);
  const [part] = splitValue(withoutBox(raw), "single");
  if (part === undefined) return [];
  const start = from + (raw.length - withoutBox(raw).length) + part.offset;
  return [{ kind: "scalar", value: joined(part.text), span: locate(start, start + part.length) }];
}

/** A checkbox says nothing: state never lives in a plan. */
function withoutBox(text: string): string {
  return text.replace(/^\s*\[[ xX]\]\s+/, "");
}

function joined(text: string): string {
  return text.replace(/[ \t]*\r?\n[ \t]*/g, " ");
}

function spanOfText(body: string, from: number, locate: Locate) {
  const lead = body.length - body.trimStart().length;
  return locate(from + lead, from + Math.max(lead, body.trimEnd().length));
}

function notASetting(where: Diagnostic["where"], nested: boolean): Diagnostic {
  return {
    code: "BW111",
    severity: "error",
    message: nested ? "a setting holds more than a text or one list" : "this is not `key: value`",
    where,
    why: "the first list under a task's heading is its settings",
    fix: nested
      ? "keep one short list per key"
      : "write `- key: value`, or move the line into the brief below the list",
  };
}

function missingBlank(locate: Locate, at: number, rest: string): Diagnostic {
  const line = rest.split(/\r?\n/, 1)[0] ?? "";
  return {
    code: "BW111",
    severity: "error",
    message: "this line continues the setting above it",
    where: locate(at, at + line.length),
    why: "without a blank line Markdown reads it as part of the list",
    fix: "put a blank line between the settings and the brief",
    edit: { span: locate(at, at), newText: "\n" },
  };
}
