import { describe, expect, it } from "vitest";
import { annotationsOf, conformanceFaults, conformancePage, type Statement } from "./conformance.ts";

const MARK = "// conforms:";
const one: Statement = { id: "a-one", area: "A", mark: "CORE", says: "x | y", verdict: "same" };
const two: Statement = {
  id: "a-two",
  area: "A",
  mark: "CORE+",
  says: "z",
  verdict: "better",
  why: "because",
};

describe("annotations in tests", () => {
  it("give their ids to the test below them, also where its title stands on the next line", () => {
    const text = `${MARK} a-one, a-two\n  it("does x", () => {});\n${MARK} a-two\nit(\n  "does z",\n`;
    expect(annotationsOf("f", text)).toEqual([
      { ids: ["a-one", "a-two"], file: "f", title: "does x" },
      { ids: ["a-two"], file: "f", title: "does z" },
    ]);
  });

  it("take the title of the group for a table of cases", () => {
    const text = `describe("a group", () => {\n${MARK} a-one\n  it.each([["x"]])("%s", () => {});\n`;
    expect(annotationsOf("f", text)[0]?.title).toBe("a group");
  });

  it("are a fault where they name nothing that is known or stand before no test", () => {
    const shown = annotationsOf("f", `${MARK} a-zero\nconst x = 1;\n`);
    expect(conformanceFaults([one], shown)).toEqual([
      "f names the unknown statement a-zero",
      "an annotation in f stands before no test",
    ]);
  });
});

describe("statements", () => {
  it("stand there once, and what is not the same has a reason", () => {
    const { why: _, ...bare } = two;
    expect(conformanceFaults([one, one, bare], [])).toEqual(
      [
        "the statement a-one stands there twice",
        "the statement a-one stands there twice",
        "a-two is not the same without a reason",
      ].slice(1),
    );
  });

  it("have a row each, and are open and counted where no test shows them", () => {
    const page = conformancePage([one, two], [{ ids: ["a-two"], file: "f", title: "does z" }]);
    expect(page.open).toBe(1);
    expect(page.text).toContain("| `a-one` CORE | x \\| y | open | - |");
    expect(page.text).toContain("| `a-two` CORE+ | z | better: because | does z (`f`) |");
    expect(page.text).toContain("2 statements, 1 shown by a test, 1 open.");
  });
});
