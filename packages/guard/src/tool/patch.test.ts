import { describe, expect, it } from "vitest";
import { readPatch } from "./patch.ts";

const paths = (text: string, strip?: number): readonly string[] | undefined =>
  readPatch(text, strip)?.map((file) => file.path);

describe("an apply_patch envelope", () => {
  it("names files that are added, updated, deleted and moved", () => {
    const text = [
      "*** Begin Patch",
      "*** Add File: a",
      "+x",
      "*** Update File: b",
      "*** Move to: c",
      "@@",
      "-x",
      "+y",
      "*** Delete File: d",
      "*** End Patch",
    ].join("\n");
    expect(paths(text)).toEqual(["a", "b", "c", "d"]);
  });

  it("takes marker text in an added or removed line as content", () => {
    expect(paths("*** Begin Patch\n*** Add File: a\n+*** Delete File: z\n*** End Patch")).toEqual(["a"]);
  });

  it("takes marker text in the lines of a hunk as content, and only there", () => {
    const hunk = "@@\n *** Add File: y\n-a\n+*** Delete File: z\n";
    expect(paths(`*** Begin Patch\n*** Update File: a\n${hunk}*** End Patch`)).toEqual(["a"]);
    expect(paths(`*** Begin Patch\n*** Add File: a\n${hunk}*** End Patch`)).toEqual(["a", "y"]);
  });

  it.each(["  *** Update File: z", "***  update file:  z ", "*** Update File:z"])(
    "reads the sloppy marker %j",
    (line) => {
      expect(paths(`*** Begin Patch\n*** Add File: a\n+x\n${line}\n*** End Patch`)).toEqual(["a", "z"]);
    },
  );

  it.each([
    "garbage",
    "",
    "*** Begin Patch\n*** End Patch",
    "*** Begin Patch\n*** Frob File: x\n*** End Patch",
    "*** Begin Patch\n*** Add File: \n*** End Patch",
  ])("cannot read %j", (text) => {
    expect(readPatch(text)).toBeUndefined();
  });
});

describe("a unified diff", () => {
  it("names both sides, renames and copies", () => {
    const text = "diff --git a/x b/y\nrename from x\nrename to y\n--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n";
    expect(new Set(paths(text))).toEqual(new Set(["x", "y"]));
  });

  it("counts the lines of a hunk, so that content cannot pose as a header nor hide one", () => {
    const text =
      "--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n--- a/fake\n+++ b/fake\n--- a/real\n+++ b/real\n@@ -1 +1 @@\n-a\n+b\n";
    expect(new Set(paths(text))).toEqual(new Set(["x", "real"]));
  });

  it("strips what -p says, and leaves absolute paths alone", () => {
    expect(paths("--- x/y/z\n+++ x/y/z\n", 2)).toEqual(["z", "z"]);
    expect(paths("--- /etc/p\n+++ /etc/p\n")).toEqual(["/etc/p", "/etc/p"]);
  });

  it("reports links and submodules", () => {
    expect(
      readPatch("diff --git a/l b/l\nnew file mode 120000\n")?.some((file) => file.action === "link"),
    ).toBe(true);
  });
});
