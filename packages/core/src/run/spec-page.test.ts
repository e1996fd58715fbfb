import { readFileSync } from "node:fs";
import { parseSync } from "oxc-parser";
import { describe, expect, it } from "vitest";

const facts = variantsOf("fact.ts", "type");
const page = (name: string): string =>
  readFileSync(new URL(`../../../../docs/spec/${name}`, import.meta.url), "utf8");

describe("docs/spec/facts.md", () => {
  const rows = rowsOf(page("facts.md"));

  it("lists every fact, each once, with its fields", () => {
    const listed = rows.map(([name = "", fields = ""]) => `${name}: ${fields}`);
    expect(listed.toSorted()).toEqual(
      facts.map(({ name, fields }) => `${name}: ${fields.join(", ")}`).toSorted(),
    );
  });

  it("says of each what happened", () => {
    expect(rows.filter(([, , says = ""]) => says.length < 10)).toEqual([]);
  });
});

describe("docs/spec/shell.md", () => {
  const text = page("shell.md");

  it("has a row for every command", () => {
    const source = readFileSync(new URL("command.ts", import.meta.url), "utf8");
    const commands = [...source.matchAll(/Ordered<"([a-z-]+)">/g)].map((match) => match[1] ?? "");
    expect(commands.length).toBe(16);
    expect(rowsOf(text).map(([name]) => name)).toEqual(commands);
  });

  it("names only facts that there are", () => {
    const known = new Set(facts.map(({ name }) => name));
    const named = [...text.matchAll(/`([a-z]+\.[a-z-]+)`/g)].map((match) => match[1] ?? "");
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it("numbers its duties without a gap", () => {
    const numbers = [...text.matchAll(/^(\d+)\. \*\*/gm)].map((match) => Number(match[1]));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(numbers.length).toBe(14);
  });
});

/** The cells of every table row that begins with a name in code. */
function rowsOf(text: string): readonly (readonly string[])[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
}

/** The members of the unions in a file that are told apart by a literal, with their other fields. */
function variantsOf(
  file: string,
  key: string,
): readonly { readonly name: string; readonly fields: readonly string[] }[] {
  const url = new URL(file, import.meta.url);
  const found: { name: string; fields: string[] }[] = [];
  visit(parseSync(url.pathname, readFileSync(url, "utf8")).program, (node) => {
    if (node["type"] !== "TSTypeLiteral" || !Array.isArray(node["members"])) return;
    const members = node["members"].filter((each) => isNode(each));
    const texts = members.map((each) => ({ name: fieldName(each), literal: literalOf(each) }));
    const own = texts.find((each) => each.name === key)?.literal;
    if (own !== undefined)
      found.push({ name: own, fields: texts.map(({ name }) => name).filter((name) => name !== key) });
  });
  return found;
}

type Node = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) for (const each of value) visit(each, see);
  if (!isNode(value)) return;
  see(value);
  for (const each of Object.values(value)) visit(each, see);
}

function fieldName(member: Node): string {
  const name = isNode(member["key"]) ? String(member["key"]["name"]) : "";
  return member["optional"] === true ? `${name}?` : name;
}

function literalOf(member: Node): string | undefined {
  const annotation = isNode(member["typeAnnotation"])
    ? member["typeAnnotation"]["typeAnnotation"]
    : undefined;
  const literal = isNode(annotation) ? annotation["literal"] : undefined;
  const value = isNode(literal) ? literal["value"] : undefined;
  return typeof value === "string" ? value : undefined;
}
