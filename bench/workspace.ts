import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attemptId, sessionId, taskId } from "@breakwater/core";
import type { AttemptId, CommitId, Result, TaskId } from "@breakwater/core";
import {
  advanceIntegration,
  auditCandidate,
  buildCandidate,
  openRepository,
  openSessionRefs,
  openWorkspaces,
  snapshotResult,
  workspaceContext,
} from "@breakwater/node";
import type { PreparedWorkspace, Repository, Workspaces } from "@breakwater/node";
import { generatedFile, generateRepository, gitOut, plainScript, twoAtATime } from "./workspace-baseline.ts";

/**
 * All that is done with a repository for its attempts, against what plain git needs, as one table: the same
 * work in interleaved rounds of one run, and the median of the ratios of each round.
 * Run: npx tsx bench/workspace.ts [files] [workspaces] [rounds] [--cpu]
 * With `--cpu` the time of the processor counts, ours and that of all children, for a machine that others use.
 */
const words = process.argv.slice(2).filter((word) => word !== "--cpu");
const [files = 10_000, workspaces = 16, rounds = 3] = words.map(Number);
const byProcessor = process.argv.includes("--cpu");
const home = realpathSync(mkdtempSync(join(tmpdir(), "breakwater-bench-")));

/** Milliseconds of one round. */
type Round = Readonly<Record<Measure, number>>;
type Measure =
  | "script"
  | "cycle"
  | "bareAdds"
  | "serialAdds"
  | "cold"
  | "pooled"
  | "remove"
  | "discard"
  | "status"
  | "snapshot"
  | "gitMerge"
  | "merge"
  | "audit";

type Row = readonly [what: string, part: Measure, whole: Measure, target: number | undefined];

const ROWS: readonly Row[] = [
  ["1 a new workspace / git worktree add, two at a time", "cold", "bareAdds", 1.15],
  ["1 a used workspace, 1 % changed / git worktree add, two at a time", "pooled", "bareAdds", 0.25],
  ["2 new workspaces two at a time / worktree adds one by one", "cold", "serialAdds", 0.6],
  ["3 discard, content proven kept / git worktree remove --force", "discard", "remove", undefined],
  ["4 snapshot: find, write, commit, ref / git status", "snapshot", "status", undefined],
  ["5 merge back: candidate and ref / git merge in a worktree", "merge", "gitMerge", 0.2],
  ["5 audit of a candidate / git merge in a worktree", "audit", "gitMerge", undefined],
  ["whole cycle with guarantees / plain script", "cycle", "script", 1.3],
];

async function main(): Promise<void> {
  process.env["XDG_STATE_HOME"] = join(home, "state");
  const root = join(home, "repository");
  mkdirSync(root);
  generateRepository(root, files);
  const repository = value(await openRepository(root));
  const measured: Round[] = [];
  for (let n = 0; n < rounds; n += 1) measured.push(await runRound(repository, n));
  process.stdout.write(`${files} files, ${workspaces} workspaces, median of ${rounds} rounds\n`);
  for (const row of ROWS) process.stdout.write(`${line(row, measured)}\n`);
}

async function runRound(repository: Repository, n: number): Promise<Round> {
  const folder = join(home, `baseline-${n}`);
  mkdirSync(folder);
  const script = await timed(() => plainScript(repository.root, folder, workspaces));
  const session = sessionId(`bench-${n}`);
  const opened = openWorkspaces({ repository, session, spares: workspaces });
  const stage = { repository, opened, session };
  const parts = { cold: 0, settling: 0, snapshot: 0, discard: 0, merge: 0, audit: 0 };
  const whole = await timed(() => wholeCycle(stage, `C${n}x`, parts));
  const cycle = whole - (byProcessor ? 0 : parts.settling);
  const bareAdds = await timed(() => addAll(repository.root, `bare-${n}`, twoAtATime));
  const status = await timed(() => eachOf(`bare-${n}`, ["status", "--porcelain=v2", "-z", "-uall"]));
  const remove = await timed(() => removeAll(repository.root, `bare-${n}`));
  const serialAdds = await timed(() => addAll(repository.root, `serial-${n}`, oneByOne));
  await removeAll(repository.root, `serial-${n}`, oneByOne);
  await soilSpares(stage, `S${n}x`);
  const used: PreparedWorkspace[] = [];
  const pooled = await timed(async () => void used.push(...(await prepareAll(stage, `P${n}x`))));
  const commits = await recordAll(stage, used);
  await discardAll(stage, used, commits);
  const gitMerge = await mergeInWorktree(repository, commits, n);
  value(await opened.close());
  return { script, cycle, bareAdds, serialAdds, pooled, remove, status, gitMerge, ...parts };
}

type Stage = {
  readonly repository: Repository;
  readonly opened: Workspaces;
  readonly session: ReturnType<typeof sessionId>;
};
type Parts = {
  cold: number;
  settling: number;
  snapshot: number;
  discard: number;
  merge: number;
  audit: number;
};

