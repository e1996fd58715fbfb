import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TextChange } from "./finding.ts";
import { bearsIntegrity, integrityFindings } from "./find-integrity.ts";

type Case = readonly [what: string, rule: string, ...changes: TextChange[]];
type Silent = readonly [what: string, ...changes: TextChange[]];

function file(path: string, before: string | undefined, after: string | undefined): TextChange {
  return { path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

const js = (before: string | undefined, after: string | undefined, path = "src/a.test.ts"): TextChange =>
  file(path, before, after);
const py = (before: string, after: string): TextChange => file("tests/test_a.py", before, after);
const go = (before: string, after: string): TextChange => file("pkg/a_test.go", before, after);
const pkg = (before: string, after: string): TextChange => file("package.json", before, after);

const ADDS = `it("adds", () => {\n  expect(add(1, 2)).toBe(3);\n});\n`;
const TWO = `${ADDS}it("subtracts", () => {\n  const got = sub(3, 2);\n  expect(got).toBe(1);\n  expect(got).toBeGreaterThan(0);\n});\n`;
const PY = "def test_adds():\n    assert add(1, 2) == 3\n";
const PY_TWO = `${PY}\n\ndef test_subtracts():\n    assert sub(3, 2) == 1\n`;
const GO = `package a\n\nfunc TestAdds(t *testing.T) {\n\tif got := Add(1, 2); got != 3 {\n\t\tt.Errorf("got %d", got)\n\t}\n}\n`;
const CI = "jobs:\n  test:\n    steps:\n      - run: npm test\n";

const FOUND: readonly Case[] = [
  ["a test file is deleted", "test-deleted", js(TWO, undefined)],
  ["one test of two is deleted", "test-deleted", js(TWO, ADDS)],
  [
    "a strong test is replaced by one that asserts less",
    "test-deleted",
    js(TWO.replace(ADDS, ""), `it("works", () => {\n  expect(sub).toBeDefined();\n});\n`),
  ],
  ["it becomes it.skip", "test-skipped", js(ADDS, ADDS.replace("it(", "it.skip("))],
  ["it becomes xit", "test-skipped", js(ADDS, ADDS.replace("it(", "xit("))],
  ["it becomes it.todo", "test-skipped", js(ADDS, 'it.todo("adds");\n')],
  ["it becomes it.fails", "test-skipped", js(ADDS, ADDS.replace("it(", "it.fails("))],
  [
    "the group around is skipped",
    "test-skipped",
    js(`describe("a", () => {\n${ADDS}});\n`, `describe.skip("a", () => {\n${ADDS}});\n`),
  ],
  [
    "the group becomes xdescribe",
    "test-skipped",
    js(`describe("a", () => {\n${ADDS}});\n`, `xdescribe("a", () => {\n${ADDS}});\n`),
  ],
  ["a test is skipped on a condition", "test-skipped", js(ADDS, ADDS.replace("it(", "it.skipIf(true)("))],
  [
    "node:test gets the option skip",
    "test-skipped",
    js(
      'test("adds", () => { assert.equal(add(1, 2), 3); });\n',
      'test("adds", { skip: true }, () => { assert.equal(add(1, 2), 3); });\n',
    ),
  ],
  [
    "node:test skips from inside",
    "test-skipped",
    js(
      'test("adds", (t) => { assert.equal(add(1, 2), 3); });\n',
      'test("adds", (t) => { t.skip(); assert.equal(add(1, 2), 3); });\n',
    ),
  ],
  [
    "mocha skips from inside",
    "test-skipped",
    js(
      'it("adds", function () { assert.equal(add(1, 2), 3); });\n',
      'it("adds", function () { this.skip(); assert.equal(add(1, 2), 3); });\n',
    ),
  ],
  [
    "mocha's test loses its body",
    "test-skipped",
    js('it("adds", function () { assert.equal(add(1, 2), 3); });\n', 'it("adds");\n'),
  ],
  ["a test returns before it asserts", "test-skipped", js(ADDS, ADDS.replace("{\n", "{\n  return;\n"))],
  ["a body is emptied", "test-emptied", js(ADDS, 'it("adds", () => {});\n')],
  [
    "an assertion becomes a truism",
    "test-emptied",
    js(ADDS, 'it("adds", () => {\n  expect(true).toBe(true);\n});\n'),
  ],
  ["an assertion becomes a comment", "test-emptied", js(ADDS, ADDS.replace("  expect", "  // expect"))],
  [
    "an assertion becomes a string",
    "test-emptied",
    js(ADDS, 'it("adds", () => {\n  const s = "expect(add(1, 2)).toBe(3)";\n});\n'),
  ],
  [
    "a comparison becomes a question for existence",
    "test-weakened",
    js(ADDS, ADDS.replace("toBe(3)", "toBeDefined()")),
  ],
  [
    "toEqual becomes toBeTruthy",
    "test-weakened",
    js(ADDS.replace("toBe(3)", "toEqual({ a: 1 })"), ADDS.replace("toBe(3)", "toBeTruthy()")),
  ],
  [
    "one assertion of two is taken out",
    "test-weakened",
    js(TWO, TWO.replace("  expect(got).toBe(1);\n", "")),
  ],
  [
    "failures are caught and dropped",
    "test-weakened",
    js(ADDS, 'it("adds", () => {\n  try {\n    expect(add(1, 2)).toBe(3);\n  } catch {}\n});\n'),
  ],
  ["a test runs alone", "test-focused", js(TWO, TWO.replace('it("adds"', 'it.only("adds"'))],
  [
    "a new test runs alone",
    "test-focused",
    js(ADDS, `${ADDS}it.only("more", () => {\n  expect(1 + x).toBe(2);\n});\n`),
  ],
  [
    "a group runs alone",
    "test-focused",
    js(`describe("a", () => {\n${ADDS}});\n`, `describe.only("a", () => {\n${ADDS}});\n`),
  ],
  ["fit runs alone", "test-focused", js(ADDS, ADDS.replace("it(", "fit("))],
  ["pytest: a test is deleted", "test-deleted", py(PY_TWO, PY)],
  ["pytest: a test gets mark.skip", "test-skipped", py(PY, `@pytest.mark.skip(reason="later")\n${PY}`)],
  ["pytest: a test gets mark.xfail", "test-skipped", py(PY, `@pytest.mark.xfail\n${PY}`)],
  [
    "pytest: a test skips from inside",
    "test-skipped",
    py(PY, PY.replace("    assert", '    pytest.skip("later")\n    assert')),
  ],
  ["pytest: the whole module is skipped", "test-skipped", py(PY, `pytestmark = pytest.mark.skip\n\n${PY}`)],
  [
    "unittest: a class is skipped",
    "test-skipped",
    py(
      "class TestA(unittest.TestCase):\n    def test_adds(self):\n        self.assertEqual(add(1, 2), 3)\n",
      "@unittest.skip\nclass TestA(unittest.TestCase):\n    def test_adds(self):\n        self.assertEqual(add(1, 2), 3)\n",
    ),
  ],
  ["pytest: a body becomes pass", "test-emptied", py(PY, "def test_adds():\n    pass\n")],
  ["pytest: an assertion becomes assert True", "test-emptied", py(PY, "def test_adds():\n    assert True\n")],
  [
    "pytest: an assertion becomes a string of several lines",
    "test-emptied",
    py(PY, 'def test_adds():\n    """\n    assert add(1, 2) == 3\n    """\n'),
  ],
  [
    "pytest: a comparison becomes is not None",
    "test-weakened",
    py(PY, "def test_adds():\n    assert add(1, 2) is not None\n"),
  ],
  [
    "pytest: failures are dropped",
    "test-weakened",
    py(PY, "def test_adds():\n    try:\n        assert add(1, 2) == 3\n    except AssertionError: pass\n"),
  ],
  ["go: a test is skipped", "test-skipped", go(GO, GO.replace("{\n\tif", '{\n\tt.Skip("later")\n\tif'))],
  ["go: a file is left out of the build", "test-skipped", go(GO, `//go:build ignore\n\n${GO}`)],
  [
    "go: a test is emptied",
    "test-emptied",
    go(GO, "package a\n\nfunc TestAdds(t *testing.T) {\n\t_ = Add(1, 2)\n}\n"),
  ],
  ["go: a test is deleted", "test-deleted", go(GO, "package a\n")],
  [
    "coverage is lowered in package.json",
    "threshold-lowered",
    pkg(
      '{ "jest": { "coverageThreshold": { "global": { "lines": 90 } } } }',
      '{ "jest": { "coverageThreshold": { "global": { "lines": 70 } } } }',
    ),
  ],
  [
    "coverage is lowered in a vitest config",
    "threshold-lowered",
    file(
      "vitest.config.ts",
      "coverage: { thresholds: { branches: 80, lines: 90 } }",
      "coverage: { thresholds: { branches: 80, lines: 60 } }",
    ),
  ],
  [
    "a threshold is taken out",
    "threshold-lowered",
    file("vitest.config.ts", "coverage: { thresholds: { branches: 80 } }", "coverage: { }"),
  ],
  [
    "coverage is lowered for pytest",
    "threshold-lowered",
    file(
      "pyproject.toml",
      "[tool.coverage.report]\nfail_under = 85\n",
      "[tool.coverage.report]\nfail_under = 50\n",
    ),
  ],
  [
    "coverage is lowered on a command line",
    "threshold-lowered",
    file("tox.ini", "commands = pytest --cov-fail-under=90\n", "commands = pytest --cov-fail-under=10\n"),
  ],
  [
    "more warnings are allowed",
    "threshold-lowered",
    pkg(
      '{ "scripts": { "style": "eslint --max-warnings 0 ." } }',
      '{ "scripts": { "style": "eslint --max-warnings 50 ." } }',
    ),
  ],
  [
    "a lint rule becomes a warning",
    "threshold-lowered",
    file("eslint.config.js", 'rules: { "no-unused-vars": "error" }', 'rules: { "no-unused-vars": "warn" }'),
  ],
  [
    "a lint rule is switched off",
    "threshold-lowered",
    file(
      ".eslintrc.json",
      '{ "rules": { "@typescript-eslint/no-explicit-any": 2 } }',
      '{ "rules": { "@typescript-eslint/no-explicit-any": 0 } }',
    ),
  ],
  [
    "strict types are switched off",
    "threshold-lowered",
    file(
      "tsconfig.json",
      '{ "compilerOptions": { "strict": true } }',
      '{ "compilerOptions": { "strict": false } }',
    ),
  ],
  [
    "a file opts out of the linter",
    "threshold-lowered",
    file("src/a.ts", "export const a = 1;\n", "/* eslint-disable */\nexport const a = 1;\n"),
  ],
  [
    "a file opts out of types",
    "threshold-lowered",
    file("src/a.ts", "export const a = 1;\n", "// @ts-nocheck\nexport const a = 1;\n"),
  ],
  [
    "the test script is edited",
    "gate-edited",
    pkg('{ "scripts": { "test": "vitest run" } }', '{ "scripts": { "test": "echo ok" } }'),
  ],
  [
    "the lint script is lost",
    "gate-edited",
    pkg('{ "scripts": { "lint": "eslint .", "test": "jest" } }', '{ "scripts": { "test": "jest" } }'),
  ],
  [
    "the command of the session's gate is edited",
    "gate-edited",
    file(
      "CLAUDE.md",
      "## Session Config\n\n- test-command: npm test\n",
      "## Session Config\n\n- test-command: true\n",
    ),
  ],
  [
    "tests are left out in the config",
    "gate-edited",
    file(
      "jest.config.js",
      'testPathIgnorePatterns: ["/node_modules/"]',
      'testPathIgnorePatterns: ["/node_modules/", "src/payment"]',
    ),
  ],
  [
    "the config of the runner is deleted",
    "gate-edited",
    file("vitest.config.ts", "export default {};\n", undefined),
  ],
  [
    "|| true behind the tests",
    "failure-hidden",
    pkg('{ "scripts": { "test": "jest" } }', '{ "scripts": { "test": "jest || true" } }'),
  ],
  ["exit 0 behind the tests", "failure-hidden", file("scripts/check.sh", "npm test\n", "npm test; exit 0\n")],
  [
    "--passWithNoTests",
    "failure-hidden",
    pkg(
      '{ "scripts": { "test": "vitest run" } }',
      '{ "scripts": { "test": "vitest run --passWithNoTests" } }',
    ),
  ],
  [
    "passWithNoTests in the config",
    "failure-hidden",
    file("vitest.config.ts", "test: {}", "test: { passWithNoTests: true }"),
  ],
  [
    "a step may fail",
    "failure-hidden",
    file(".github/workflows/ci.yml", CI, `${CI}        continue-on-error: true\n`),
  ],
  [
    "a job may fail",
    "failure-hidden",
    file(
      ".gitlab-ci.yml",
      "test:\n  script: npm test\n",
      "test:\n  script: npm test\n  allow_failure: true\n",
    ),
  ],
  [
    "a script goes on after failures",
    "failure-hidden",
    file("ci/run.sh", "set -e\nnpm test\n", "set +e\nnpm test\n"),
  ],
  [
    "a second check is masked where one was",
    "failure-hidden",
    file("Makefile", "a:\n\teslint . || true\n\tjest\n", "a:\n\teslint . || true\n\tjest || true\n"),
  ],
];

const HONEST: readonly Silent[] = [
  ["nothing changed", js(TWO, TWO)],
  ["a test is added", js(ADDS, TWO)],
  ["a new test file", js(undefined, TWO)],
  ["a test gets another title", js(ADDS, ADDS.replace('"adds"', '"adds two numbers"'))],
  [
    "a title and the body change together",
    js(ADDS, 'it("sums", () => {\n  const sum = add(1, 2);\n  expect(sum).toBe(3);\n});\n'),
  ],
  ["a test file is renamed", js(TWO, undefined), js(undefined, TWO, "src/b.test.ts")],
  ["a test file is split", js(TWO, ADDS), js(undefined, TWO.replace(ADDS, ""), "src/sub.test.ts")],
  ["two test files become one", js(ADDS, undefined), js(TWO.replace(ADDS, ""), TWO, "src/b.test.ts")],
  ["tests are put into a group", js(ADDS, `describe("math", () => {\n${ADDS}});\n`)],
  ["tests are put into another order", js(TWO, `${TWO.replace(ADDS, "")}${ADDS}`)],
  ["it becomes test", js(ADDS, ADDS.replace("it(", "test("))],
  ["the expected value changes with the behaviour", js(ADDS, ADDS.replace("toBe(3)", "toBe(4)"))],
  [
    "several assertions become one comparison",
    js(TWO, `${ADDS}it("subtracts", () => {\n  expect({ got: sub(3, 2) }).toEqual({ got: 1 });\n});\n`),
  ],
  ["assertions move into a helper", js(ADDS, 'it("adds", () => {\n  expectSum(1, 2, 3);\n});\n')],
  ["toBe becomes toStrictEqual", js(ADDS, ADDS.replace("toBe(3)", "toStrictEqual(3)"))],
  ["chai becomes expect of vitest", js('it("adds", () => {\n  assert.equal(add(1, 2), 3);\n});\n', ADDS)],
  ["a test is made async", js(ADDS, 'it("adds", async () => {\n  expect(await add(1, 2)).toBe(3);\n});\n')],
  ["a skipped test is switched on", js(ADDS.replace("it(", "it.skip("), ADDS)],
  ["a focus is taken off", js(ADDS.replace("it(", "it.only("), ADDS)],
  ["a skipped test is deleted", js(`${ADDS}it.skip("old", () => {\n  expect(old()).toBe(1);\n});\n`, ADDS)],
  ["a stub without assertions is deleted", js(`${ADDS}it("old", () => {});\n`, ADDS)],
  [
    "tests become a table",
    js(
      TWO,
      `it.each([[1, 2, 3]])("adds %i", (a, b, c) => {\n  expect(add(a, b)).toBe(c);\n});\nit("subtracts", () => {\n  const got = sub(3, 2);\n  expect(got).toBe(1);\n  expect(got).toBeGreaterThan(0);\n});\n`,
    ),
  ],
  [
    "an existing skip stays while the file changes",
    js(
      `it.skip("x", () => {\n  expect(a).toBe(1);\n});\n`,
      `// why\nit.skip("x", () => {\n  expect(a).toBe(1);\n});\n`,
    ),
  ],
  [
    "words like skip and only stand in titles and comments",
    js(
      ADDS,
      `// it.only( is not used, it.skip( neither\n${ADDS}it("skips only blanks", () => {\n  expect(trim(" a")).toBe("a");\n});\n`,
    ),
  ],
  ["a call named it of an object", js(ADDS, `${ADDS}const x = store.it("adds");\n`)],
  ["a regular expression with a quote", js(ADDS, `const quote = /["']/;\n${ADDS}`)],
  ["a test is only formatted", js(ADDS, 'it("adds", () => { expect(add(1, 2)).toBe(3); });\n')],
  [
    "an assertion is added next to a vague one",
    js(ADDS, ADDS.replace("  expect", "  expect(add).toBeDefined();\n  expect")),
  ],
  ["pytest: a test is added", py(PY, PY_TWO)],
  ["pytest: a test gets another name", py(PY, PY.replace("test_adds", "test_sums"))],
  [
    "pytest: tests are put into a class",
    py(PY, "class TestMath:\n    def test_adds(self):\n        assert add(1, 2) == 3\n"),
  ],
  [
    "pytest: a fixture is used",
    py(
      PY,
      "@pytest.fixture\ndef one():\n    return 1\n\n\ndef test_adds(one):\n    assert add(one, 2) == 3\n",
    ),
  ],
  [
    "pytest: parametrised",
    py(PY, '@pytest.mark.parametrize("a", [1])\ndef test_adds(a):\n    assert add(a, 2) == 3\n'),
  ],
  [
    "pytest: a docstring is added",
    py(PY, 'def test_adds():\n    """Sums; not skipped."""\n    assert add(1, 2) == 3\n'),
  ],
  ["go: a test is added", go(GO, `${GO}\nfunc TestMore(t *testing.T) {\n\tt.Fatal("x")\n}\n`)],
  [
    "go: t.Errorf becomes require",
    go(GO, "package a\n\nfunc TestAdds(t *testing.T) {\n\trequire.Equal(t, 3, Add(1, 2))\n}\n"),
  ],
  [
    "coverage is raised",
    file(
      "vitest.config.ts",
      "coverage: { thresholds: { lines: 70 } }",
      "coverage: { thresholds: { lines: 90 } }",
    ),
  ],
  [
    "thresholds change places",
    file(
      "vitest.config.ts",
      "coverage: { thresholds: { lines: 70, branches: 60 } }",
      "coverage: { thresholds: { branches: 60, lines: 70 } }",
    ),
  ],
  [
    "a lint rule becomes an error",
    file("eslint.config.js", 'rules: { "no-console": "warn" }', 'rules: { "no-console": "error" }'),
  ],
  [
    "a lint rule gets options",
    file(
      "eslint.config.js",
      'rules: { "no-console": "error" }',
      'rules: { "no-console": ["error", { allow: ["warn"] }] }',
    ),
  ],
  [
    "a script is added",
    pkg('{ "scripts": { "test": "jest" } }', '{ "scripts": { "test": "jest", "build": "tsc" } }'),
  ],
  [
    "a dependency is added",
    pkg(
      '{ "scripts": { "test": "jest" } }',
      '{ "scripts": { "test": "jest" }, "dependencies": { "a": "1.0.0" } }',
    ),
  ],
  [
    "a version that looks like a severity",
    pkg('{ "dependencies": { "is-odd": "2.0.0" } }', '{ "dependencies": { "is-odd": "1.0.0" } }'),
  ],
  [
    "a strict option is implied by strict",
    file(
      "tsconfig.json",
      '{ "compilerOptions": { "noImplicitAny": true } }',
      '{ "compilerOptions": { "strict": true } }',
    ),
  ],
  ["|| true where nothing is checked", file("scripts/stop.sh", "kill $pid\n", "kill $pid || true\n")],
  ["an old || true moves", file("Makefile", "a:\n\tjest || true\n\tls\n", "a:\n\tls\n\tjest || true\n")],
  ["a workflow gets a step", file(".github/workflows/ci.yml", CI, `${CI}      - run: npm run lint\n`)],
  [
    "build output is left out of the linter",
    file("eslint.config.js", 'ignores: ["dist"]', 'ignores: ["dist", "build"]'),
  ],
  [
    "one line opts out of the linter",
    file("src/a.ts", "f(x);\n", "// eslint-disable-next-line no-undef\nf(x);\n"),
  ],
  [
    "a document speaks of || true and .only",
    file("docs/guide.md", "# Guide\n", "# Guide\n\nNever write `npm test || true` or `it.only`.\n"),
  ],
];

describe("what a change does to its own checks", () => {
  it.each(FOUND.map(([what, rule, ...changes]) => ({ what, rule, changes })))(
    "is told when $what ($rule)",
    ({ rule, changes }) => {
      expect(integrityFindings(changes).map((finding) => finding.rule)).toContain(`integrity:${rule}`);
    },
  );

  it.each(HONEST.map(([what, ...changes]) => ({ what, changes })))("is silent when $what", ({ changes }) => {
    expect(integrityFindings(changes)).toEqual([]);
  });

  it("names the file and the test, so that a person finds it", () => {
    const [finding] = integrityFindings([js(TWO, ADDS)]);
    expect(finding).toEqual({
      path: "src/a.test.ts",
      rule: "integrity:test-deleted",
      message: 'the test "subtracts" is gone, and no other took its place',
    });
  });

  it("is total for any text, and never finds anything in a file that did not change", () => {
    const text = fc.oneof(
      fc.string(),
      fc
        .array(
          fc.constantFrom(
            "it(",
            '"',
            "'",
            "`",
            "/*",
            "*/",
            "//",
            "{",
            "}",
            ")",
            "\n",
            "expect(a)",
            "def test_a():\n",
            '"""',
            "\\",
          ),
        )
        .map((parts) => parts.join("")),
    );
    const path = fc.constantFrom(
      "a.test.ts",
      "test_a.py",
      "a_test.go",
      "package.json",
      "vitest.config.ts",
      "x.sh",
    );
    fc.assert(
      fc.property(path, text, text, (name, before, after) => {
        integrityFindings([{ path: name, before, after }]);
        expect(integrityFindings([{ path: name, before, after: before }])).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    "it(".repeat(20_000),
    '"'.repeat(50_000),
    "a ".repeat(50_000),
    "lines: ".repeat(10_000),
    "/*".repeat(30_000),
    "\n".repeat(80_000),
  ])("stays linear in a hostile text (case %#)", { timeout: 5_000 }, (text) => {
    for (const path of ["a.test.ts", "test_a.py", "a_test.go", "package.json", "x.sh", "vitest.config.ts"])
      expect(integrityFindings([{ path, before: text, after: text }])).toEqual([]);
  });

  it("needs to read tests, sources and configurations, and nothing else", () => {
    expect(["a.test.ts", "b.py", "package.json", ".github/workflows/x.yml"].every(bearsIntegrity)).toBe(true);
    expect(["README.md", "logo.png", "data.csv"].some(bearsIntegrity)).toBe(false);
  });
});
