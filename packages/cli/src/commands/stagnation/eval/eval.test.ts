import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCaptured } from "../../../captured-run.ts";

const call = { tool: "Bash", args: { command: "npm run x" }, result: "same" };
const lines = [
  JSON.stringify({ id: "a", expect: "stuck", calls: [call, call, call] }),
  "",
  "{",
  JSON.stringify({ id: "b", expect: "ok", calls: [call] }),
];
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stagnation-eval-"));
  writeFileSync(join(folder, "streams.jsonl"), lines.join("\n"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("breakwater stagnation eval", () => {
  it("prints a verdict a line, then the summary, and names the line that it cannot read", async () => {
    const told = await runCaptured(["stagnation", "eval", join(folder, "streams.jsonl"), "--json"]);
    expect(told.stdout.split("\n").slice(0, 2)).toEqual([
      '{"id":"a","verdict":"stuck","pattern":"turn-key-repetition","at":3}',
      '{"id":"b","verdict":"ok","pattern":null,"at":null}',
    ]);
    expect(JSON.parse(told.stdout.split("\n")[2] ?? "")).toMatchObject({
      summary: { streams: 2, unreadable: 1, precision: { share: 1 }, recall: { share: 1 } },
    });
    expect(told).toMatchObject({ code: 2, stderr: expect.stringContaining("streams.jsonl:3: ") });
  });

  it("names a file that cannot be read", async () => {
    expect(await runCaptured(["stagnation", "eval", join(folder, "none.jsonl")])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("none.jsonl cannot be read"),
    });
  });
});
