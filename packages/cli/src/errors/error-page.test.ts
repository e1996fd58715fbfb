import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCaptured } from "../captured-run.ts";
import { pageTitle, readErrorPages } from "./error-page.ts";

const packages = join(import.meta.dirname, "..", "..", "..");

/** Every code in the sources of the packages, tests left out. */
function usedCodes(): ReadonlySet<string> {
  const codes = new Set<string>();
  for (const name of readdirSync(packages)) {
    const folder = join(packages, name, "src");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    for (const file of files.filter(
      (each) => each.endsWith(".ts") && !/\.(?:test|test-support|bench)\.ts$/.test(each),
    )) {
      for (const [code] of readFileSync(join(folder, file), "utf8").matchAll(/\bBW\d{3}\b/g)) codes.add(code);
    }
  }
  return codes;
}

describe("The page of an error code", () => {
  const pages = readErrorPages();

  it("is there for every code that the sources use", () => {
    // Examples in help texts use codes that exist, so they need no exception.
    expect([...usedCodes()].filter((code) => !pages.has(code)).sort()).toEqual([]);
  });

  it("is there only for codes that the sources use", () => {
    const used = usedCodes();
    expect([...pages.keys()].filter((code) => !used.has(code)).sort()).toEqual([]);
  });

  it("has a title, what happened, why and a fix", () => {
    const broken = [...pages].filter(([code, page]) => {
      const parts = /^# (BW\d{3}): \S.*\n\n\S[\s\S]*\n\n## Why\n\n\S[\s\S]*\n\n## Fix\n\n\S[\s\S]*\n?$/.exec(
        page,
      );
      return parts?.[1] !== code || pageTitle(page) === "";
    });
    expect(broken.map(([code]) => code)).toEqual([]);
  });

  it("is shown by explain, however the code is written", async () => {
    for (const code of ["BW210", "bw210", "210"]) {
      expect((await runCaptured(["explain", code])).stdout).toContain("BW210: A scope entry cannot be read");
    }
    expect(await runCaptured(["explain", "BW999"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("BW016"),
    });
    const list = await runCaptured(["explain"]);
    expect(list.stdout.trimEnd().split("\n")).toHaveLength(pages.size);
  });
});
