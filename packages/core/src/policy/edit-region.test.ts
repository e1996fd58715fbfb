import { describe, expect, it } from "vitest";
import { regionLines, regionsOf } from "./edit-region.ts";

const TYPESCRIPT = `import x from "x";

export class Store {
  #size = 0;

  get(key: string): string {
    if (key) {
      return key;
    }
    return "";
  }
}

export const double = (n: number): number => {
  return n * 2;
};
`;
const PYTHON = `class Store:
    def get(self, key):
        if key:
            return key

    async def put(self, key):
        pass


def main():
    run()
`;
const GO = `func (s *Store) Get(key string) string {
	return key
}

type Store struct {
	size int
}
`;
const C = `static int get(char *key) {
  for (int i = 0; i < 3; i++) {
    key++;
  }
  return 0;
}
`;

const shown = (text: string, before?: string): readonly string[] =>
  regionsOf({ file: "f", after: text, ...(before === undefined ? {} : { before }) }).map(
    ({ symbol, from, to }) => `${symbol ?? "-"} ${from}-${to}`,
  );

describe("regions of a file", () => {
  it.each([
    ["TypeScript", TYPESCRIPT, ["Store 3-12", "get 6-11", "double 14-16"]],
    ["Python", PYTHON, ["Store 1-7", "get 2-4", "put 6-7", "main 10-11"]],
    ["Go", GO, ["Get 1-3", "Store 5-7"]],
    ["C", C, ["get 1-6"]],
    ["Ruby", "module A\n  def self.go\n    1\n  end\nend\n", ["A 1-5", "go 2-4"]],
    ["Rust", "pub(crate) fn go() {\n    1\n}\n", ["go 1-3"]],
    ["prose", "Nothing is declared here (at all).\n", []],
  ])("are what %s declares, by name and lines", (_language, text, regions) => {
    expect(shown(text)).toEqual(regions);
  });

  it("are only the innermost around what an attempt edited, or the lines themselves", () => {
    expect(shown(TYPESCRIPT, TYPESCRIPT.replace("return key;", "return null;"))).toEqual(["get 6-11"]);
    expect(shown("a: 1\nb: 2\nc: 3\nd: 4\n", "a: 1\nb: 1\nc: 1\nd: 4\n")).toEqual(["- 2-3"]);
  });

  it("take long lines and many declarations in a moment, and become one line for each file", () => {
    const many = Array.from({ length: 3_000 }, (_, n) => `def f${n}(a, b):\n    ${"x ".repeat(2_000)}`);
    expect(regionsOf({ file: "f", after: many.join("\n") })).toHaveLength(12);
    expect(regionLines(regionsOf({ file: "src/a.py", after: PYTHON }).slice(0, 2))).toEqual([
      "Look at these lines of src/a.py as the attempt left it: lines 1-7 (Store), lines 2-4 (get).",
    ]);
  });
});
