import { fail, nearMatch, ok } from "@breakwater/core";
import type { Result, SourceSpan } from "@breakwater/core";
import { insideOf, splitFlow, unquoted } from "./flow-text.ts";
import type { Written, WrittenLine } from "./written-line.ts";

/** What is wrong with a value, at its place; `path` leads to it from the key, as in `docs-orchestrator.mode`. */
export type ValueProblem =
  | {
      readonly kind: "form";
      readonly where: SourceSpan;
      readonly path: readonly string[];
      readonly said: string;
      readonly expected: string;
    }
  | {
      readonly kind: "rule";
      readonly where: SourceSpan;
      readonly path: readonly string[];
      readonly said: string;
      readonly broken: string;
      readonly form: string;
    }
  | {
      readonly kind: "unknown";
      readonly where: SourceSpan;
      readonly path: readonly string[];
      readonly word: string;
      readonly near?: string;
      readonly known: readonly string[];
    }
  | { readonly kind: "stray"; readonly where: SourceSpan; readonly path: readonly string[] };

/** A value as far as it could be read, and what is wrong. */
export type Reading<Value> = { readonly value?: Value; readonly problems: readonly ValueProblem[] };

/** Reads what stands behind a key. */
export type ValueReader<Value> = {
  readonly read: (written: Written) => Reading<Value>;
  /** What the documentation says a value is. */
  readonly form: string;
  /** The JSON schema of the value. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Whether the word `none` is a value; for everything else it means that nothing is set. */
  readonly takesNone?: boolean;
  /** The value as programs get it, where that differs from what is used inside. */
  wire?(value: Value): unknown;
  /** The keys below, of a block. */
  readonly below?: Readonly<Record<string, BlockKey<unknown>>>;
};

/** One key of a block. */
export type BlockKey<Value> = {
  readonly reader: ValueReader<Value>;
  readonly byDefault: Value;
  readonly summary: string;
};

type ScalarTerms<Value> = Omit<ValueReader<Value>, "read"> & {
  readonly parse: (text: string) => Result<Value, string>;
  /** A rule beyond the form: a sentence when the value breaks it. */
  readonly rule?: (value: Value) => string | undefined;
  /** What holds instead of a value that breaks the rule, or nothing; left out, the value itself. */
  readonly instead?: (value: Value) => Value | undefined;
};

/** A value of one text. */
export function scalar<Value>({ parse, rule, instead, ...terms }: ScalarTerms<Value>): ValueReader<Value> {
  const read = (written: Written): Reading<Value> => {
    const said = unquoted(written.text);
    const where = written.span;
    if (written.text === "" && written.lines.length > 0)
      return { problems: [formProblem(where, `${written.lines.length} lines`, plainForm(terms.form))] };
    const stray = written.lines.map(strayLine);
    const parsed = parse(said);
    if (!parsed.ok) return { problems: [...stray, formProblem(where, said, parsed.failure)] };
    const broken = rule?.(parsed.value);
    if (broken === undefined) return { value: parsed.value, problems: stray };
    const problem: ValueProblem = { kind: "rule", where, path: [], said, broken, form: terms.form };
    const value = instead === undefined ? parsed.value : instead(parsed.value);
    return { ...(value === undefined ? {} : { value }), problems: [...stray, problem] };
  };
  return { read, ...terms };
}

export function formProblem(where: SourceSpan, said: string, expected: string): ValueProblem {
  return { kind: "form", where, path: [], said, expected };
}

function strayLine({ keySpan }: WrittenLine): ValueProblem {
  return { kind: "stray", where: keySpan, path: [] };
}

/** A form without the marks of the documentation. */
export function plainForm(form: string): string {
  return form.replaceAll("`", "");
}

/** What the bounds of a number are, and what holds instead of one that is beyond them; absent, what held before. */
export type NumberTerms = {
  readonly least: number;
  readonly most?: number;
  /** Numbers below `least` and from here on are used as they are. */
  readonly usableFrom?: number;
  readonly instead?: number;
};

/** A whole number. One beyond its bounds breaks a rule; it is used only where it still has a meaning. */
export function wholeNumber(terms: NumberTerms): ValueReader<number> {
  const { least, most, usableFrom = least, instead } = terms;
  const bounds = most === undefined ? `at least ${least}` : `${least} to ${most}`;
  return scalar({
    parse: (text) => (/^\d{1,9}$/.test(text) ? ok(Number(text)) : fail(`a whole number, ${bounds}`)),
    rule: (value) => {
      if (value < least) return `it is less than ${least}`;
      return most !== undefined && value > most ? `it is more than ${most}` : undefined;
    },
    instead: (value) => (value >= usableFrom && (most === undefined || value <= most) ? value : instead),
    form: `whole number, ${bounds}`,
    schema: { type: "integer", minimum: least, ...(most === undefined ? {} : { maximum: most }) },
  });
}

/** A number from `from` up to, and without, `below`. */
export function decimal({
  from,
  below,
}: {
  readonly from: number;
  readonly below: number;
}): ValueReader<number> {
  const form = `a number from ${from} and less than ${below}`;
  return scalar({
    parse: (text) => {
      const value = Number(text);
      return /^\d{1,9}(?:\.\d{1,9})?$/.test(text) && value >= from && value < below ? ok(value) : fail(form);
    },
    form,
    schema: { type: "number", minimum: from, exclusiveMaximum: below },
  });
}

