import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createScratchRepository } from "@breakwater/testkit";
import { afterEach, describe, expect, it, vi } from "vitest";
import { runCaptured } from "../../captured-run.ts";

const plan = `---
breakwater: 1
title: One thing
session: feature
budget: { minutes: 30 }
agents: { default: scripted }
wall: preferred
---

## Wave 1: Impl-Core

### T1 First
- role: impl-core
- scope: \`src/a.js\`
- verify: \`node --check src/a.js\`
- done when: the file exports a function
`;

const made = {
  "src/a.js": "1\n",
  "CLAUDE.md":
    "## Session Config\n\n- test-command: npm test\n- typecheck-command: skip\n- lint-command: skip\n",
  ".orchestrator/bootstrap.lock":
    "version: 1\ntier: fast\ntimestamp: 2026-01-01T00:00:00.000Z\nsource: claude-init\n",
  "plan.md": plan,
};

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Counts the starts of git by standing before it on the path. */
function countGit(folder: string): () => readonly string[] {
  const log = join(folder, "git.log");
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(log, "");
  const real = process.env["PATH"] ?? "";
  writeFileSync(
    join(bin, "git"),
    `#!/bin/sh\nprintf '%s\\n' "$*" >> '${log}'\nPATH='${real}' exec git "$@"\n`,
  );
  chmodSync(join(bin, "git"), 0o755);
  vi.stubEnv("PATH", `${bin}:${real}`);
  return () =>
    readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line !== "");
}

describe("What go does before anybody is asked", () => {
  it("starts git five times, in two rounds, and reads nothing twice", async () => {
    const repository = createScratchRepository(made);
    const started = countGit(repository.home);
    const run = await runCaptured(["go", "plan.md"], { cwd: repository.root });
    expect(run).toMatchObject({ code: 7, stderr: expect.stringContaining("BW777") });
    const verbs = started().map((line) => line.split(" ")[0] ?? "");
    expect(verbs.slice(0, 3).toSorted()).toEqual(["--version", "config", "rev-parse"]);
    expect(verbs.slice(3).toSorted()).toEqual(["ls-tree", "status"]);
    repository.dispose();
  });

  // conforms: start-valid
  it("refuses a plan that was made for another base, by what HEAD holds", async () => {
    const repository = createScratchRepository({
      ...made,
      "plan.md": plan.replace("session:", "base: elsewhere\nsession:"),
    });
    const { root, git, write, commit } = repository;
    expect(await runCaptured(["go", "plan.md"], { cwd: root })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("which is not in this repository"),
    });
    git("branch", "elsewhere");
    expect((await runCaptured(["go", "plan.md"], { cwd: root })).code).toBe(7);
    git("checkout", "-q", "elsewhere");
    write({ "src/b.js": "2\n" });
    commit("More");
    git("checkout", "-q", "-");
    expect(await runCaptured(["go", "plan.md"], { cwd: root })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("which HEAD does not hold"),
    });
    repository.dispose();
  });

  it("notes where a focus asks for what the plan does not", async () => {
    const repository = createScratchRepository(made);
    const run = await runCaptured(["go", "plan.md", "--focus", "mostly src/z.js"], { cwd: repository.root });
    expect(run.stderr).toContain("focus: no task may write src/z.js; the plan holds\n");
    repository.dispose();
  });
});
