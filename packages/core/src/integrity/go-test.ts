import { closingBrackets, maskCode } from "./mask-code.ts";
import type { Lexicon } from "./mask-code.ts";
import { bodyFacts, LONGEST_BODY, MOST_TESTS, squeezed } from "./test-case.ts";
import type { AssertionWords, TestCase } from "./test-case.ts";

const LEXICON: Lexicon = {
  line: ["//"],
  block: ["/*", "*/"],
  quotes: ['"', "'", "`"],
  triple: [],
  regex: false,
};

const WORDS: AssertionWords = {
  any: /\bt\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\s*\(|\b(?:assert|require)\.\w+\s*\(|\b(?:assert|check|verify|expect|require)\w+\s*\(/g,
  vague: /\b(?:assert|require)\.(?:NotNil|NotEmpty|NoError|NotPanics)\s*\(/g,
  empty: /\b(?:assert|require)\.True\s*\(\s*t\s*,\s*true\b/g,
  swallow: /\brecover\s*\(\s*\)/g,
};

/** The tests of a Go file. Linear. */
export function goTests(text: string): readonly TestCase[] {
  const { masked, plain } = maskCode(text, LEXICON);
  const excluded = /^\/\/go:build[ \t]+(?:ignore|never|none)\b|^\/\/ \+build ignore\b/m.test(text);
  const closings = closingBrackets(masked);
  const calls = [...masked.matchAll(/^func[ \t]+((?:Test|Fuzz|Example)\w*)[ \t]*\(/gm)].slice(0, MOST_TESTS);
  return calls.map((call) => {
    const open = masked.indexOf("{", call.index);
    const end = open === -1 ? 0 : Math.min(closings.get(open) ?? masked.length, open + LONGEST_BODY);
    const body = open === -1 ? "" : masked.slice(open, end);
    return {
      title: call[1] ?? "",
      skipped: excluded || /\bt\.Skip(?:f|Now)?\s*\(/.test(body) || squeezed(body).startsWith("{\nreturn\n"),
      focused: false,
      ...bodyFacts(body, open === -1 ? "" : plain.slice(open, end), WORDS),
    };
  });
}
