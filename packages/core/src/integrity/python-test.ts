import { maskCode } from "./mask-code.ts";
import type { Lexicon } from "./mask-code.ts";
import { bodyFacts, LONGEST_BODY, MOST_TESTS } from "./test-case.ts";
import type { AssertionWords, TestCase } from "./test-case.ts";

const LEXICON: Lexicon = { line: ["#"], quotes: ['"', "'"], triple: ['"""', "'''"], regex: false };

const WORDS: AssertionWords = {
  any: /(?:^|[\s;:])assert\b(?!_)|\bself\.(?:assert\w+|fail)\s*\(|\bpytest\.raises\b|\b(?:assert|check|verify|expect)_\w+\s*\(/g,
  vague:
    /(?:^|[\s;:])assert\s+(?:not\s+)?[\w.[\]()]+\s*(?:$|\n|,\s*["'f])|\bis\s+not\s+None\b|\bself\.assert(?:True|False|IsNotNone|IsNone)\s*\(/g,
  empty:
    /(?:^|[\s;:])assert\s+(?:True|1)\s*(?=$|\n|,)|(?:^|[\s;:])assert\s+(\w+)\s*==\s*\1\s*(?=$|\n)|\bself\.assertTrue\s*\(\s*True\s*\)/g,
  swallow:
    /\bexcept(?:\s+(?:Exception|AssertionError|BaseException)(?:\s+as\s+\w+)?)?\s*:\s*(?:pass|\.\.\.|return)\b/g,
};

const SKIP =
  /@(?:pytest\.mark\.(?:skip|skipif|xfail)|unittest\.(?:skip|skipIf|skipUnless|expectedFailure)|skip|skipIf|skipUnless)\b/;
const SKIP_CALL =
  /(?:^|[ \t\n])(?:pytest\.(?:skip|xfail|importorskip)|self\.skipTest)\s*\(|(?:^|\s)raise\s+(?:unittest\.)?SkipTest\b/;
const MODULE_SKIP = /^pytestmark\s*=.*\bmark\.(?:skip|skipif|xfail)\b|^pytest\.skip\s*\(|^collect_ignore/m;

/** The tests of a Python file as pytest and unittest know them. Linear. */
export function pythonTests(text: string): readonly TestCase[] {
  const { masked, plain } = maskCode(text, LEXICON);
  const code = masked.split("\n");
  const clear = plain.split("\n");
  const all = MODULE_SKIP.test(masked);
  const tests: TestCase[] = [];
  const classes: { readonly indent: number; readonly skipped: boolean }[] = [];
  code.forEach((line, at) => {
    const found = /^([ \t]*)(?:(class)\s+\w+|(?:async\s+)?def\s+(test\w*))/.exec(line);
    if (found === null || tests.length >= MOST_TESTS) return;
    const indent = (found[1] ?? "").length;
    while ((classes.at(-1)?.indent ?? -1) >= indent) classes.pop();
    const decorated = SKIP.test(decoratorsAbove(code, at));
    if (found[2] !== undefined) {
      classes.push({ indent, skipped: decorated || classes.at(-1)?.skipped === true });
      return;
    }
    const end = endOfBlock(code, at, indent);
    const body = code
      .slice(at + 1, end)
      .join("\n")
      .slice(0, LONGEST_BODY);
    tests.push({
      title: found[3] ?? "",
      skipped: all || decorated || classes.at(-1)?.skipped === true || skipsAtOnce(body),
      focused: false,
      ...bodyFacts(
        body,
        clear
          .slice(at + 1, end)
          .join("\n")
          .slice(0, LONGEST_BODY),
        WORDS,
      ),
    });
  });
  return tests;
}

/** The lines above a definition that belong to its decorators, which may run over several lines. */
function decoratorsAbove(code: readonly string[], at: number): string {
  let first = at;
  for (let line = at - 1; line >= 0 && (code[line] ?? "").trim() !== ""; line -= 1) {
    if (/^\s*(?:async\s+def|def|class|return|assert)\b/.test(code[line] ?? "")) break;
    if (/^\s*@/.test(code[line] ?? "")) first = line;
  }
  return code.slice(first, at).join("\n");
}

function endOfBlock(code: readonly string[], at: number, indent: number): number {
  for (let end = at + 1; end < code.length; end += 1) {
    const line = code[end] ?? "";
    const depth = line.length - line.trimStart().length;
    if (line.trim() !== "" && depth <= indent && !/^\s*\)/.test(line)) return end;
  }
  return code.length;
}

function skipsAtOnce(body: string): boolean {
  const first = body.split("\n").find((line) => line.trim() !== "" && !/^[ \t]*["']/.test(line)) ?? "";
  return SKIP_CALL.test(body) || /^\s*return\s*$/.test(first);
}
