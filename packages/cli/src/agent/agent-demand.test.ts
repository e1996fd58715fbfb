import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createScratchRepository } from "@breakwater/testkit";
import { afterEach, describe, expect, it, vi } from "vitest";
import { runCaptured } from "../captured-run.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const plan = (budget: string, agent: string): string => `---
breakwater: 1
title: One thing
session: feature
budget: { ${budget} }
agents: { default: ${agent} }
wall: preferred
---

## Wave 1: Impl-Core

### T1 First
- role: impl-core
- scope: \`src/a.js\`
- verify: \`node --check src/a.js\`
- done when: the file exports a function
`;

const project = (text: string): Readonly<Record<string, string>> => ({
  "src/a.js": "1\n",
  "CLAUDE.md":
    "## Session Config\n\n- test-command: npm test\n- typecheck-command: skip\n- lint-command: skip\n",
  ".orchestrator/bootstrap.lock":
    "version: 1\ntier: fast\ntimestamp: 2026-01-01T00:00:00.000Z\nsource: claude-init\n",
  "plan.md": text,
});

/** Clients that answer to --version and note whatever else they are asked. */
const CLIENTS = { codex: "0.169.0", "cursor-agent": "2026.1.1" };

describe("a plan that demands what its agent lacks", () => {
  it.each([
    ["codex", "usd: 5", '"cost", which the plan demands: a budget in usd'],
    ["cursor", "tokens: 1000", '"usage", which the plan demands: a budget in tokens'],
  ])("is refused for %s (%s) before anything is started", async (agent, budget, words) => {
    const { root, home, dispose } = createScratchRepository(project(plan(budget, agent)));
    const asked = join(home, "asked");
    writeFileSync(asked, "");
    for (const [name, version] of Object.entries(CLIENTS)) {
      const script = `#!/bin/sh\necho "$*" >> '${asked}'\necho ${version}\n`;
      writeFileSync(join(home, name), script, { mode: 0o755 });
    }
    vi.stubEnv("PATH", `${home}:${process.env["PATH"] ?? ""}`);
    const run = await runCaptured(["go", "plan.md", "--yes"], { cwd: root });
    expect(run.stderr).toContain("BW751");
    expect(run.stderr.replaceAll(/\s+/gu, " ")).toContain(words);
    expect(run.code).not.toBe(0);
    expect(new Set(readFileSync(asked, "utf8").trim().split("\n"))).toEqual(new Set(["--version"]));
    const sessions = join(root, ".orchestrator", "sessions");
    expect(existsSync(sessions) ? readdirSync(sessions) : []).toEqual([]);
    dispose();
  });
});
