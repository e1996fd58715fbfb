import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { parse } from "unbash";
import { describe, expect, test } from "vitest";
import type { FileView } from "./file-view.ts";
import { judged, plainView, policyOf } from "./guard-fixture.ts";
import { followCommand } from "./judge-command.ts";

/** Stands for the place of a command in a generated line; replaced before use. */
const HERE = "@";

const word = fc.constantFrom(
  "a",
  "'b c'",
  '"d $e"',
  "$f",
  "${g:-h}",
  "i\\ j",
  "$'k'",
  "-l",
  "*.ts",
  "{m,n}",
  "$((1+2))",
  "~",
);
const plain = fc.tuple(
  fc.constantFrom("true", "echo", "printf", "cat", ":"),
  fc.array(word, { maxLength: 3 }),
);
const redirect = fc.constantFrom(
  "",
  "",
  "",
  " 2>/dev/null",
  " >/dev/null 2>&1",
  " </dev/null",
  " <<<x",
  " 2>&1",
);
const simple = fc.tuple(plain, redirect).map(([[name, words], end]) => [name, ...words].join(" ") + end);

/** Lines of the grammar with one place for a command, from the inside outwards. */
const around = fc.constantFrom<(inner: string, other: string) => string>(
  (inner, other) => `${other}; ${inner}`,
  (inner, other) => `${inner} && ${other}`,
  (inner, other) => `${other} || ${inner}`,
  (inner, other) => `${other} | ${inner}`,
  (inner) => `( ${inner} )`,
  (inner) => `{ ${inner}; }`,
  (inner) => `{ ! ${inner}; }`,
  (inner, other) => `if ${other}; then ${inner}; fi`,
  (inner, other) => `if ${inner}; then ${other}; else ${other}; fi`,
  (inner, other) => `while ${other}; do ${inner}; break; done`,
  (inner) => `for x in a b; do ${inner}; done`,
  (inner) => `case a in b|a) ${inner};; esac`,
  (inner) => `for ((i=0;i<1;i++)); do ${inner}; done`,
  (inner) => `{ f() { ${inner}; }; f; }`,
  (inner) => `echo "$( ${inner} )"`,
  (inner) => `cat <( ${inner} )`,
  (inner) => `x=$( ${inner} )`,
  (inner) => `echo "\${y:-$( ${inner} )}"`,
  // Of two with one delimiter the inner one would end both, which is no grammar any more.
  (inner) => `{ cat <<E${inner.length}\n$( ${inner} )\nE${inner.length}\n}`,
  // After a pipe `time` is no keyword, and what follows is no command.
  (inner) => `{ time ${inner}; }`,
  (inner) => `[[ -n "$( ${inner} )" ]]`,
  (inner) => `{ ${inner} & }`,
  (inner, other) => `${other} # a comment\n${inner}`,
  (inner, other) => `${other} \\\n  && ${inner}`,
);
const line = fc
  .tuple(fc.array(fc.tuple(around, simple), { minLength: 1, maxLength: 4 }), fc.nat())
  .map(([layers]) => layers.reduce((inner, [wrap, other]) => wrap(inner, other), HERE));

const environment = { PATH: process.env["PATH"] ?? "" };
const hasBash = spawnSync("bash", ["--version"], { cwd: "/", env: environment }).status === 0;

/** Whether bash reads each text, without running any of them. */
function readByBash(texts: readonly string[]): readonly boolean[] {
  const script = 'while IFS= read -r -d "" text; do bash -n -c "$text" 2>/dev/null && echo 1 || echo 0; done';
  const input = texts.map((text) => `${text}\0`).join("");
  const run = spawnSync("bash", ["-c", script], { input, cwd: "/", env: environment, maxBuffer: 1 << 20 });
  return run.stdout
    .toString("utf8")
    .trim()
    .split("\n")
    .map((each) => each === "1");
}

/**
 * Where the parser and bash differ, one line each: text, and what bash says. The guard asks or refuses where
 * the parser complains, so a difference in that direction costs a question; the other one is refused by test.
 */
const KNOWN_DIFFERENCES: ReadonlySet<string> = new Set<string>([]);

describe.runIf(hasBash)("the parser beside bash", () => {
  test("reads every generated line that bash reads, but for known differences", () => {
    const lines = fc.sample(line, { numRuns: 150, seed: 11 }).map((each) => each.replace(HERE, "true"));
    const answers = readByBash(lines);
    const wrong = lines.filter((each, at) => answers[at] && (parse(each).errors?.length ?? 0) > 0);
    expect(wrong.filter((each) => !KNOWN_DIFFERENCES.has(each))).toEqual([]);
    expect(answers.filter(Boolean).length).toBeGreaterThan(100);
  });
});

test("a refused command is found wherever the grammar lets it stand", () => {
  fc.assert(
    fc.property(line, (each) => {
      expect([each, judged(each.replace(HERE, "git push")).decision]).toEqual([each, "deny"]);
    }),
    { numRuns: 300 },
  );
});

test("the same words as data change nothing", () => {
  fc.assert(
    fc.property(line, (each) => {
      const [with_, without] = ["echo 'git push'", "echo x"].map(
        (command) => judged(each.replace(HERE, command)).decision,
      );
      expect([each, with_]).toEqual([each, without]);
    }),
    { numRuns: 300 },
  );
});

describe("the work is in proportion to the length", () => {
  test.each([
    ["lists", (n: number) => "true;".repeat(n)],
    ["pipes", (n: number) => `${"true|".repeat(n)}true`],
    ["operands", (n: number) => `rm ${"src/api/a ".repeat(n)}`],
    ["links in a path", (n: number) => `touch ${"x/../".repeat(n)}src/api/a`],
    ["assignments", (n: number) => `${"A=x$A;".repeat(n)}echo $A`],
    ["substitutions beside each other", (n: number) => `echo ${"$(true) ".repeat(n)}`],
    ["branches", (n: number) => "if a; then X=b; fi;".repeat(n)],
    ["words for a loop", (n: number) => `for x in ${"a ".repeat(n)}; do echo $x; done`],
  ])("%s", (_, make) => {
    const small = workOf(make(50));
    const large = workOf(make(200));
    expect(large).toBeLessThanOrEqual(small * 4 + 100);
  });

  test("and bounded, whatever is nested", () => {
    const doubling = Array.from({ length: 20 }, (_, n) => `f${n + 1}() { f${n}; f${n}; };`).join("");
    const loops = `${"for x in 1 2 3; do ".repeat(9)} echo $x; ${"done; ".repeat(9)}`;
    for (const text of [`f0() { true; };${doubling} f20`, loops, `echo ${"{a,b}".repeat(12)}`])
      expect(workOf(text)).toBeLessThanOrEqual(20_000);
  });
});

/** Steps taken and questions put to the disk. */
function workOf(command: string): number {
  let asked = 0;
  const view: FileView = {
    kind: (path) => {
      asked += 1;
      return plainView.kind(path);
    },
    linkTarget: (path) => plainView.linkTarget(path),
    linkCount: (path) => plainView.linkCount(path),
  };
  return followCommand(command, { policy: policyOf(), view }, "/w").steps + asked;
}

test("NUL, half a surrogate pair, a mark of byte order and 64 KiB are refused or asked about in a command", () => {
  const texts = [
    "echo a\u0000b",
    "git\ud800 push",
    "\ufeffgit push",
    `echo ${"a".repeat(65_536)}`,
    "git push\u202e",
  ];
  expect(texts.filter((text) => judged(text).decision === "allow")).toEqual([]);
});
