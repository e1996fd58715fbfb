import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCaptured } from "../../../captured-run.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "guard-eval-test-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MIXED = [
  '{"id":"c1","command":"git push","expect":"deny"}',
  '{"id":"c2","command":"git push --force","expect":"allow"}',
  '{"id":"c3","command":"ls","expect":"deny"}',
  '{"id":"c4","command":"$TOOL src","expect":"deny"}',
  '{"id":"p1","tool":"Write","input":{"file_path":"src/api/l/x.ts","content":"x"},"setup":["ln -s ../web src/api/l"],"allowedPaths":["src/api/**"],"expect":"deny"}',
  '{"id":"p2","tool":"Write","input":{"file_path":"src/api/x.ts","content":"x"},"setup":[],"allowedPaths":["src/api/**"]}',
];

function evaluated(lines: readonly string[], ...options: readonly string[]): ReturnType<typeof runCaptured> {
  writeFileSync(join(folder, "cases.jsonl"), `${lines.join("\n")}\n`);
  return runCaptured(["guard", "eval", "cases.jsonl", ...options], { cwd: folder });
}

function linesOf(stdout: string): readonly Readonly<Record<string, unknown>>[] {
  return stdout
    .trim()
    .split("\n")
    .map((line) => Object(JSON.parse(line)) as Readonly<Record<string, unknown>>);
}

test("guard eval prints a line per case of either form and then counts each way to be wrong", async () => {
  const { code, stdout, stderr } = await evaluated(MIXED, "--json");
  const lines = linesOf(stdout);
  expect({ code, stderr }).toEqual({ code: 4, stderr: "" });
  expect(lines.slice(0, -1).map(({ id, decision, rule }) => [id, decision, rule])).toEqual([
    ["c1", "deny", "git-push"],
    ["c2", "deny", "git-push"],
    ["c3", "allow", "allowed"],
    ["c4", "ask", "opaque"],
    ["p1", "deny", "symlink"],
    ["p2", "allow", "allowed"],
  ]);
  expect(lines.slice(0, -1).every(({ ms }) => typeof ms === "number")).toBe(true);
  expect(lines.at(-1)).toMatchObject({
    type: "guard.summary",
    cases: 6,
    unreadable: 0,
    matched: 2,
    expected: { allow: 1, ask: 0, deny: 4 },
    misses: ["c3"],
    asked: ["c4"],
    falseDenials: ["c2"],
    falseAsks: [],
    byRule: { "git-push": { cases: 2, missed: 1 } },
  });
});

test("guard eval names a broken line by its number, judges the rest and does not call it clean", async () => {
  const { code, stdout } = await evaluated(["", "{", ...MIXED.slice(0, 1)], "--json");
  const lines = linesOf(stdout);
  expect(code).toBe(3);
  expect(lines[0]).toMatchObject({ type: "failure", failure: { code: "BW781" } });
  expect(JSON.stringify(lines[0])).toContain("line 2 ");
  expect(lines.at(-1)).toMatchObject({ cases: 1, unreadable: 1 });
});

test("guard eval writes a table for people, with the ids that differ", async () => {
  const { code, stdout } = await evaluated(MIXED);
  expect(code).toBe(4);
  expect(stdout).toMatch(/^git-push +2 {3}1 not as expected$/m);
  expect(stdout).toMatch(/^miss +1 of 4 {3}c3$/m);
  expect(stdout.trim().split("\n").at(-1)).toBe("2 of 5 as expected, 6 judged, 0 unreadable");
});

test("without a person guard eval counts a question as a denial", async () => {
  const { stdout } = await evaluated(MIXED, "--json", "--unattended");
  expect(linesOf(stdout).at(-1)).toMatchObject({ asked: [], misses: ["c3"] });
});

test("guard eval ends with 0 where every case is as expected, and with 3 where there is no file", async () => {
  expect((await evaluated(MIXED.slice(0, 1))).code).toBe(0);
  expect((await runCaptured(["guard", "eval", "none.jsonl"], { cwd: folder })).code).toBe(3);
});
