import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv, exit, stderr, stdout } from "node:process";
import { pathToFileURL } from "node:url";

/**
 * One statement of compatibility. `verdict` is what we do: the same, better or refused, the last two with
 * their reason; `open` says that it was not decided or built yet.
 */
export type Statement = {
  readonly id: string;
  readonly area: string;
  readonly mark: "CORE" | "CORE+";
  readonly says: string;
  readonly verdict: "same" | "better" | "refused" | "open";
  readonly why?: string;
};

/** A test that shows statements, by the comment `// conforms: ID, ID` before it, or a scenario that has one. */
export type Shown = { readonly ids: readonly string[]; readonly file: string; readonly title: string };

/** All annotations of a test file; the title is the first text after the comment. */
export function annotationsOf(file: string, text: string): readonly Shown[] {
  const found: Shown[] = [];
  if (file.endsWith(".scenario")) return annotationsOfScenario(file, text);
  for (const match of text.matchAll(/^[ \t]*\/\/ conforms: (.+)$/gmu)) {
    const ids = (match[1] ?? "").split(",").map((each) => each.trim());
    const rest = text.slice(match.index + match[0].length);
    const call = /^\s*(?:it|describe)\b[^"'`]*?(["'`])((?:(?!\1)[^\\\n]|\\.)+)\1/u.exec(rest);
    const group = /\b(?:it|describe)\.each\(/u.test(rest.slice(0, 40))
      ? groupBefore(text, match.index)
      : undefined;
    found.push({ ids, file, title: group ?? call?.[2] ?? "" });
  }
  return found;
}

/** A scenario has its title in its first line. */
function annotationsOfScenario(file: string, text: string): readonly Shown[] {
  const named = /^# conforms: (.+)$/mu.exec(text)?.[1];
  if (named === undefined) return [];
  const title = /^#\s*(.+)$/mu.exec(text)?.[1] ?? "";
  return [{ ids: named.split(",").map((each) => each.trim()), file, title }];
}

/** What is wrong with statements and annotations, one sentence each. */
export function conformanceFaults(
  statements: readonly Statement[],
  shown: readonly Shown[],
): readonly string[] {
  const ids = new Set(statements.map(({ id }) => id));
  const reasoned = statements.filter(({ verdict }) => verdict === "better" || verdict === "refused");
  return [
    ...statements
      .filter(({ id }, at) => statements.findIndex((each) => each.id === id) !== at)
      .map(({ id }) => `the statement ${id} stands there twice`),
    ...reasoned
      .filter(({ why = "" }) => why === "")
      .map(({ id }) => `${id} is not the same without a reason`),
    ...shown.flatMap(({ ids: named, file }) =>
      named.filter((id) => !ids.has(id)).map((id) => `${file} names the unknown statement ${id}`),
    ),
    ...shown
      .filter(({ title }) => title === "")
      .map(({ file }) => `an annotation in ${file} stands before no test`),
  ];
}

/** The page, one row for each statement, and how many of them no test shows. */
export function conformancePage(
  statements: readonly Statement[],
  shown: readonly Shown[],
): { readonly text: string; readonly open: number } {
  const rows = statements.map((each) => ({ each, tests: shown.filter(({ ids }) => ids.includes(each.id)) }));
  const isOpen = ({ each, tests }: (typeof rows)[number]): boolean =>
    each.verdict === "open" || tests.length === 0;
  const open = rows.filter(isOpen).length;
  const areas = [...new Set(statements.map(({ area }) => area))];
  const parts = areas.map((area) => {
    const lines = rows
      .filter(({ each }) => each.area === area)
      .map((row) => rowText(row.each, row.tests, isOpen(row)));
    return `## ${area}\n\n| Statement | Says | We | Shown by |\n| --- | --- | --- | --- |\n${lines.join("\n")}\n`;
  });
  const head = `${HEAD}${statements.length} statements, ${statements.length - open} shown by a test, ${open} open.\n`;
  return { text: `${head}\n${parts.join("\n")}`, open };
}

const PAGE = "docs/spec/conformance.md";
const LIST = "docs/spec/conformance.json";
const HEAD = `# Conformance

What compatible programs and people who come from the predecessor expect, statement by statement: whether
Breakwater does the same, does better, or refuses and why. A row is shown by the tests that carry its name in
a \`// conforms:\` comment; \`open\` means that no test does so yet, whatever the product does. This page is
written by \`npm run docs:conformance\` from \`conformance.json\` and the tests; \`npm run check\` fails where it
is stale.

`;

function rowText(statement: Statement, tests: readonly Shown[], open: boolean): string {
  const { id, mark, says, verdict, why } = statement;
  const we = open ? "open" : why === undefined ? verdict : `${verdict}: ${why}`;
  const where = tests.map(({ file, title }) => `${cell(title)} (\`${file}\`)`).join("<br>");
  return `| \`${id}\` ${mark} | ${cell(says)} | ${cell(we)} | ${where === "" ? "-" : where} |`;
}

const cell = (text: string): string =>
  text
    .replaceAll("\\", "")
    .replaceAll("|", "\\|")
    .replace(/[<>*_[\]]/gu, "\\$&");

function groupBefore(text: string, at: number): string | undefined {
  return [...text.slice(0, at).matchAll(/describe\(\s*(["'`])(.+?)\1/gu)].at(-1)?.[2];
}

function run(check: boolean): number {
  const statements: readonly Statement[] = JSON.parse(readFileSync(LIST, "utf8"));
  const files = ["packages", "scripts/plugin"]
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
    )
    .filter((file) => !file.includes("node_modules") && /\.(?:test\.ts|scenario)$/u.test(file))
    .toSorted();
  const shown = files.flatMap((file) => annotationsOf(file, readFileSync(file, "utf8")));
  const faults = conformanceFaults(statements, shown);
  const page = conformancePage(statements, shown);
  for (const fault of faults) stderr.write(`conformance: ${fault}\n`);
  if (faults.length > 0) return 1;
  if (!check) writeFileSync(PAGE, page.text);
  const stale = readFileSync(PAGE, "utf8") !== page.text;
  if (stale) stderr.write(`conformance: ${PAGE} is stale; run: npm run docs:conformance\n`);
  stdout.write(`conformance: ${statements.length} statements, ${page.open} open\n`);
  return stale ? 1 : 0;
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href) exit(run(argv.includes("--check")));
