import { compileSchedule, renderDiagnostic } from "@breakwater/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashPlan } from "./hash-plan.ts";
import type { PlanFormat } from "./plan-text.ts";
import { maxPlanBytes, parsePlanText } from "./plan-text.ts";

const formats: readonly PlanFormat[] = ["markdown", "yaml", "json"];

/** Reads, compiles and renders a text in every format; returns the codes of what was said. */
function survive(text: string): Record<PlanFormat, readonly string[]> {
  const codes = formats.map((format): [PlanFormat, readonly string[]] => {
    const reading = parsePlanText(text, { file: "x", format });
    expect(reading.diagnostics.length).toBeLessThan(100_000);
    const plan = reading.plan ?? reading.draft;
    const compiled =
      plan === undefined
        ? []
        : compileSchedule(plan, { hash: hashPlan(plan), source: reading.source }).diagnostics;
    const all = [...reading.diagnostics, ...compiled];
    for (const each of all.slice(0, 20)) expect(renderDiagnostic(each, reading.text)).toContain(each.code);
    expect(reading.plan === undefined).toBe(reading.diagnostics.some((each) => each.severity === "error"));
    return [format, all.map((each) => each.code)];
  });
  const of = (wanted: PlanFormat): readonly string[] =>
    codes.find(([format]) => format === wanted)?.[1] ?? [];
  return { markdown: of("markdown"), yaml: of("yaml"), json: of("json") };
}

const fragment = fc.oneof(
  fc.constantFrom(
    "---\n",
    "breakwater: 1\n",
    "title: x\n",
    "## Wave 1: Impl-Core\n",
    "### T1 Title\n",
    "- role: impl-core\n",
    "- scope: `src/**`\n",
    "- depends: T1, T2\n",
    "- done when:\n  - a\n",
    "\n",
    "```\n",
    "> ",
    "- ",
    "  ",
    "\t",
    "- [ ] ",
    "{",
    "}",
    "[",
    "]",
    "`",
    "``",
    ",",
    ":",
    "&a ",
    "*a",
    "!!x ",
    "<!-- brief -->\n",
    "\r\n",
    "\uFEFF",
    "waves:\n",
    "  - n: 1\n",
    "    tasks:\n",
    "      - id: T1\n",
    "        role: docs\n",
    "# H\n",
    "\0",
    "1. ",
  ),
  fc.string({ maxLength: 12 }),
);

describe("reading any text as a plan", () => {
  it("ends with diagnostics or a plan for any mixture of plan fragments", () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 60 }), (parts) => {
        expect(survive(parts.join(""))).toHaveProperty("json");
      }),
      { numRuns: 50 },
    );
  });

  it("ends for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
        expect(survive(text)).toHaveProperty("json");
      }),
      { numRuns: 50 },
    );
  });

  const million = 1_000_000;
  it.each([
    ["a line of a million letters", "x".repeat(million)],
    ["a million backticks", "`".repeat(million)],
    ["a million brackets", "[".repeat(million)],
    ["a million braces with keys", '{"a":'.repeat(million / 5)],
    ["a million stars", "*a ".repeat(million / 3)],
    ["a million quote marks in front of a line", ">".repeat(million)],
    ["a million dashes with blanks", "- ".repeat(million / 2)],
    ["a quarter million blank lines", "\n".repeat(million / 4)],
    ["sixty thousand empty list items", "-\n".repeat(60_000)],
    [
      "lists that each open a level",
      Array.from({ length: 1200 }, (_, n) => `${" ".repeat(2 * n)}- a`).join("\n"),
    ],
    ["maps that each open a level", Array.from({ length: 1200 }, (_, n) => `${" ".repeat(n)}a:`).join("\n")],
    ["a table of links", "[a](b) ".repeat(million / 7)],
    ["an unclosed comment", `<!--${"-".repeat(million)}`],
    ["thirty thousand definitions", "[a]: b\n".repeat(30_000)],
    [
      "a scope of a million stars",
      `---\nbreakwater: 1\n---\n## Wave 1: Impl-Core\n### T1 A\n- scope: \`${"*".repeat(million)}b\``,
    ],
    [
      "five thousand tasks",
      `---\nbreakwater: 1\n---\n## Wave 1: Impl-Core\n${"### T1 A\n- scope: `a/**`\n".repeat(5_000)}`,
    ],
    [
      "a key with a million words",
      `---\nbreakwater: 1\n---\n## Wave 1: Docs\n### T1 A\n- ${"a ".repeat(million / 2)}`,
    ],
    [
      "verify with a million words",
      `---\nbreakwater: 1\n---\n## Wave 1: Docs\n### T1 A\n- verify: ${"git ".repeat(million / 4)}`,
    ],
    ["blanks before the end", `---\nbreakwater: 1\n---\n## Wave 1: Docs\n### T1 A\n${" ".repeat(million)}x`],
    ["front matter of eight thousand equal keys", `---\n${"a: 1\n".repeat(8_000)}---\n`],
  ])("answers within ten seconds for %s", { timeout: 20_000 }, (_name, text) => {
    const start = performance.now();
    survive(text);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it("refuses an alias bomb by its first anchor instead of expanding it", () => {
    const lines = Array.from(
      { length: 30 },
      (_, n) => `a${n}: &a${n} [${n === 0 ? "x" : `*a${n - 1}, *a${n - 1}`}]`,
    );
    expect(survive(lines.join("\n")).yaml).toContain("BW101");
  });

  it("refuses a text of more than 2 MiB without looking at it", () => {
    expect(new Set(Object.values(survive("x".repeat(maxPlanBytes + 1))).flat())).toEqual(new Set(["BW105"]));
  });

  it("refuses NUL characters", () => {
    expect(survive("breakwater: 1\0").markdown).toEqual(["BW107"]);
  });
});
