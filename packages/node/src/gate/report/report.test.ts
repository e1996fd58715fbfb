import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stableNames } from "../reading.ts";
import { readJunit } from "./junit.ts";
import { readTap } from "./tap.ts";
import { readTestJson } from "./test-json.ts";
import { scanXml } from "./xml-scan.ts";

const recorded = (name: string): string =>
  readFileSync(join(import.meta.dirname, "../fixtures", name), "utf8");
const tap = (text: string) => readTap(text.split("\n"));

describe("JUnit reports", () => {
  it("gives the counts and names that node:test wrote", () => {
    expect(readJunit(recorded("node-junit.xml"))).toEqual({
      counts: { passed: 2, failed: 2, skipped: 2 },
      failing: ["test > subtracts \\ # hash", "group > test > inner bad"],
    });
  });

  it("gives the counts and names that vitest wrote, and the file that could not be loaded", () => {
    expect(readJunit(recorded("vitest-junit.xml"))).toEqual({
      counts: { passed: 1, failed: 3, skipped: 2 },
      failing: [
        "v/a.test.ts > subtracts",
        "v/a.test.ts > group > inner > odd 12ms",
        "v/b.test.ts > v/b.test.ts",
      ],
    });
  });

  it("gives the counts and names that pytest wrote", () => {
    expect(readJunit(recorded("pytest-junit.xml"))).toEqual({
      counts: { passed: 2, failed: 3, skipped: 1 },
      failing: [
        "pytest > test_a > test_bad",
        "pytest > test_a > test_p[2]",
        "pytest > test_a.TestC > test_in",
      ],
    });
  });

  it("counts failures that the root declares and no case shows, so that names are known to be incomplete", () => {
    const text = '<testsuites failures="2"><testcase name="a"><failure/></testcase></testsuites>';
    expect(readJunit(text)).toMatchObject({ counts: { failed: 2 }, failing: ["a"] });
  });

  it("does not take a rerun that passed for a failure", () => {
    const text = '<testsuite><testcase name="a"><flakyFailure/></testcase></testsuite>';
    expect(readJunit(text)).toMatchObject({ counts: { passed: 1, failed: 0 }, failing: [] });
  });

  it("refuses a document type, so that no entity can be expanded", () => {
    const bomb = '<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testsuite name="&b;"/>';
    expect(readJunit(bomb)).toBeUndefined();
    expect(readJunit('<testsuite name="&b;"/>')).toBeUndefined();
  });

  it.each([
    ["cut off", '<testsuite><testcase name="a">'],
    ["crossed", "<testsuite><testcase></testsuite></testcase>"],
    ["doubled attribute", '<testsuite name="a" name="b"/>'],
    ["two roots", "<testsuite/><testsuite/>"],
    ["open attribute", '<testsuite name="a'],
    ["open comment", "<testsuite><!-- </testsuite>"],
    ["another root", "<html></html>"],
    ["empty", ""],
    ["too deep", "<testsuite>".repeat(100) + "</testsuite>".repeat(100)],
  ])("refuses a document that is %s", (_, text) => {
    expect(readJunit(text)).toBeUndefined();
  });

  it("ignores markup inside CDATA and comments", () => {
    const text =
      "<testsuite><!-- <testcase> --><testcase name='&#65;&amp;'><![CDATA[<failure/>]]></testcase></testsuite>";
    expect(readJunit(text)).toEqual({ counts: { passed: 1, failed: 0, skipped: 0 }, failing: [] });
  });

  it("scans every text to an end without throwing", () => {
    const piece = fc.constantFrom(
      "<",
      ">",
      "/",
      "a",
      " ",
      "=",
      '"',
      "&",
      ";",
      "<!--",
      "-->",
      "<![CDATA[",
      "]]>",
      "<?",
      "?>",
    );
    const text = fc.array(piece).map((all) => all.join(""));
    expect(() => fc.assert(fc.property(text, (each) => void scanXml(each, () => {})))).not.toThrow();
  });

  it("reads a hostile report of a megabyte in linear time", () => {
    const before = performance.now();
    for (const unit of ["<", "<a ", '<a b="', "&", "<!--", "<a>"])
      scanXml("<a>" + unit.repeat(200_000), () => {});
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});

describe("TAP", () => {
  it("gives the leaves that node:test wrote, not the suites around them", () => {
    expect(tap(recorded("node.tap"))).toEqual({
      counts: { passed: 2, failed: 2, skipped: 2 },
      failing: ["subtracts \\ # hash", "group > inner bad"],
    });
  });

  it("gives the same for the nested and the flat output of vitest", () => {
    const expected = {
      counts: { passed: 1, failed: 3, skipped: 2 },
      failing: ["v/a.test.ts > subtracts", "v/a.test.ts > group > inner > odd 12ms", "v/b.test.ts"],
    };
    expect(tap(recorded("vitest.tap"))).toEqual(expected);
    expect(tap(recorded("vitest-flat.tap"))).toEqual(expected);
  });

  it("does not read a test line out of the explanation of a failure", () => {
    expect(tap("1..1\nnot ok 1 - a\n  ---\n  actual: |-\n    not ok 2 - b\n  ...\n")).toMatchObject({
      failing: ["a"],
    });
  });

  it("blames a suite itself where it failed and its tests did not", () => {
    const text = "# Subtest: s\n    # Subtest: a\n    ok 1 - a\n    1..1\nnot ok 1 - s\n1..1\n";
    expect(tap(text)).toEqual({ counts: { passed: 1, failed: 1, skipped: 0 }, failing: ["s"] });
  });

  it.each([
    ["without a plan", "ok 1 - a\n"],
    ["shorter than its plan", "1..2\nok 1 - a\n"],
    ["bailed out", "1..1\nok 1 - a\nBail out! no database\n"],
    ["cut inside an explanation", "1..1\nnot ok 1 - a\n  ---\n  error: x\n"],
    ["cut inside a suite", "1..1\nok 1 - s {\n    1..1\n    ok 1 - a\n"],
  ])("knows nothing from a run that is %s", (_, text) => {
    expect(tap(text)).toBeUndefined();
  });

  it("takes a failing todo for neither passed nor failed", () => {
    expect(tap("1..1\nnot ok 1 - a # TODO later\n")).toEqual({
      counts: { passed: 0, failed: 0, skipped: 1 },
      failing: [],
    });
  });

  it("reads every text to an end without throwing", () => {
    const piece = fc.constantFrom(
      "ok",
      "not ok",
      " 1",
      " - a",
      " {",
      "}",
      "\n",
      "    ",
      "---",
      "...",
      "1..1",
      " # SKIP",
      "# Subtest: x",
    );
    const text = fc.array(piece).map((all) => all.join(""));
    expect(() => fc.assert(fc.property(text, (each) => void tap(each)))).not.toThrow();
  });
});

describe("JSON reports", () => {
  it("gives what vitest wrote, with the file that could not be loaded", () => {
    expect(readTestJson(recorded("vitest-json.txt"))).toEqual({
      counts: { passed: 1, failed: 3, skipped: 2 },
      failing: [
        "/repo/v/a.test.ts > subtracts",
        "/repo/v/a.test.ts > group > inner > odd 12ms",
        "/repo/v/b.test.ts",
      ],
    });
  });

  it("refuses JSON of another shape and text that is none", () => {
    for (const text of ["{}", "[]", '{"numTotalTests":1,"testResults":[{}]}', "{", ""])
      expect(readTestJson(text)).toBeUndefined();
  });
});

describe("stable names", () => {
  it("are free of the workspace's path, so that two workspaces give the same", () => {
    expect(stableNames(["/ws/1/a.test.ts > x"], "/ws/1")).toEqual(
      stableNames(["/ws/2/a.test.ts > x"], "/ws/2"),
    );
  });

  it("tell a second failure of one name from the first", () => {
    expect(stableNames(["a", "a", "b"], "/")).toEqual(["a", "a (2)", "b"]);
  });

  it("stay short and apart however long the names are", () => {
    const [first = "", second = ""] = stableNames(["x".repeat(9_000) + "1", "x".repeat(9_000) + "2"], "/r");
    expect(first).not.toBe(second);
    expect(first.length).toBeLessThan(330);
  });
});
