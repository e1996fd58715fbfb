import { closingBrackets, maskCode } from "./mask-code.ts";
import type { Lexicon } from "./mask-code.ts";
import { bodyFacts, LONGEST_BODY, MOST_TESTS, squeezed } from "./test-case.ts";
import type { AssertionWords, TestCase } from "./test-case.ts";

const LEXICON: Lexicon = {
  line: ["//"],
  block: ["/*", "*/"],
  quotes: ['"', "'", "`"],
  triple: [],
  regex: true,
};

const CALL =
  /(?<![\w.$])(?:(?:it|test|specify|describe|context|suite|xit|xtest|xspecify|xdescribe|xcontext|fit|fdescribe)(?:\.\w+)*)\s*(?=\()/g;
const GROUP = /^(?:x|f)?(?:describe|context|suite)\b/;

const WORDS: AssertionWords = {
  any: /\b(?:expect|assert|should|verify|check|ensure)\w*(?:\.\w+)*\s*\(|\.should\b|(?<![\w.])t\.(?:is|not|deepEqual|equal|equals|true|false|throws|throwsAsync|like|regex|same|match)\s*\(/g,
  vague:
    /\.(?:toBeDefined|toBeTruthy|toBeFalsy|toBeUndefined|toBeNull|toBeInstanceOf)\s*\(\s*|\.not\s*\.\s*(?:toThrow|toBeNull|toBeUndefined|toBeNaN)\w*\s*\(|\bassert(?:\.ok)?\s*\(\s*[\w.$[\]]+\s*[,)]|\.to\.(?:be\.ok|exist|not\.be\.null|not\.be\.undefined)\b|\.to\.not\.throw\b/g,
  empty:
    /\bexpect\s*\(\s*(true|false|null|undefined|\d+)\s*\)\s*\.\s*(?:toBe|toEqual|toStrictEqual)\s*\(\s*\1\s*\)|\bassert(?:\.ok)?\s*\(\s*(?:true|1)\s*[,)]|\bassert\.(?:strictEqual|equal|deepEqual|deepStrictEqual)\s*\(\s*(true|\d+)\s*,\s*\2\s*\)|\bexpect\s*\(\s*true\s*\)\s*\.\s*toBeTruthy\s*\(|\bt\.(?:true\s*\(\s*true|pass\s*\()/g,
  swallow:
    /\bcatch\s*(?:\(\s*\w+\s*\))?\s*\{\s*\}|\.catch\s*\(\s*\(\s*\w*\s*\)\s*=>\s*(?:\{\s*\}|undefined|null)\s*\)/g,
};

/** The tests of a JavaScript or TypeScript file as vitest, jest, mocha and node:test know them. Linear. */
export function javascriptTests(text: string): readonly TestCase[] {
  const { masked, plain } = maskCode(text, LEXICON);
  const closings = closingBrackets(masked);
  const tests: TestCase[] = [];
  let skippedUntil = 0;
  for (const call of masked.matchAll(CALL)) {
    if (tests.length >= MOST_TESTS) break;
    const word = call[0].trim();
    const { open, end } = placeOf(masked, closings, { at: call.index + call[0].length, word });
    if (GROUP.test(word)) {
      if (isSetAside(word) || SKIP_OPTION.test(masked.slice(open, open + 400)))
        skippedUntil = Math.max(skippedUntil, end);
      if (/^f|\.only\b/.test(word)) tests.push(focusOf(titleOf(text, open)));
      continue;
    }
    const body = masked.slice(open, Math.min(end, open + LONGEST_BODY));
    tests.push({
      title: titleOf(text, open),
      skipped: open < skippedUntil || isSetAside(word) || skipsItself(body),
      focused: /^fit\b|\.only\b/.test(word) || ONLY_OPTION.test(body.slice(0, 400)),
      ...bodyFacts(body, plain.slice(open, open + body.length), WORDS),
    });
  }
  return tests;
}

type Place = { readonly open: number; readonly end: number };

/** `it.each(table)(title, body)` and `it.skipIf(cond)(title, body)` have their title in the second brackets. */
function placeOf(
  masked: string,
  closings: ReadonlyMap<number, number>,
  { at, word }: { readonly at: number; readonly word: string },
): Place {
  const end = closings.get(at) ?? masked.length;
  const next = end + Math.max(0, masked.slice(end, end + 40).search(/\S/));
  if (!/\.(?:each|for|skipIf|runIf)\b/.test(word) || masked[next] !== "(") return { open: at, end };
  return { open: next, end: closings.get(next) ?? masked.length };
}

const SKIP_OPTION = /^[^{]*,\s*\{\s*[^{}]*\b(?:skip|todo)\s*:\s*(?!false)/;
const ONLY_OPTION = /^[^{]*,\s*\{\s*[^{}]*\bonly\s*:\s*true/;

function isSetAside(word: string): boolean {
  return /^x|\.(?:skip|todo|fails|failing|skipIf|runIf)\b/.test(word);
}

function skipsItself(body: string): boolean {
  if (/^\(\s*(?:"[^"]*"|'[^']*'|`[^`]*`)\s*\)$/.test(body)) return true;
  if (SKIP_OPTION.test(body.slice(0, 400))) return true;
  if (/\bthis\.skip\s*\(|(?<![\w.])(?:t|ctx|context)\.(?:skip|todo)\s*\(/.test(body)) return true;
  return /(?:=>|\)|\bdone\s*\))\s*\{\s*return\s*;/.test(squeezed(body.slice(0, 400)));
}

function titleOf(text: string, open: number): string {
  const found = /^\(\s*(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`|([\w.$]+))/.exec(
    text.slice(open, open + 600),
  );
  return found === null ? "(without a title)" : (found[1] ?? found[2] ?? found[3] ?? found[4] ?? "");
}

/** A group that runs alone leaves all others out, so it counts like a test that does. */
function focusOf(title: string): TestCase {
  const nothing = { exact: 0, vague: 0, swallows: false, lines: [], skipped: false };
  return { title: `${title} (group)`, focused: true, ...nothing };
}
