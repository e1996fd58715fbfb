import { unquoted } from "./flow-text.ts";
import {
  below,
  entriesOf,
  formProblem,
  itemsOf,
  text,
  unknownWord,
  type BlockKey,
  type ValueProblem,
  type ValueReader,
} from "./value-reader.ts";
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

/** `none`, `null`, `{}` and nothing at all leave a key as if it were not there. */
export function isUnset({ text: said, lines }: Written, reader: ValueReader<unknown>): boolean {
  if (said === "" && lines.length > 0) return false;
  const word = said.toLowerCase();
  return /^(?:null|~|\{\s*\})?$/.test(word) || (word === "none" && reader.takesNone !== true);
}
