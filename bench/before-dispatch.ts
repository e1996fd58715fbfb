import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

/**
 * What `go` takes before anybody is asked (settings, gate, plan, checks) in a repository of 10,000 files, against
 * `node -e 0` and `git status` of the same run. Prints medians and their ratio; needs `npm run build` before.
 */
const program = join(import.meta.dirname, "../packages/cli/bin/breakwater.cjs");
const rounds = Number(process.argv[2] ?? 9);
const root = mkdtempSync(join(tmpdir(), "breakwater-bench-"));

function run(command: string, ...args: readonly string[]): number {
  const from = performance.now();
  spawnSync(command, args, { cwd: root, stdio: "ignore" });
  return performance.now() - from;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

function prepare(): void {
  for (let folder = 0; folder < 100; folder += 1) {
    mkdirSync(join(root, `src/m${folder}`), { recursive: true });
    for (let file = 0; file < 100; file += 1) writeFileSync(join(root, `src/m${folder}/f${file}.js`), "1\n");
  }
  mkdirSync(join(root, ".orchestrator"));
  writeFileSync(
    join(root, ".orchestrator/bootstrap.lock"),
    "version: 1\ntier: fast\ntimestamp: 2026-01-01T00:00:00.000Z\nsource: claude-init\n",
  );
  writeFileSync(
    join(root, "CLAUDE.md"),
    "## Session Config\n\n- test-command: npm test\n- typecheck-command: skip\n- lint-command: skip\n",
  );
  writeFileSync(
    join(root, "plan.md"),
    "---\nbreakwater: 1\ntitle: T\nsession: feature\nagents: { default: scripted }\nwall: preferred\n---\n\n## Wave 1: Impl-Core\n\n### T1 First\n- role: impl-core\n- scope: `src/m0/**`\n- verify: `node --check src/m0/f0.js`\n- done when: the file exports a function\n",
  );
  run("git", "init", "-q", "-b", "main");
  run("git", "config", "user.name", "Bench");
  run("git", "config", "user.email", "bench@example.invalid");
  run("git", "add", "-A");
  run("git", "commit", "-q", "-m", "Files");
}

try {
  prepare();
  const times = { go: [] as number[], node: [] as number[], status: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.go.push(run(process.execPath, program, "go", "plan.md"));
    times.node.push(run(process.execPath, "-e", "0"));
    times.status.push(run("git", "status"));
  }
  const baseline = median(times.node) + median(times.status);
  const ratio = median(times.go) / baseline;
  process.stdout.write(
    `go before the question ${median(times.go).toFixed(0)} ms, node -e 0 + git status ${baseline.toFixed(0)} ms, ratio ${ratio.toFixed(2)} (wanted 2 at most)\n`,
  );
} finally {
  rmSync(root, { recursive: true, force: true });
}