/** What the plain script does, with the guarantees: prepare, record, merge, audit, move the ref, discard. */
async function wholeCycle(stage: Stage, name: string, parts: Parts): Promise<void> {
  const { repository, session } = stage;
  const { context, commit: base } = repository;
  const made: PreparedWorkspace[] = [];
  parts.cold = await timed(async () => void made.push(...(await prepareAll(stage, name))));
  // In the background of agents that work for longer than a second; beside them it costs no time.
  parts.settling = await timed(() => stage.opened.settled());
  let commits: readonly CommitId[] = [];
  parts.snapshot = await timed(async () => (commits = await recordAll(stage, made)));
  value(await openSessionRefs({ context, session }, base));
  let head = base;
  for (const [at, result] of commits.entries()) {
    const task = taskOf(name, at);
    const attempt = attemptId(task, 1);
    let candidate = head;
    parts.merge += await timed(async () => {
      const built = value(
        await buildCandidate({ context, head, base, result, task, attempt, title: "Bench" }),
      );
      if (built.kind !== "built") throw new Error("Running the benchmark: the merge conflicted");
      candidate = built.commit;
    });
    const scope = { kind: "write" as const, globs: ["**"] };
    const audit = { context, session, attempt, head, candidate, scope, keepRest: false };
    parts.audit += await timed(async () => value(await auditCandidate(audit)));
    const move = { from: head, to: candidate };
    parts.merge += await timed(async () => value(await advanceIntegration({ context, session }, move)));
    head = candidate;
  }
  parts.discard = await timed(() => discardAll(stage, made, commits));
}

async function prepareAll(stage: Stage, name: string): Promise<readonly PreparedWorkspace[]> {
  const made: PreparedWorkspace[] = [];
  await twoAtATime(workspaces, async (n) => {
    const order = { attempt: attemptOf(name, n), base: stage.repository.commit };
    const workspace = value(await stage.opened.prepare({ ...order, isolation: "worktree" }));
    writeFileSync(join(workspace.path, `${name}-${n}.txt`), `result ${n}\n`);
    made[n] = workspace;
  });
  return made;
}

/** Leaves folders to be used again in which one file of a hundred has other content and one is new. */
async function soilSpares(stage: Stage, name: string): Promise<void> {
  const made = await prepareAll(stage, name);
  for (const { path } of made)
    for (let n = 0; n < files; n += 100) writeFileSync(join(path, generatedFile(n)), `changed by ${path}\n`);
  await discardAll(stage, made, await recordAll(stage, made));
}

async function recordAll(stage: Stage, made: readonly PreparedWorkspace[]): Promise<readonly CommitId[]> {
  const commits: CommitId[] = [];
  await twoAtATime(made.length, async (n) => {
    const workspace = made[n];
    if (workspace === undefined) return;
    const { attempt, base, pristine } = workspace;
    const context = workspaceContext(stage.repository, workspace);
    const asked = { context, workspace, base, attempt, session: stage.session, pristine };
    commits[n] = value(await snapshotResult(asked)).commit;
  });
  return commits;
}

async function discardAll(
  stage: Stage,
  made: readonly PreparedWorkspace[],
  commits: readonly CommitId[],
): Promise<void> {
  await twoAtATime(made.length, async (n) => {
    const [workspace, commit] = [made[n], commits[n]];
    if (workspace !== undefined && commit !== undefined)
      value(await stage.opened.discard(workspace.attempt, commit));
  });
}

/** The same results, one by one, by `git merge` in a worktree that was there before. */
async function mergeInWorktree(
  repository: Repository,
  commits: readonly CommitId[],
  n: number,
): Promise<number> {
  const tree = join(home, `merge-${n}`);
  await gitOut(repository.root, ["worktree", "add", "--quiet", "--detach", tree, "HEAD"]);
  await gitOut(tree, ["update-index", "-q", "--refresh"]);
  const spent = await timed(async () => {
    for (const commit of commits) await gitOut(tree, ["merge", "-q", "--no-ff", "-m", "merge", commit]);
  });
  await gitOut(repository.root, ["worktree", "remove", "--force", tree]);
  return spent;
}

async function addAll(root: string, name: string, run: typeof twoAtATime): Promise<void> {
  await run(workspaces, async (n) => {
    await gitOut(root, ["worktree", "add", "--quiet", "--detach", join(home, `${name}-${n}`), "HEAD"]);
  });
}

async function eachOf(name: string, args: readonly string[]): Promise<void> {
  await twoAtATime(workspaces, async (n) => void (await gitOut(join(home, `${name}-${n}`), args)));
}

async function removeAll(root: string, name: string, run = twoAtATime): Promise<void> {
  await run(workspaces, async (n) => {
    await gitOut(root, ["worktree", "remove", "--force", join(home, `${name}-${n}`)]);
  });
}

async function oneByOne(count: number, work: (n: number) => Promise<void>): Promise<void> {
  for (let n = 0; n < count; n += 1) await work(n);
}

function line([what, part, whole, target]: Row, measured: readonly Round[]): string {
  const ratio = median(measured.map((round) => round[part] / round[whole]));
  const each = median(measured.map((round) => round[part])) / workspaces;
  const goal = target === undefined ? "" : `   target <= ${target.toFixed(2)}`;
  return `${what.padEnd(66)} ${ratio.toFixed(2)}   ${each.toFixed(1).padStart(7)} ms each${goal}`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = byProcessor ? processorTime() : performance.now();
  await work();
  return (byProcessor ? processorTime() : performance.now()) - startedAt;
}

/** Milliseconds of the processor of this process and of the children that it has waited for, in steps of 10. */
function processorTime(): number {
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
}

function taskOf(name: string, n: number): TaskId {
  return taskId(`${name}${n}`);
}

function attemptOf(name: string, n: number): AttemptId {
  return attemptId(taskOf(name, n), 1);
}

function value<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value;
  throw new Error(`${result.failure.code}: ${result.failure.message}`);
}

try {
  await main();
} finally {
  rmSync(home, { recursive: true, force: true });
}
