import { readFileSync } from "node:fs";
import { join } from "node:path";
import { array, assert, constantFrom, integer, property, string, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { wireValues } from "./config-document.ts";
import { readConfigText } from "./session-config.ts";

/** A text, what its keys hold, and what is said: code, severity, line and key. */
type Case = {
  readonly title: string;
  readonly text: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly diagnostics: readonly (readonly [string, string, number, string | null])[];
};

/**
 * A case of the second and third table, written by somebody who had not seen the reader; `note` says where its label was
 * changed, and why. `codes` must be among what is said; a line that is no setting may be told beyond that.
 */
type SecondCase = {
  readonly id: string;
  readonly text: string;
  readonly why: string;
  readonly expect: {
    readonly values: Readonly<Record<string, unknown>>;
    /** `null` where only the values are judged. */
    readonly diagnostics: readonly { readonly key: string | null; readonly severity: string }[] | null;
  };
  readonly codes?: readonly string[];
};

function linesOf(name: string): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, "cases", name), "utf8");
  return text.split("\n").filter((line) => line !== "");
}

const cases = linesOf("config.jsonl").map((line): Case => JSON.parse(line));
const secondCases = ["second.jsonl", "third.jsonl"]
  .flatMap(linesOf)
  .map((line): SecondCase => JSON.parse(line));

describe("A written configuration", () => {
  // conforms: config-heading, config-end, config-bullet, config-repeat, config-comment, config-quotes, config-integer, config-decimal, config-boolean, config-enum, config-list, config-object, config-max-turns, config-mapping-keys
  it.each(cases.map((each) => [each.title, each] as const))(
    "reads as agreed: %s",
    (_title, { text, values, diagnostics }) => {
      const read = readConfigText(text, "f");
      const wire = wireValues(read.entries);
      expect(Object.fromEntries(Object.keys(values).map((key) => [key, wire[key]]))).toEqual(values);
      const said = read.diagnostics.filter(({ code }) => code !== "BW813");
      expect(said.map(({ code, severity, where, key }) => [code, severity, where.line, key ?? null])).toEqual(
        diagnostics,
      );
    },
  );

  it.each(secondCases.map((each) => [each.id, each.why, each] as const))(
    "reads as somebody else expected: %s, %s",
    (_id, _why, { text, expect: wanted, codes = [] }) => {
      const read = readConfigText(text, "f");
      const wire = wireValues(read.entries);
      const { values, diagnostics } = wanted;
      expect(Object.fromEntries(Object.keys(values).map((key) => [key, wire[key]]))).toEqual(values);
      const said = read.diagnostics.map(({ key = null, severity }) => `${severity} ${key}`);
      for (const code of codes) expect(read.diagnostics.map((each) => each.code)).toContain(code);
      if (diagnostics === null) return;
      const told = (list: readonly string[]): readonly string[] =>
        list.filter((line) => !line.endsWith(" null")).toSorted();
      expect(told(said)).toEqual(told(diagnostics.map(({ key, severity }) => `${severity} ${key}`)));
      for (const { key, severity } of diagnostics) expect(said).toContain(`${severity} ${key}`);
    },
  );

  it("is read to the end whatever is done to it, and every place lies in the text", () => {
    const piece = constantFrom(
      "[",
      "{",
      "]",
      "}",
      '"',
      "`",
      ":",
      "- ",
      "\t",
      "\n",
      "#",
      "<!--",
      "```",
      "|",
      "\0",
    );
    const change = tuple(integer({ min: 0, max: 400 }), integer({ min: 0, max: 20 }), piece);
    assert(
      property(constantFrom(...cases), array(change, { maxLength: 6 }), string(), (each, changes, tail) => {
        let text = each.text + tail;
        for (const [at, length, put] of changes) text = text.slice(0, at) + put + text.slice(at + length);
        expect(unsound(text)).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  it.each([
    ["brackets", "ssot-files: " + "[".repeat(400_000)],
    ["openers", "- a: [\n".repeat(60_000)],
    ["quotes", `special: ${" '".repeat(300_000)}`],
    ["deep lines", Array.from({ length: 900 }, (_, at) => `${" ".repeat(at)}ab:`).join("\n")],
    ["nested maps", `eval: ${"{ a: ".repeat(100_000)}`],
    ["fences", Array.from({ length: 900 }, (_, at) => "`".repeat(900 - at + 3)).join("\n")],
    ["bars", "ab: |\n\n\n".repeat(60_000)],
    ["blanks", `special: ${" ".repeat(800_000)}x`],
    ["unknown keys", Array.from({ length: 20_000 }, (_, at) => `key-${at}: 1`).join("\n")],
  ])("is read in one go even when it is made of %s", (_title, lines) => {
    expect(unsound(`## Session Config\n${lines}\n`)).toEqual([]);
  });
});

/** Diagnostics whose place lies outside of the text; throws where a key has no value at all. */
function unsound(text: string): readonly unknown[] {
  const read = readConfigText(text, "f");
  const lines = text.split("\n");
  const values = Object.values(wireValues(read.entries));
  if (values.some((value) => value === undefined)) throw new Error("a key has no value");
  return read.diagnostics.filter(
    ({ where }) =>
      where.column < 1 ||
      where.line < 1 ||
      where.column + where.length - 1 > Math.max(17, (lines[where.line - 1] ?? "").length + 1),
  );
}
