import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addEvents } from "./event-log.ts";

let folder = "";
let file = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "event-log-"));
  file = join(folder, "metrics", "events.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("An event log", () => {
  it("gets each record once, however often it is handed in", async () => {
    expect(await addEvents(file, [{ n: 1 }, { n: 2 }])).toBe(2);
    expect(await addEvents(file, [{ n: 1 }, { n: 2 }, { n: 3 }])).toBe(1);
    expect(readFileSync(file, "utf8")).toBe('{"n":1}\n{"n":2}\n{"n":3}\n');
  });

  it("does not come into being for nothing", async () => {
    expect(await addEvents(file, [])).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is put aside when it is full, and its records are still known", async () => {
    await addEvents(file, [{ n: 1 }]);
    writeFileSync(file, `${readFileSync(file, "utf8")}${"x".repeat(10_000_000)}\n`);
    expect(await addEvents(file, [{ n: 1 }, { n: 2 }])).toBe(1);
    expect(await addEvents(file, [{ n: 1 }])).toBe(0);
    expect(readFileSync(file, "utf8")).toBe('{"n":2}\n');
    expect(readdirSync(join(folder, "metrics"))).toEqual(["events.jsonl", "events.jsonl.1"]);
  });
});
