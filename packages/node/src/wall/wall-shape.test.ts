import { describe, expect, it } from "vitest";
import { liesIn, outermost, wallShape } from "./wall-shape.ts";

const write = (...globs: readonly string[]) => wallShape({ kind: "write", globs });

describe("the shape of a scope", () => {
  it("is exact where every entry is everything below a folder", () => {
    expect(write("src/api/**", "docs/")).toEqual({ folders: ["docs", "src/api"], exact: true });
    expect(write("**")).toEqual({ folders: [""], exact: true });
  });

  it("is the literal folder around anything finer, and says that this is not exact", () => {
    expect(write("src/*.ts")).toEqual({ folders: ["src"], exact: false });
    expect(write("src/api/a.ts")).toEqual({ folders: ["src/api"], exact: false });
    expect(write("src/*.ts", "CHANGELOG.md")).toEqual({ folders: [""], exact: false });
    expect(write("**/*.md")).toEqual({ folders: [""], exact: false });
  });

  it("names only the outermost of nested folders, and takes names literally", () => {
    expect(write("src/**", "src/api/**").folders).toEqual(["src"]);
    expect(write("src/**", "src2/**").folders).toEqual(["src", "src2"]);
  });

  it("is nothing for a task that only reads and for a scope that cannot be read", () => {
    const nothing = { folders: [], exact: true };
    expect(wallShape({ kind: "read-only" })).toEqual(nothing);
    expect(write()).toEqual(nothing);
    expect(write("src/**", "../x")).toEqual(nothing);
  });

  it("knows that a name is no prefix of a longer name", () => {
    expect(liesIn("/a/bc", "/a/b")).toBe(false);
    expect(liesIn("/a/b/c", "/a/b")).toBe(true);
    expect(liesIn("/a", "/")).toBe(true);
    expect(outermost(["/a/b", "/a", "/ab"])).toEqual(["/a", "/ab"]);
  });
});
