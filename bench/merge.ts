/**
 * What merging one result costs, as a ratio to `git merge --no-ff` in a worktree of the same repository:
 * building and auditing the candidate are apart, since the baseline audits nothing. Run it with
 * `npx tsx bench/merge.ts [files] [rounds]`. Ratios count, milliseconds do not.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attemptId, commitId, sessionId, taskId } from "../packages/core/src/index.ts";
import type { CommitId } from "../packages/core/src/index.ts";
import {
  advanceIntegration,
  auditCandidate,
  buildCandidate,
  forecastConflicts,
  openSessionRefs,
  snapshotResult,
} from "../packages/node/src/index.ts";

const FILES = Number(process.argv[2] ?? 10_000);
const ROUNDS = Number(process.argv[3] ?? 8);
const home = mkdtempSync(join(tmpdir(), "breakwater-bench-"));
const root = join(home, "project");
const session = sessionId("bench");

function git(cwd: string, ...args: readonly string[]): string {
  const env = { PATH: process.env["PATH"] ?? "", HOME: home, GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" };
  return execFileSync("git", ["-c", "user.name=b", "-c", "user.email=b@b", ...args], {
    cwd,
    encoding: "utf8",
    env,
  }).trim();
}

function makeRepository(): void {
  mkdirSync(root);
  git(root, "init", "-q", "-b", "main");
  for (let n = 0; n < FILES; n += 1) {
    const folder = join(root, `d${n % 100}`);
    if (n < 100) mkdirSync(folder);
    writeFileSync(join(folder, `f${n}.txt`), `file ${n}\n${"some text\n".repeat(150)}`);
  }
  git(root, "add", "-A");
  git(root, "commit", "-qm", "base");
}

/** The result of one agent: nine files changed, none that another agent touches. */
function editWorkspace(path: string, round: number): void {
  for (let n = 0; n < 9; n += 1) writeFileSync(join(path, `d${n}`, `r${round}-${n}.txt`), `round ${round}\n`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function timed(work: () => unknown): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

function must<Value>(
  result: { ok: true; value: Value } | { ok: false; failure: { message: string } },
): Value {
  if (!result.ok) throw new Error(`Running the benchmark: ${result.failure.message}`);
  return result.value;
}

async function main(): Promise<void> {
  makeRepository();
  const base = commitId(git(root, "rev-parse", "HEAD"));
  const workspace = join(home, "workspace");
  const mergeTree = join(home, "merge");
  git(root, "worktree", "add", "-q", "--detach", workspace, base);
  git(root, "worktree", "add", "-q", "--detach", mergeTree, base);
  git(workspace, "update-index", "-q", "--refresh");
  git(mergeTree, "update-index", "-q", "--refresh");
  const gitDir = join(root, ".git");
  const context = { gitDir, commonDir: gitDir, workTree: root, cwd: root };
  const place = { path: workspace, gitDir: git(workspace, "rev-parse", "--absolute-git-dir") };
  must(await openSessionRefs({ context, session }, base));
  const times = { status: [], snapshot: [], baseline: [], merge: [], audit: [], forecast: [] } as Record<
    string,
    number[]
  >;
  let head: CommitId = base;
  for (let round = 0; round < ROUNDS; round += 1) {
    const task = taskId(`A${round}`);
    const attempt = attemptId(task, 1);
    git(workspace, "clean", "-fdq");
    editWorkspace(workspace, round);
    times["status"]?.push(await timed(() => git(workspace, "status", "--porcelain=v2", "-z")));
    const asked = { context, workspace: place, base, attempt, session };
    let result: CommitId = base;
    times["snapshot"]?.push(await timed(async () => (result = must(await snapshotResult(asked)).commit)));
    times["baseline"]?.push(
      await timed(() => git(mergeTree, "merge", "-q", "--no-ff", "-m", "merge", result)),
    );
    let candidate: CommitId = base;
    const merging = async (): Promise<void> => {
      const built = must(
        await buildCandidate({ context, head, base, result, task, attempt, title: "Bench" }),
      );
      if (built.kind !== "built") throw new Error("Running the benchmark: the merge conflicted");
      candidate = built.commit;
      must(await advanceIntegration({ context, session }, { from: head, to: candidate }));
    };
    times["merge"]?.push(await timed(merging));
    const scope = { kind: "write" as const, globs: ["**"] };
    const audit = { context, session, attempt, head, candidate, scope, keepRest: true };
    times["audit"]?.push(await timed(async () => must(await auditCandidate(audit))));
    const siblings = [{ attempt, commit: result }];
    times["forecast"]?.push(
      await timed(async () => must(await forecastConflicts({ context, head, siblings }))),
    );
    head = candidate;
    if (git(root, "rev-parse", `${head}^{tree}`) !== git(mergeTree, "rev-parse", "HEAD^{tree}"))
      throw new Error("Running the benchmark: git merge gave another tree");
  }
  const ratio = (name: string, to: string): string => {
    const pairs = (times[name] ?? []).map((value, at) => value / (times[to]?.[at] ?? Number.NaN));
    return `${name.padEnd(10)} ${median(times[name] ?? [])
      .toFixed(1)
      .padStart(8)} ms  ${median(pairs).toFixed(2)} x ${to}`;
  };
  process.stdout.write(`${FILES} files, ${ROUNDS} rounds\n`);
  for (const name of ["baseline", "merge", "audit", "forecast"])
    process.stdout.write(`${ratio(name, "baseline")}\n`);
  for (const name of ["status", "snapshot"]) process.stdout.write(`${ratio(name, "status")}\n`);
}

try {
  await main();
} finally {
  rmSync(home, { recursive: true, force: true });
}
