import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeHomes } from "./make-folder.ts";

it("makes the folders of a first-time user for that user alone, and no folder in the place of a file", () => {
  const home = mkdtempSync(join(tmpdir(), "homes-"));
  makeHomes([join(home, ".codex"), join(home, "a/deep/one"), join(home, ".claude.json"), "/dev/null/x"]);
  expect(readdirSync(home).toSorted()).toEqual([".codex", "a"]);
  expect(statSync(join(home, ".codex")).mode & 0o777).toBe(0o700);
  rmSync(home, { recursive: true });
});
