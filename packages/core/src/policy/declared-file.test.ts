import { describe, expect, it } from "vitest";
import { declaredFiles } from "./declared-file.ts";

describe("the files that a task declares", () => {
  it("are its products that are one path", () => {
    const produces = ["`src/a.ts`", "./docs/b.md", "src/lib/Makefile", "README.md", "x.d.ts"];
    expect(declaredFiles({ produces })).toEqual([
      "src/a.ts",
      "docs/b.md",
      "src/lib/Makefile",
      "README.md",
      "x.d.ts",
    ]);
  });

  it("are no sentences, patterns, addresses or paths outside", () => {
    const produces = [
      "a limiter in src/a.ts",
      "src/**",
      "src/",
      "https://x.dev/a",
      "../a.ts",
      "/etc/a",
      "limiter",
      "",
    ];
    expect(declaredFiles({ produces })).toEqual([]);
  });
});
