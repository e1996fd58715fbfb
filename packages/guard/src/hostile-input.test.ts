import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { parse } from "unbash";
import { describe, expect, test } from "vitest";
import { judged, plainView, policyOf } from "./guard-fixture.ts";
import { judgeToolCall } from "./judge-tool-call.ts";
import { RULES } from "./rule/registry.ts";

const commands = ["commands.jsonl", "more-commands.jsonl"].flatMap((name) =>
  readFileSync(new URL(`../corpus/${name}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line))
    .flatMap((each) =>
      typeof each === "object" && each !== null && "command" in each && typeof each.command === "string"
        ? each.command
        : [],
    ),
);
const pieces = [
  "rm -rf src",
  "git push",
  "$X",
  "'",
  '"',
  "`",
  "$(",
  ")",
  "{",
  "}",
  ";",
  "|",
  "&&",
  "<<E\n",
  "E\n",
  "\n",
  "\\",
  "*",
  "[",
  "]]",
  "((",
  "))",
  "${a",
  ":-",
  "<(",
  ">",
  "~",
  "if",
  "then",
  "fi",
  "do",
  "done",
  "case x in",
  "esac",
  "é",
  " ",
];

test("no text makes the guard throw, and every answer names a rule of the table", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.array(fc.constantFrom(...pieces, "\u0000"), { maxLength: 30 }).map((each) => each.join("")),
    fc
      .tuple(fc.constantFrom(...commands), fc.nat(200), fc.constantFrom(...pieces))
      .map(([command, at, piece]) => command.slice(0, at) + piece + command.slice(at)),
  );
  fc.assert(
    fc.property(text, (command) => {
      expect(Object.keys(RULES)).toContain(judged(command).rule);
    }),
    { numRuns: 600 },
  );
});

test("no input of any tool makes the guard throw", () => {
  const tools = ["Write", "Bash", "apply_patch", "Read", "Edit", "mcp__filesystem__write_file", "x"];
  fc.assert(
    fc.property(fc.constantFrom(...tools), fc.anything(), (tool, input) => {
      const verdict = judgeToolCall({ tool, input }, { policy: policyOf(), view: plainView });
      expect(["allow", "ask", "deny"]).toContain(verdict.decision);
    }),
    { numRuns: 500 },
  );
});

test("an unterminated, too long or too deep command is never allowed", () => {
  const nested = Array.from({ length: 12 }).reduce<string>(
    (inner) => `eval '${inner.replaceAll("'", String.raw`'\''`)}'`,
    "true",
  );
  const texts = ["echo $(", "if true; then", "cat <<EOF\nx", "echo '", `echo ${"a".repeat(70_000)}`, nested];
  expect(texts.filter((text) => judged(text).decision === "allow")).toEqual([]);
});

const environment = { PATH: process.env["PATH"] ?? "" };
const hasBash = spawnSync("bash", ["--version"], { cwd: "/", env: environment }).status === 0;

/** Whether bash reads each text, without running any of them. */
function readByBash(texts: readonly string[]): readonly string[] {
  const script =
    'while IFS= read -r -d "" text; do bash -n -c "$text" 2>/dev/null && echo yes || echo no; done';
  const run = spawnSync("bash", ["-c", script], {
    input: texts.map((text) => `${text}\0`).join(""),
    cwd: "/",
    env: environment,
    maxBuffer: 1 << 20,
  });
  return run.stdout.toString("utf8").trim().split("\n");
}

describe.runIf(hasBash)("compared with bash", () => {
  test("every command of the corpora that bash reads is read without an error", () => {
    const sample = commands.filter((_, at) => at % 12 === 0);
    const answers = readByBash(sample);
    const wrong = sample.filter((text, at) => answers[at] === "yes" && (parse(text).errors?.length ?? 0) > 0);
    expect(wrong).toEqual([]);
  });

  test("what bash cannot read is never allowed", () => {
    const text = fc
      .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 8 })
      .map((each) => each.join(" "));
    const texts = fc.sample(text, { numRuns: 120, seed: 7 });
    const answers = readByBash(texts);
    const wrong = texts.filter((each, at) => answers[at] === "no" && judged(each).decision === "allow");
    expect(wrong).toEqual([]);
  });
});
