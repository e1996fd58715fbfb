import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleAttemptEntry, createScratchRepository } from "@breakwater/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCaptured } from "../../captured-run.ts";

const entry = process.argv[1] ?? "";

beforeAll(async () => {
  // The host of an attempt is this very program once more; here that is the bundle of the attempt's part.
  process.argv[1] = (await bundleAttemptEntry()).args[0] ?? "";
});
afterAll(() => {
  process.argv[1] = entry;
});

const plan = `---
breakwater: 1
title: One thing
session: feature
budget: { minutes: 30 }
agents: { default: scripted }
wall: "off"
---

## Wave 1: Impl-Core

### T1 Write a
- role: impl-core
- scope: \`src/a.js\`
- verify: \`node --check src/a.js\`
- done when: the file is a program
`;

// conforms: config-persistence, pencil
it("without persistence go leaves no state, journal, record or report; a design is answered once", async () => {
  const scratch = createScratchRepository({
    "src/a.js": "1\n",
    "CLAUDE.md":
      '## Session Config\n\n- test-command: node -e ""\n- typecheck-command: skip\n- lint-command: skip\n- persistence: false\n- pencil: ui.pen\n',
    ".orchestrator/bootstrap.lock":
      "version: 1\ntier: fast\ntimestamp: 2026-01-01T00:00:00.000Z\nsource: claude-init\n",
    "plan.md": plan,
  });
  const scripts = join(scratch.home, "scripts");
  mkdirSync(scripts);
  const steps = [
    { write: "src/a.js", content: "2;\n" },
    { report: "done", summary: "done" },
  ];
  writeFileSync(join(scripts, "T1.json"), JSON.stringify(steps));
  const run = await runCaptured(["go", "plan.md", "--yes", "--unattended", "--scripts", scripts], {
    cwd: scratch.root,
    env: { XDG_STATE_HOME: join(scratch.home, "state") },
  });
  expect(run.stderr.match(/pencil: a review against ui\.pen is not supported yet/gu)).toHaveLength(1);
  expect(run.stderr).toContain("persistence is off: this session cannot be resumed");
  expect(run.code).toBe(0);
  const left = readdirSync(join(scratch.root, ".orchestrator"), { recursive: true, encoding: "utf8" });
  expect(left.filter((name) => /STATE|wave-scope|journal|report|metrics/.test(name))).toEqual([]);
  scratch.dispose();
}, 120_000);
