import { readFileSync } from "node:fs";
import { compileSchedule, planKeys, taskKeys } from "@breakwater/core";
import { describe, expect, it } from "vitest";
import { hashPlan } from "./hash-plan.ts";
import { readPlanFile } from "./read-plan-file.ts";

const root = new URL("../../../../", import.meta.url).pathname;

const keysBelow = (heading: string): readonly string[] => {
  const page = readFileSync(`${root}docs/spec/plan.md`, "utf8");
  const section = page.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return [...section.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1] ?? "");
};

describe("the page of the plan format", () => {
  it("lists exactly the keys that are known, in their order", () => {
    expect(keysBelow("Front matter")).toEqual(planKeys);
    expect(keysBelow("Task")).toEqual(Object.keys(taskKeys));
  });
});

describe("the example plan", () => {
  it("compiles to three waves without a finding", async () => {
    const { plan, source, diagnostics } = await readPlanFile(`${root}examples/rate-limit/rate-limit.plan.md`);
    const compiled = plan === undefined ? undefined : compileSchedule(plan, { hash: hashPlan(plan), source });
    expect([...diagnostics, ...(compiled?.diagnostics ?? [])]).toEqual([]);
    expect(compiled?.schedule?.waves.map((wave) => wave.tasks)).toEqual([["T1", "T2"], ["T3"], ["T4"]]);
  });
});
