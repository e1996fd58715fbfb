import type { Plan } from "@breakwater/core";
import { canonicalPlan, gateId, roles, taskId } from "@breakwater/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { convertPlan, writePlan } from "./convert-plan.ts";
import { hashPlan } from "./hash-plan.ts";
import type { PlanFormat } from "./plan-text.ts";
import { parsePlanText } from "./plan-text.ts";

const formats: readonly PlanFormat[] = ["markdown", "yaml", "json"];

const sample = [
  "---",
  "breakwater: 1",
  "title: Rate-limit the public API",
  "base: 1.10",
  "budget: { usd: 12.5, minutes: 45, turns: 300, task: { usd: 2, turns: 40 }, wave: { tokens: 900000 } }",
  "agents: { default: claude, reviewer: codex, reviewer-model: careful-1, max-parallel: 4, minutes: 30 }",
  "gates:",
  "  after-wave: [types]",
  "  commands:",
  '    - { id: docs, command: "npm run docs:check", timeout: 60 }',
  "---",
  "",
  "# Rate-limit the public API",
  "",
  "Every public route gets a limit.",
  "",
  "### Background",
  "",
  "Nobody limits anything today.",
  "",
  "## Wave 1: Impl-Core",
  "",
  "### T2 Token bucket",
  "- minutes: 20",
  "- scope: `src/limit/**`, `src/{a,b}.ts`",
  "- verify: `npm test -- test/limit`",
  "- done when:",
  "  - [ ] 100 requests, in one second, let exactly `burst` through",
  "  - a clock that goes backwards never grants tokens",
  "",
  "Use a monotonic clock.",
  "",
  "#### Notes",
  "",
  "- role: not a setting",
  "",
].join("\n");

const read = (text: string, format: PlanFormat): Plan => {
  const reading = parsePlanText(text, { file: "p", format });
  if (reading.plan === undefined) throw new Error(JSON.stringify(reading.diagnostics));
  return reading.plan;
};

const convert = (text: string, from: PlanFormat, to: PlanFormat): string => {
  const result = convertPlan(text, { from, to });
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
};

describe("the three forms of a plan", () => {
  it("mean the same: converting between any two keeps the hash", () => {
    const hash = hashPlan(read(sample, "markdown"));
    for (const from of formats) {
      const text = convert(sample, "markdown", from);
      for (const to of formats) expect(hashPlan(read(convert(text, from, to), to))).toBe(hash);
    }
  });

  it("reach their normal form after one conversion", () => {
    const once = convert(convert(sample, "markdown", "json"), "json", "markdown");
    expect(convert(convert(once, "markdown", "json"), "json", "markdown")).toBe(once);
  });

  it("keep numbers as they were written, so that branch 1.10 stays 1.10", () => {
    expect(read(convert(sample, "markdown", "yaml"), "yaml").base).toBe("1.10");
  });

  it("hash the same with CRLF, a byte order mark and other blank lines", () => {
    const hash = hashPlan(read(sample, "markdown"));
    expect(hashPlan(read(`\uFEFF${sample.replaceAll("\n", "\r\n")}`, "markdown"))).toBe(hash);
    expect(
      hashPlan(read(sample.replaceAll("\n\n## W", "\n\n\n## W").replace("\n\nUse", "\n\n\nUse"), "markdown")),
    ).toBe(hash);
  });

  it("hash differently when anything that was agreed changes", () => {
    const hash = hashPlan(read(sample, "markdown"));
    for (const [from, to] of [
      ["12.5", "12.6"],
      ["src/limit/**", "src/**"],
      ["monotonic", "wall"],
      ["T2", "T3"],
    ] as const) {
      expect(hashPlan(read(sample.replace(from, to), "markdown"))).not.toBe(hash);
    }
  });

  it("say so where Markdown cannot hold a text, instead of losing it", () => {
    const json = convert(sample, "markdown", "json").replace(
      "Use a monotonic clock.",
      "### T9 Not a task\\n- scope: `x`",
    );
    const result = convertPlan(json, { from: "json", to: "markdown" });
    expect(result.ok ? [] : result.failure.map((each) => each.code)).toEqual(["BW109"]);
  });

  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  const phrase = fc.oneof(
    fc.string({ minLength: 1, maxLength: 30 }).filter((text) => text.trim() === text && text !== ""),
    fc.constantFrom(
      "`a`, `b`",
      "1. one",
      "- x",
      "[ ] box",
      "a: b",
      "{a,b}",
      "``",
      "true",
      "null",
      "#1",
      "a `b` c",
      "x, y",
    ),
  );
  const prose = fc.array(
    fc.oneof(phrase, fc.constantFrom("", "- item", "* item", "```\n## Wave 9\n```", "#### H", "> q")),
    { maxLength: 4 },
  );

  it("agree for any plan that Markdown can hold", () => {
    let held = 0;
    const refusals: string[] = [];
    fc.assert(
      fc.property(
        fc.record({
          title: phrase,
          intent: prose,
          tasks: fc.array(
            fc.record({
              title: word,
              role: fc.constantFrom(...roles),
              globs: fc.array(word, { maxLength: 3 }),
              verify: fc.array(phrase, { maxLength: 2 }),
              doneWhen: fc.array(phrase, { maxLength: 3 }),
              produces: fc.array(phrase, { maxLength: 2 }),
              agent: fc.option(phrase),
              brief: prose,
              noOp: fc.boolean(),
            }),
            { minLength: 1, maxLength: 4 },
          ),
        }),
        ({ title, intent, tasks }) => {
          const plan: Plan = {
            breakwater: 1,
            title,
            intent: intent.join("\n\n").trim(),
            session: "feature",
            issues: [3],
            budget: { usd: 1 },
            agents: {},
            gates: { afterWave: [gateId("test")], commands: [] },
            workspaceCopy: [],
            docsTasks: [],
            waves: [
              {
                number: 1,
                name: "One",
                tasks: tasks.map(({ agent, globs, brief, ...task }, n) => ({
                  ...task,
                  id: taskId(`T${n + 1}`),
                  scope: { kind: "write", globs },
                  shared: [],
                  reads: globs,
                  depends: [],
                  contractLock: false,
                  redFirst: false,
                  onFail: "retry",
                  brief: brief.join("\n\n").trim(),
                  ...(agent === null ? {} : { agent }),
                })),
              },
            ],
          };
          const json = writePlan(plan, "json");
          const reading = parsePlanText(json, { file: "p", format: "json" });
          if (reading.plan === undefined) return;
          const result = convertPlan(json, { from: "json", to: "markdown" });
          if (!result.ok) {
            refusals.push(...result.failure.map((each) => each.code));
            return;
          }
          held += 1;
          expect(canonicalPlan(read(result.value, "markdown"))).toBe(canonicalPlan(reading.plan));
          expect(convert(result.value, "markdown", "markdown")).toBe(result.value);
        },
      ),
      { numRuns: 40 },
    );
    // Nearly every such plan can be held; a renderer that gives up would pass the rest of the test.
    expect(held).toBeGreaterThan(25);
    expect(new Set([...refusals, "BW109"])).toEqual(new Set(["BW109"]));
  });
});
