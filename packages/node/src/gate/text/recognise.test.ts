import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lastLines, plainText } from "../plain-text.ts";
import { recogniseText } from "./recognise.ts";

const recorded = (name: string): string =>
  plainText(readFileSync(join(import.meta.dirname, "../fixtures", name), "utf8"));
const read = (text: string, failed = true) => recogniseText(text, { failed });

describe("recognising the output of known tools", () => {
  it.each([
    [
      "vitest-default.txt",
      { passed: 1, failed: 3, skipped: 2 },
      ["v/b.test.ts", "v/a.test.ts > subtracts", "v/a.test.ts > group > inner > odd 12ms"],
    ],
    [
      "vitest-json.txt",
      { passed: 1, failed: 3, skipped: 2 },
      ["/repo/v/a.test.ts > subtracts", "/repo/v/a.test.ts > group > inner > odd 12ms", "/repo/v/b.test.ts"],
    ],
    [
      "node-spec.txt",
      { passed: 2, failed: 2, skipped: 2 },
      ["src/a.test.mjs > subtracts \\ # hash", "src/a.test.mjs > inner bad"],
    ],
    ["node.tap", { passed: 2, failed: 2, skipped: 2 }, ["subtracts \\ # hash", "group > inner bad"]],
    [
      "jest.txt",
      { passed: 2, failed: 2, skipped: 1 },
      ["test/b.test.js", "test/a.test.js > group › inner bad"],
    ],
    ["mocha.txt", { passed: 1, failed: 1, skipped: 1 }, ["group > inner bad"]],
    [
      "pytest.txt",
      { passed: 2, failed: 3, skipped: 1 },
      ["test_a.py::test_bad", "test_a.py::test_p[2]", "test_a.py::TestC::test_in"],
    ],
    ["pytest-collection.txt", { passed: 0, failed: 1, skipped: 0 }, ["test_b.py"]],
    [
      "go.txt",
      { failed: 3 },
      ["example.org/text > TestSplit", "example.org/text > TestSplit/empty", "example.org/broken"],
    ],
    [
      "tsc.txt",
      { failed: 2 },
      [
        "t/a.ts TS2322 Type 'string' is not assignable to type 'number'.",
        "t/a.ts TS2322 Type 'number' is not assignable to type 'string'.",
      ],
    ],
    [
      "tsc-pretty.txt",
      { failed: 2 },
      [
        "t/a.ts TS2322 Type 'string' is not assignable to type 'number'.",
        "t/a.ts TS2322 Type 'number' is not assignable to type 'string'.",
      ],
    ],
    [
      "eslint.txt",
      { failed: 3 },
      [
        "/repo/src/a.js no-unused-vars 'a' is assigned a value but never used",
        "/repo/src/a.js no-unused-vars 'a' is assigned a value but never used",
        "/repo/src/b.js Parsing error: Unexpected token }",
      ],
    ],
  ])("gives the counts and names in %s", (file, counts, failing) => {
    expect(read(recorded(file))).toEqual({ counts, failing });
  });

  it("recognises nothing in other text", () => {
    expect(read("all good\nTests are important\nerror: no\n")).toBeUndefined();
  });

  it("keeps the counts and drops the names where a test printed a line that looks like one", () => {
    const text = recorded("vitest-default.txt").replace("- Expected", " FAIL  v/fake.test.ts > forged");
    expect(read(text)).toEqual({ counts: { passed: 1, failed: 3, skipped: 2 } });
    const listed = recorded("pytest.txt").replace(
      "FAILED test_a.py::test_bad",
      "FAILED a::forged\nFAILED test_a.py::test_bad",
    );
    expect(read(listed)?.failing).toBeUndefined();
  });

  it("counts an error outside of any test, so that known names alone do not explain the failure", () => {
    const text = `${recorded("vitest-default.txt")}\n     Errors  1 error\n`;
    expect(read(text)).toMatchObject({ counts: { failed: 4 } });
  });

  it("adds up the runs of a workspace", () => {
    const one = recorded("vitest-default.txt");
    const both = read(one + one);
    expect([both?.counts, both?.failing?.length]).toEqual([{ passed: 2, failed: 6, skipped: 4 }, 6]);
  });

  it("lets the linter explain a failure after tests that passed, and the tests speak for a success", () => {
    const passed = " RUN  v4.1.12 /repo\n\n      Tests  3 passed (3)\n";
    const text = `${passed}${recorded("tsc.txt")}`;
    expect(read(text)).toMatchObject({ counts: { failed: 2 } });
    expect(read(text, false)).toEqual({ counts: { passed: 3, failed: 0, skipped: 0 }, failing: [] });
  });

  it("looks only for the tool that the plan names", () => {
    expect(recogniseText(recorded("tsc.txt"), { failed: true, reporter: "vitest" })).toBeUndefined();
  });

  it("says that no test ran where the tool says so", () => {
    expect(read("?   \texample.org/cmd\t[no test files]\n", false)?.counts).toEqual({ passed: 0, failed: 0 });
    expect(read("============ no tests ran in 0.87s ============\n")?.counts).toMatchObject({
      passed: 0,
      failed: 0,
    });
  });

  it("reads every text to an end, and hostile megabytes in linear time", () => {
    const piece = fc.constantFrom(
      "Tests  ",
      "1 failed",
      " FAIL  a",
      "\n",
      "  1) a",
      ":",
      "error TS1: ",
      "(1,1)",
      "✖ ",
      "--- FAIL: ",
      "\u001b[",
      "1;",
      "m",
    );
    const text = fc.array(piece).map((all) => all.join(""));
    expect(() => fc.assert(fc.property(text, (each) => void read(plainText(each))))).not.toThrow();
    const before = performance.now();
    for (const unit of [
      "\u001b]",
      "\u001b[0;",
      "error TS1",
      "=",
      "  1) ",
      "  1:1  error  ",
      "1 ",
      " FAIL  ",
      "(1,1",
    ]) {
      read(plainText(unit.repeat(100_000)));
      read(plainText(`${unit}\n`.repeat(20_000)));
    }
    expect(performance.now() - before).toBeLessThan(4_000);
  });
});

describe("plain text", () => {
  it("holds no control sequence, carriage return or reordering mark", () => {
    const hostile =
      "\u001b[31mred\u001b[0m\u001b]0;title\u0007\u001b]8;;http://x\u001b\\link\r\b\u009b2J\u202etxet\u0000\n";
    expect(plainText(hostile)).toBe("redlink2Jtxet\n");
  });

  it("ends in a bounded tail", () => {
    const tail = lastLines(`${"x".repeat(100)}\n`.repeat(10_000));
    expect(tail.split("\n").length).toBeLessThanOrEqual(80);
    expect(lastLines("y".repeat(1_000_000)).length).toBeLessThanOrEqual(16_000);
  });
});
