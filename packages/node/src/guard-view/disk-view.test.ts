import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { diskView } from "./disk-view.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "disk-view-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("each kind of entry is told apart without following it", () => {
  writeFileSync(join(folder, "file"), "x");
  mkdirSync(join(folder, "folder"));
  symlinkSync("file", join(folder, "link"));
  symlinkSync("nowhere", join(folder, "dangling"));
  const kinds = ["file", "folder", "link", "dangling", "nothing"].map((name) =>
    diskView.kind(join(folder, name)),
  );
  expect(kinds).toEqual(["file", "directory", "link", "link", "missing"]);
  expect(diskView.kind("/dev/null")).toBe("other");
});

test("a path that cannot exist is blocked or missing and never throws", () => {
  writeFileSync(join(folder, "file"), "x");
  expect(["missing", "blocked"]).toContain(diskView.kind(join(folder, "file", "below")));
  expect(diskView.kind(join(folder, "n".repeat(300)))).toBe("blocked");
  expect(diskView.kind(`${folder}/a\0b`)).toBe("blocked");
});

test("a link tells its target as stored, and another entry tells none", () => {
  symlinkSync("../somewhere/../else", join(folder, "link"));
  writeFileSync(join(folder, "file"), "x");
  expect(diskView.linkTarget(join(folder, "link"))).toBe("../somewhere/../else");
  expect(diskView.linkTarget(join(folder, "file"))).toBeUndefined();
});

test("a second name of a file is counted", () => {
  writeFileSync(join(folder, "file"), "x");
  expect(diskView.linkCount(join(folder, "file"))).toBe(1);
  linkSync(join(folder, "file"), join(folder, "other"));
  expect(diskView.linkCount(join(folder, "file"))).toBe(2);
  expect(diskView.linkCount(join(folder, "nothing"))).toBe(1);
});
