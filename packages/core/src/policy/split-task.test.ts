import { describe, expect, it } from "vitest";
import { sampleTask } from "../projection/sample-session.ts";
import { splitTask } from "./split-task.ts";
import { foldersOf } from "./work-folder.ts";

const folders = (...paths: readonly string[]) => paths.map((path) => ({ path, files: 1 }));
const question = { taken: new Set(["T1", "T1P1"]), cap: 6 };

const split = (
  globs: readonly string[],
  paths: readonly string[],
  cap = 6,
): readonly string[] | undefined => {
  const task = sampleTask("T1", { scope: { kind: "write", globs }, verify: ["check"] });
  const found = splitTask(task, { ...question, folders: folders(...paths), cap });
  return found === undefined
    ? undefined
    : [
        found.globs.join(" "),
        ...found.parts.map(({ id, scope, after, verify }) =>
          [id, ...(scope.kind === "write" ? scope.globs : []), "after", ...(after ?? []), ...verify].join(
            " ",
          ),
        ),
      ];
};

describe("a task is split by directory", () => {
  it.each<[string, readonly string[], readonly string[], readonly string[] | undefined]>([
    ["two folders", ["src/**"], ["src/a", "src/b"], ["src/a/**", "T1P2 src/** after T1 check"]],
    [
      "three folders",
      ["src/**"],
      ["src/a", "src/b", "src/c"],
      ["src/a/**", "T1P2 src/b/** after T1", "T1P3 src/** after T1 T1P2 check"],
    ],
    [
      "a scope of several entries",
      ["src/a/**", "src/b/x.ts", "docs/**/*.md"],
      ["docs", "src"],
      ["docs/**/*.md", "T1P2 src/a/** src/b/x.ts docs/**/*.md after T1 check"],
    ],
    ["an entry with an ending", ["**/*.ts"], ["a", "b"], ["a/**/*.ts", "T1P2 **/*.ts after T1 check"]],
    ["one folder", ["src/**"], ["src/a"], undefined],
    ["an entry that cannot be narrowed", ["src/*/x.ts"], ["src/a", "src/b"], undefined],
  ])("with %s", (_name, globs, paths, pieces) => {
    expect(split(globs, paths)).toEqual(pieces);
  });

  it("into four pieces at most, and no more than may work at once", () => {
    const many = ["a", "b", "c", "d", "e", "f", "g"];
    expect(split(["**"], many)?.map((line) => line.split(" after")[0])).toEqual([
      "a/** b/**",
      "T1P2 c/** d/**",
      "T1P3 e/** f/**",
      "T1P4 **",
    ]);
    expect(split(["**"], many, 2)).toHaveLength(2);
    expect(split(["**"], many, 1)).toBeUndefined();
  });
});

describe("the folders in which paths part", () => {
  it.each<[readonly string[], readonly string[]]>([
    [
      ["src/a/x", "src/b/y", "src/z"],
      ["src/a", "src/b"],
    ],
    [["README.md", "src/a/x", "src/a/y/z"], []],
    [
      ["README.md", "src/a/x", "src/b/y/z"],
      ["src/a", "src/b"],
    ],
    [
      ["docs/a", "src/b"],
      ["docs", "src"],
    ],
    [["a", "b"], []],
    [[], []],
  ])("of %j are %j", (paths, found) => {
    expect(foldersOf(paths).map((each) => each.path)).toEqual(found);
  });
});
