import { insideOf, unquoted } from "./flow-text.ts";
import { below, entriesOf, formProblem, itemsOf, type Reading, type ValueReader } from "./value-reader.ts";
import type { Written } from "./written-line.ts";

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
