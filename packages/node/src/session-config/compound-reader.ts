import { fail, ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import { insideOf, unquoted } from "./flow-text.ts";
import { below, entriesOf, formProblem, itemsOf, plainForm, text, unknownWord } from "./value-reader.ts";
import type { BlockKey, Reading, ValueProblem, ValueReader } from "./value-reader.ts";
import type { Written } from "./written-line.ts";

/** `[a, b]` or `a, b`, or one entry on each line below the key. */
export function listOf<Item>(
  item: ValueReader<Item>,
  { of, more }: { readonly of: string; readonly more?: string },
): ValueReader<readonly Item[]> {
  return {
    read: (written) => {
      const items = itemsOf(written);
      if (!items.ok) return { problems: [formProblem(written.span, written.text, items.failure)] };
      const readings = items.value.map((each) => item.read(each));
      return {
        value: readings.flatMap((each) => (each.value === undefined ? [] : [each.value])),
        problems: readings.flatMap((each) => each.problems),
      };
    },
    form: `${of}: \`a, b\`, or one \`- item\` on each line below${more ?? ""}`,
    schema: { type: "array", items: item.schema },
  };
}

/** A list of texts. */
export const list: ValueReader<readonly string[]> = listOf(text("a text"), { of: "list" });

/** A list of a few words; others are reported and left out. */
export function listOfWords<Word extends string>(...words: readonly Word[]): ValueReader<readonly Word[]> {
  const word: ValueReader<Word> = {
    read: ({ text: raw, span }) => {
      const said = unquoted(raw).toLowerCase();
      const found = words.find((each) => each === said);
      return found === undefined
        ? { problems: [unknownWord(unquoted(raw), span, words)] }
        : { value: found, problems: [] };
    },
    form: words.join(", "),
    schema: { enum: words },
  };
  return listOf(word, { of: `list of ${words.map((each) => `\`${each}\``).join(", ")}` });
}

/** `{ key: value }`, or one `key: value` on each line below. With `keys` only those may stand there. */
export function mapOf<Value>(
  item: ValueReader<Value>,
  keys?: readonly string[],
): ValueReader<Readonly<Record<string, Value>>> {
  const names = keys === undefined ? "key" : keys.map((key) => `\`${key}\``).join(", ");
  return {
    read: (written) => {
      const entries = entriesOf(written);
      if (!entries.ok) return { problems: [formProblem(written.span, written.text, entries.failure)] };
      const value = new Map<string, Value>();
      const problems: ValueProblem[] = [];
      for (const { key, keySpan, value: held } of entries.value) {
        if (keys !== undefined && !keys.includes(key)) {
          problems.push(formProblem(keySpan, key, `one of the keys ${keys.join(", ")}`));
          continue;
        }
        const read = item.read(held);
        problems.push(...below(key, read.problems));
        if (read.value !== undefined) value.set(key, read.value);
      }
      // A map with a wrong entry holds as a whole or not at all.
      return problems.length === 0 ? { value: Object.fromEntries(value), problems } : { problems };
    },
    form: `\`{ ${keys === undefined ? "key" : (keys[0] ?? "")}: … }\` or lines below; keys: ${names}; value: ${item.form}`,
    schema: {
      type: "object",
      ...(keys === undefined
        ? { additionalProperties: item.schema }
        : {
            properties: Object.fromEntries(keys.map((key) => [key, item.schema])),
            additionalProperties: false,
          }),
    },
  };
}

/** The values of a block by its keys. */
export type BlockValue<Keys> = {
  readonly [Key in keyof Keys]: Keys[Key] extends BlockKey<infer Value> ? Value : never;
};