/** One of a few words, in any case. */
export function oneOf<Word extends string>(...words: readonly Word[]): ValueReader<Word> {
  return scalar({
    parse: (text) => {
      const word = words.find((each) => each === text.toLowerCase());
      return word === undefined ? fail(`one of ${words.join(", ")}`) : ok(word);
    },
    form: words.map((word) => `\`${word}\``).join(" or "),
    schema: { enum: words },
    takesNone: words.some((word) => word === "none"),
  });
}

export const trueOrFalse: ValueReader<boolean> = scalar({
  parse: (text) => {
    const word = text.toLowerCase();
    return word === "true" || word === "false" ? ok(word === "true") : fail("true or false");
  },
  form: "`true` or `false`",
  schema: { type: "boolean" },
});

/** A text that is not empty. */
export function text(form: string): ValueReader<string> {
  return scalar({
    parse: (given) => (given.trim() === "" ? fail(plainForm(form)) : ok(given)),
    form,
    schema: { type: "string", minLength: 1 },
  });
}

/** A folder by its whole path. */
export const absoluteFolder: ValueReader<string> = scalar({
  parse: (given) => (given.trim() === "" ? fail("an absolute folder") : ok(given)),
  rule: (given) => (given.startsWith("/") ? undefined : "it depends on where it is read"),
  form: "an absolute folder",
  schema: { type: "string", pattern: "^/" },
});

/** A gate's command, or the word `skip` where a project has no such gate. */
export const command: ValueReader<string> = text("a command, or `skip`");

export const turns: ValueReader<number | "auto"> = scalar<number | "auto">({
  parse: (given) => {
    if (given.toLowerCase() === "auto") return ok("auto");
    return /^\d{1,6}$/.test(given) && Number(given) >= 1
      ? ok(Number(given))
      : fail("auto or a whole number from 1");
  },
  form: "`auto` or a whole number from 1",
  schema: { oneOf: [{ const: "auto" }, { type: "integer", minimum: 1 }] },
});

/** The items of `[a, b]`, of `a, b`, or of one `- item` on each line below; a failure names what was expected. */
export function itemsOf(written: Written): Result<readonly Written[], string> {
  if (written.text === "") {
    const odd = written.lines.find((line) => !line.isItem);
    return odd === undefined
      ? ok(written.lines.map(itemOf))
      : fail("one `- item` on each line".replaceAll("`", ""));
  }
  const inner = insideOf(written.text, "[]") ?? (written.text.startsWith("[") ? undefined : written.text);
  if (inner === undefined) return fail("a closing bracket");
  const parts = splitFlow(inner);
  return parts.ok ? ok(parts.value.map((part) => ({ text: part, lines: [], span: written.span }))) : parts;
}

/** An item that begins with a key is a map, whose other keys are indented below it. */
function itemOf({ key, keySpan, value }: WrittenLine): Written {
  if (key === undefined) return value;
  const first: WrittenLine = { key, isItem: false, keySpan, value: { ...value, lines: [] } };
  return { text: "", lines: [first, ...value.lines], span: keySpan };
}

/** The keys and values of `{ a: b }`, or of one `key: value` on each line below. */
export function entriesOf(
  written: Written,
): Result<readonly (WrittenLine & { readonly key: string })[], string> {
  if (written.text === "") {
    const lines = written.lines.flatMap(({ key, ...line }) => (key === undefined ? [] : [{ key, ...line }]));
    return lines.length === written.lines.length ? ok(lines) : fail("one key: value on each line");
  }
  const inner = insideOf(written.text, "{}");
  if (inner === undefined) return fail("{ key: value }, or one key: value on each line below");
  const parts = splitFlow(inner);
  if (!parts.ok) return parts;
  const entries = parts.value.map((part) => flowEntry(part, written.span));
  const whole = entries.flatMap((entry) => (entry === undefined ? [] : [entry]));
  return whole.length === entries.length ? ok(whole) : fail("a colon and a blank behind each key");
}

function flowEntry(part: string, span: SourceSpan): (WrittenLine & { readonly key: string }) | undefined {
  const match = /^(["']?)([A-Za-z0-9_.-]+)\1\s*:(?:\s+([^]*))?$/.exec(part);
  if (match?.[2] === undefined) return undefined;
  const value = { text: (match[3] ?? "").trim(), lines: [], span };
  return { key: match[2], isItem: false, keySpan: span, value };
}

/** Puts a key before the path of problems that were found below it. */
export function below(key: string, problems: readonly ValueProblem[]): readonly ValueProblem[] {
  return problems.map((problem) => ({ ...problem, path: [key, ...problem.path] }));
}

/** The problem of a key that nothing knows. */
export function unknownWord(word: string, where: SourceSpan, known: readonly string[]): ValueProblem {
  const near = nearMatch(word, known);
  return { kind: "unknown", where, path: [], word, known, ...(near === undefined ? {} : { near }) };
}
