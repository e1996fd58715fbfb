import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeFixture } from "./fixture.ts";

const script = fileURLToPath(new URL("../../../guard/corpus/fixture.sh", import.meta.url));
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fixture-test-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every entry outside of git's own folder, with its content. */
function listing(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => !/(?:^|\/)\.git(?:\/|$)|^wt-link/.test(path))
    .map((path) => {
      const entry = join(root, path);
      return statSync(entry).isDirectory() ? `${path}/` : `${path}: ${readFileSync(entry, "utf8")}`;
    })
    .toSorted();
}

test("the repository of the cases is laid out as the corpus's own script makes it", async () => {
  const byScript = join(folder, "script");
  const ended = spawnSync("bash", [script, byScript], { cwd: folder, encoding: "utf8" });
  expect(ended.status).toBe(0);
  const made = await makeFixture(join(folder, "made"));
  expect(made.ok && listing(join(made.value.main, ".."))).toEqual(listing(byScript));
});

test("the workspace is a linked worktree that git finds clean", async () => {
  const made = await makeFixture(join(folder, "clean"));
  const cwd = made.ok ? made.value.worktree : "";
  const ended = spawnSync("git", ["status", "--porcelain", "--branch"], { cwd, encoding: "utf8" });
  expect(ended.stdout).toBe("## agent1\n");
});