/** A block of keys, each with its own reader and default. What is wrong in it leaves the rest in force. */
export function block<Keys extends Readonly<Record<string, BlockKey<unknown>>>>(
  keys: Keys,
): ValueReader<BlockValue<Keys>> {
  const specs: Readonly<Record<string, BlockKey<unknown>>> = keys;
  const names = Object.keys(specs);
  const defaults = names.map((name) => [name, specs[name]?.byDefault ?? null] as const);
  return {
    read: (written) => {
      const entries = entriesOf(written);
      if (!entries.ok)
        return { problems: [formProblem(written.span, written.text || "these lines", entries.failure)] };
      const value = new Map<string, unknown>(defaults);
      const problems: ValueProblem[] = [];
      for (const { key, keySpan, value: held } of entries.value) {
        const spec = Object.hasOwn(specs, key) ? specs[key] : undefined;
        if (spec === undefined) {
          problems.push(unknownWord(key, keySpan, names));
          continue;
        }
        if (isUnset(held, spec.reader)) {
          value.set(key, spec.byDefault ?? null);
          continue;
        }
        const read = spec.reader.read(held);
        problems.push(...below(key, read.problems));
        if (read.value !== undefined) value.set(key, read.value);
      }
      // Each entry came from the reader of its own key, which the compiler cannot follow through a map.
      return { value: Object.fromEntries(value) as BlockValue<Keys>, problems };
    },
    form: `block of ${names.map((name) => `\`${name}\``).join(", ")}`,
    schema: {
      type: "object",
      properties: Object.fromEntries(
        names.map((name) => [
          name,
          { ...specs[name]?.reader.schema, description: specs[name]?.summary ?? "" },
        ]),
      ),
      additionalProperties: false,
    },
    below: specs,
  };
}

/** What a block holds where nothing is written. */
export function blockDefaults<Keys extends Readonly<Record<string, BlockKey<unknown>>>>(
  keys: Keys,
): BlockValue<Keys> {
  const pairs = Object.entries(keys).map(([name, { byDefault }]) => [name, byDefault] as const);
  return Object.fromEntries(pairs) as BlockValue<Keys>;
}

/** One key of a block. */
export function part<Value>(reader: ValueReader<Value>, byDefault: Value, summary: string): BlockKey<Value> {
  return { reader, byDefault, summary };
}

/** `none`, `null` and nothing at all leave a key as if it were not there. */
export function isUnset({ text: said, lines }: Written, reader: ValueReader<unknown>): boolean {
  if (said === "" && lines.length > 0) return false;
  const word = said.toLowerCase();
  return word === "" || word === "null" || word === "~" || (word === "none" && reader.takesNone !== true);
}

/** As deep as anything may be nested. */
const deepest = 12;

/** Whatever YAML of this form holds, kept for the program that reads it. */
export const anything: ValueReader<unknown> = {
  read: (written) => readAnything(written, 0),
  form: "anything; kept for the program that reads it",
  schema: {},
};

function readAnything(written: Written, depth: number): Reading<unknown> {
  if (depth > deepest) return { problems: [formProblem(written.span, "…", "fewer levels")] };
  const inner = (each: Written): Reading<unknown> => readAnything(each, depth + 1);
  const { text: said, lines, span } = written;
  if (said === "" && lines.length === 0) return { value: null, problems: [] };
  const isList =
    said === "" ? lines.every((line) => line.isItem && line.key === undefined) : said.startsWith("[");
  if (isList || (said === "" && lines.every(({ key }) => key === undefined))) {
    const items = itemsOf(written);
    if (!items.ok) return { problems: [formProblem(span, said, items.failure)] };
    const read = items.value.map(inner);
    return { value: read.map(({ value }) => value ?? null), problems: read.flatMap((each) => each.problems) };
  }
  if (said === "" || insideOf(said, "{}") !== undefined) {
    const entries = entriesOf(written);
    if (!entries.ok)
      return said === ""
        ? { problems: [formProblem(span, "these lines", entries.failure)] }
        : { value: said, problems: [] };
    const read = entries.value.map(({ key, value }) => [key, inner(value)] as const);
    return {
      value: Object.fromEntries(read.map(([key, { value }]) => [key, value ?? null])),
      problems: read.flatMap(([key, { problems }]) => below(key, problems)),
    };
  }
  return { value: plainValue(said), problems: [] };
}

function plainValue(said: string): unknown {
  const word = unquoted(said);
  if (word !== said) return word;
  if (/^(?:true|false)$/i.test(word)) return word.toLowerCase() === "true";
  if (/^(?:null|none|~)$/i.test(word)) return null;
  return /^-?\d{1,9}(?:\.\d{1,9})?$/.test(word) ? Number(word) : word;
}

/** A number with numbers for single session types. */
export type AgentsPerWave = {
  readonly usual: number;
  readonly bySession: Readonly<Record<string, number>>;
};

const SESSION_TYPES = ["housekeeping", "feature", "deep"];
const fewestAgents = 2;

/** `6`, or `6 (deep: 18)`, or a block of `default` and session types. */
export const agentsPerWave: ValueReader<AgentsPerWave> = {
  read: (written) => {
    const read = readAgents(written);
    const said = unquoted(written.text) || "these lines";
    if (!read.ok) return { problems: [formProblem(written.span, said, read.failure)] };
    const { usual, bySession } = read.value;
    const isBroken = [usual, ...Object.values(bySession)].some((each) => each < fewestAgents);
    const broken = `it is less than ${fewestAgents}`;
    const isUsable = [usual, ...Object.values(bySession)].every((each) => each > 0);
    return {
      ...(isUsable ? { value: read.value } : {}),
      problems: isBroken
        ? [{ kind: "rule", where: written.span, path: [], said, broken, form: plainForm(agentsForm) }]
        : [],
    };
  },
  form: `whole number, at least ${fewestAgents}; \`6 (deep: 18)\` sets one session type apart`,
  schema: {
    oneOf: [
      { type: "integer", minimum: fewestAgents },
      { type: "string", pattern: "^\\d+ *\\(( *(housekeeping|feature|deep): *\\d+ *,?)+\\)$" },
      {
        type: "object",
        properties: Object.fromEntries(
          ["default", ...SESSION_TYPES].map((name) => [name, { type: "integer", minimum: fewestAgents }]),
        ),
        required: ["default"],
        additionalProperties: false,
      },
    ],
  },
  wire: ({ usual, bySession }) =>
    Object.keys(bySession).length === 0 ? usual : { default: usual, ...bySession },
};

