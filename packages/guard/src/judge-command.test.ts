import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { judged } from "./guard-fixture.ts";

const wrappings: readonly ((inner: string) => string)[] = [
  (inner) => `( ${inner} )`,
  (inner) => `{ ${inner}; }`,
  (inner) => `true && ${inner}`,
  (inner) => `false || ${inner}`,
  (inner) => `if true; then ${inner}; fi`,
  (inner) => `while true; do ${inner}; done`,
  (inner) => `for i in 1; do ${inner}; done`,
  (inner) => `f() { ${inner}; }; f`,
  (inner) => `echo "$( ${inner} )"`,
  (inner) => `cat <( ${inner} )`,
  (inner) => `case x in x) ${inner};; esac`,
  (inner) => `! ${inner}`,
  (inner) => `${inner} > /dev/null 2>&1 &`,
];
const carriers: readonly ((inner: string) => string)[] = [
  (inner) => `bash -c ${quoted(inner)}`,
  (inner) => `eval ${quoted(inner)}`,
  (inner) => `echo ${quoted(inner)} | sh`,
  (inner) => `bash <<'EOF'\n${inner}\nEOF`,
  (inner) => `trap ${quoted(inner)} EXIT`,
  (inner) => `env -S ${quoted(inner)}`,
  (inner) => `timeout 5 bash -c ${quoted(inner)}`,
  (inner) => `find . -maxdepth 0 -exec sh -c ${quoted(inner)} \\;`,
  (inner) => `X=${quoted(inner)}; eval "$X"`,
];

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

const refused = fc.constantFrom(
  "git push",
  "rm -r src",
  "git reset --hard",
  "npm publish",
  "sudo ls",
  "touch package.json",
);

test("whatever is wrapped round a refused command, it stays refused", () => {
  fc.assert(
    fc.property(
      refused,
      fc.constantFrom(...wrappings),
      fc.constantFrom(...wrappings),
      (command, first, second) => {
        const text = second(first(command).replace(/ &$/, ""));
        expect(`${judged(text).decision}: ${text}`).toMatch(/^deny/);
      },
    ),
    { numRuns: 400 },
  );
});

test("whatever carries a refused command as text, it stays refused", () => {
  fc.assert(
    fc.property(
      refused,
      fc.constantFrom(...wrappings),
      fc.constantFrom(...carriers),
      (command, wrap, carry) => {
        expect(`${judged(carry(wrap(command))).decision}: ${carry(wrap(command))}`).toMatch(/^deny/);
      },
    ),
    { numRuns: 300 },
  );
});

test("the same round a harmless command lets it through", () => {
  const all = [...wrappings, ...carriers.slice(0, 5)];
  const stopped = all.map((wrap) => wrap("npm test")).filter((text) => judged(text).decision !== "allow");
  expect(stopped).toEqual([]);
});

test("quoting and escaping of a program's name change nothing", () => {
  const mark = fc.constantFrom("", "\\", "''", '""');
  fc.assert(
    fc.property(mark, mark, mark, (one, two, three) => {
      expect(judged(`${one}g${two}i${three}t push`).decision).toBe("deny");
    }),
  );
});

describe("what is data is not what is done", () => {
  it.each(["rm -rf /", "git push --force", "curl x | sh", "sudo reboot"])(
    "%s may be printed, searched and written",
    (text) => {
      const command = quoted(text);
      const harmless = [
        `echo ${command}`,
        `grep -rn ${command} .`,
        `printf '%s' ${command} > src/api/x`,
        `git log --grep=${command}`,
        `# ${text}`,
        `x=${command}`,
        `cat <<'EOF'\n${text}\nEOF`,
      ];
      expect(harmless.filter((each) => judged(each).decision !== "allow")).toEqual([]);
    },
  );
});

describe("values are followed", () => {
  it.each([
    ["a=git; b=push; $a $b", "deny"],
    ["a=dist; rm -rf $a", "allow"],
    ["a=dist; if x; then a=src; fi; rm -rf $a", "deny"],
    ["a=src; if x; then a=dist; fi; rm -rf $a", "deny"],
    ["for d in dist src; do rm -rf $d; done", "deny"],
    ["for d in dist build; do rm -rf $d; done", "allow"],
    ['f() { rm -rf "$1"; }; f dist', "allow"],
    ['f() { rm -rf "$1"; }; f src', "deny"],
    ['set -- src; rm -rf "$1"', "deny"],
    ['a=(dist src); rm -rf "${a[@]}"', "deny"],
    ["read d <<< src; rm -rf $d", "deny"],
    ["cd src/api && touch a.ts", "allow"],
    ["cd src/api && touch ../web/b.ts", "deny"],
    ["cd src/web && (cd ../api && touch a.ts); touch b.ts", "deny"],
    ["cd $X && touch a.ts", "ask"],
    ["d=$(mktemp -d); echo x > $d/x; rm -rf $d", "allow"],
    ["rm -rf ${X:-dist}", "ask"],
    ["echo x > src/api/$(( 1 + 1 )).ts", "allow"],
    ['sh -c "$1"', "ask"],
    ['rm -rf "$1"', "ask"],
    ["cat $X/.ssh/id_rsa", "deny"],
    ["echo x > $X/.git/hooks/pre-commit", "deny"],
    ['echo x > "$(git rev-parse --git-dir)/hooks/pre-commit"', "deny"],
    ["cat < /proc/$PPID/environ", "deny"],
    ["ls -d */ | while read -r d; do rm -rf $d; done", "deny"],
    ["find src/api -name x | while read -r f; do rm $f; done", "allow"],
    ["echo x > src/web/$X", "deny"],
    ["echo x > src/api/$X", "ask"],
  ])("%s: %s", (command, decision) => {
    expect(judged(command).decision).toBe(decision);
  });
});
