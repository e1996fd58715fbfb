import { describe, expect, it } from "vitest";
import { renderFailure } from "./render-failure.ts";
import { exitOfFailure } from "./report-failure.ts";

const source = ["# Plan", "", "- scope: `src/store.ts`", "", "- scope: `src/**`"].join("\n");

describe("A failure for people", () => {
  it("has five parts in one order: what, where with the line, why, fix, code", () => {
    const text = renderFailure(
      {
        code: "BW203",
        message: "T2 and T3 can both write src/store.ts",
        where: { file: "x.plan.md", line: 5, column: 10, length: 8 },
        label: "T3 may write this",
        related: [{ span: { file: "x.plan.md", line: 3, column: 10, length: 14 }, label: "so may T2" }],
        why: "they run at the same time",
        fix: "narrow one",
      },
      { colour: false, width: 80, source },
    );
    expect(text).toBe(
      [
        "error BW203  T2 and T3 can both write src/store.ts",
        "  --> x.plan.md:5:10",
        "   |",
        " 5 | - scope: `src/**`",
        "   |          ^^^^^^^^ T3 may write this",
        " 3 | - scope: `src/store.ts`",
        "   |          -------------- so may T2",
        "  why: they run at the same time",
        "  fix: narrow one",
        "  more: breakwater explain BW203",
        "",
      ].join("\n"),
    );
  });

  it("lets no control character of outside text reach the terminal", () => {
    const evil = "\u001b]0;owned\u0007\u001b[2J\u202Ereversed\r";
    const text = renderFailure(
      {
        code: "BW101",
        message: evil,
        why: evil,
        fix: evil,
        where: { file: evil, line: 1, column: 1, length: 4 },
        label: evil,
      },
      { colour: false, width: 80, source: `${evil}x` },
    );
    expect(text.replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  it("cuts a long line around the marked place and keeps the mark under it", () => {
    const line = `${"a".repeat(500)}HERE${"b".repeat(500)}`;
    const text = renderFailure(
      { code: "BW101", message: "m", where: { file: "f", line: 1, column: 501, length: 4 } },
      { colour: false, width: 60, source: line },
    );
    const [, , , shown = "", marks = ""] = text.split("\n");
    expect(shown.length).toBeLessThanOrEqual(60);
    expect(shown.slice(marks.indexOf("^"), marks.lastIndexOf("^") + 1)).toBe("HERE");
  });

  it("has colour only where it was asked for", () => {
    const failure = { code: "BW101", message: "m" };
    expect(renderFailure(failure, { colour: true, width: 80 })).toContain("\u001b[31m");
    expect(renderFailure(failure, { colour: false, width: 80 })).not.toContain("\u001b");
  });
});

describe("The exit code of a failure", () => {
  it.each([
    ["BW001", 1],
    ["BW010", 2],
    ["BW017", 7],
    ["BW203", 3],
    ["BW461", 4],
    ["BW504", 9],
    ["BW601", 9],
    ["BW703", 8],
    ["BW711", 3],
    ["BW721", 8],
    ["BW774", 8],
    ["BW822", 3],
  ])("of %s is %i", (code, exit) => {
    expect(exitOfFailure(code)).toBe(exit);
  });
});