const agentsForm = `whole number, at least ${fewestAgents}`;

function readAgents(written: Written): Result<AgentsPerWave, string> {
  const expected = 'a whole number from 1, or as in "6 (deep: 18)"';
  const match = /^(\d+)\s*(?:\(([^()]*)\))?$/.exec(unquoted(written.text));
  const isBlock = match === null && (written.text === "" || written.text.startsWith("{"));
  const entries = isBlock ? entriesOf(written) : ok([]);
  if (!entries.ok || (match === null && !isBlock)) return fail(expected);
  const pairs = isBlock
    ? entries.value.map(({ key, value }) => [key, value.text] as const)
    : [["default", match?.[1] ?? ""] as const, ...overrides(match?.[2])];
  const counts = new Map<string, number>();
  for (const [name, count] of pairs) {
    if (name !== "default" && !SESSION_TYPES.includes(name))
      return fail(`a session type before each colon: ${SESSION_TYPES.join(", ")}`);
    if (!/^\d{1,6}$/.test(count)) return fail(expected);
    counts.set(name, Number(count));
  }
  const usual = counts.get("default");
  counts.delete("default");
  return usual === undefined ? fail(expected) : ok({ usual, bySession: Object.fromEntries(counts) });
}

function overrides(inside: string | undefined): readonly (readonly [string, string])[] {
  const parts = (inside ?? "").split(",").filter((each) => each.trim() !== "");
  return parts.map((each) => {
    const [name = "", ...count] = each.split(":").map((word) => word.trim());
    return [name, count.join(":")] as const;
  });
}
