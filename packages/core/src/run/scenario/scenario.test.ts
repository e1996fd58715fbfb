import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { playScript } from "./perform-line.test-support.ts";
import { readScript, writeScript } from "./script.test-support.ts";

const folder = new URL("../../../scenarios/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".scenario"));
/** `UPDATE=1 npx vitest run packages/core/src/run/scenario` writes what came out below each rule. */
const update = process.env["UPDATE"] === "1";

describe("a scenario comes out as it is written below its rule", () => {
  it.each(names)("%s", (name) => {
    const file = new URL(name, folder);
    const script = readScript(readFileSync(file, "utf8"));
    const outcome = playScript(script);
    if (update) writeFileSync(file, writeScript(script, outcome));
    expect(outcome).toBe(update ? outcome : script.expected);
  });

  it("has a title that says what happens", () => {
    const titles = names.map((name) => readScript(readFileSync(new URL(name, folder), "utf8")).title);
    expect(titles.filter((title) => !title.endsWith("."))).toEqual([]);
    expect(new Set(titles).size).toBe(titles.length);
  });
});
