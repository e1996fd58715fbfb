import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attemptId, sessionId, taskId } from "@breakwater/core";
import type { AttemptId, CommitId, Result } from "@breakwater/core";
import { openRepository, openWorkspaces, snapshotResult, workspaceContext } from "@breakwater/node";
import type { PreparedWorkspace, Repository, Workspaces } from "@breakwater/node";
import { generateRepository, gitOut, plainScript, twoAtATime } from "./workspace-baseline.ts";

/**
 * Workspaces against a plain script, on a generated repository: the same work in interleaved rounds, and
 * the median of the ratios of each round. Run: npx tsx bench/workspace.ts [files] [workspaces] [rounds]
 */
const [files = 10_000, workspaces = 16, rounds = 3] = process.argv.slice(2).map(Number);
const SESSION = sessionId("bench");
const home = realpathSync(mkdtempSync(join(tmpdir(), "breakwater-bench-")));

type Round = {
  readonly baseline: number;
  readonly cycle: number;
  readonly bareAdds: number;
  readonly cold: number;
  readonly pooled: number;
};

async function main(): Promise<void> {
  process.env["XDG_STATE_HOME"] = join(home, "state");
  const root = join(home, "repository");
  mkdirSync(root);
  generateRepository(root, files);
  const repository = value(await openRepository(root));
  const measured: Round[] = [];
  for (let n = 0; n < rounds; n += 1) measured.push(await runRound(repository, n));
  report(measured);
}

async function runRound(repository: Repository, n: number): Promise<Round> {
  const folder = join(home, `baseline-${n}`);
  mkdirSync(folder);
  const baseline = await plainScript(repository.root, folder, workspaces);
  const opened = openWorkspaces({ repository, session: SESSION, spares: workspaces });
  const cold = { ms: 0 };
  const cycle = await timed(() => wholeCycle(repository, opened, { n, cold }));
  const bareAdds = await timed(() => addAll(repository.root, `bare-${n}`));
  await removeAll(repository.root, `bare-${n}`);
  const used: PreparedWorkspace[] = [];
  const pooled = await timed(async () => void used.push(...(await prepareAll(repository, opened, `P${n}x`))));
  await discardAll(repository, opened, used);
  value(await opened.close());
  return { baseline, cycle, bareAdds, cold: cold.ms, pooled };
}

/** What the baseline does, with the guarantees: prepare, snapshot, merge in memory, discard. */
async function wholeCycle(
  repository: Repository,
  opened: Workspaces,
  round: { readonly n: number; readonly cold: { ms: number } },
): Promise<void> {
  const name = `C${round.n}x`;
  const made: PreparedWorkspace[] = [];
  round.cold.ms = await timed(async () => void made.push(...(await prepareAll(repository, opened, name))));
  const commits = await discardAll(repository, opened, made);
  let head: string = repository.commit;
  for (const commit of commits) {
    const tree = await gitOut(repository.root, ["merge-tree", "--write-tree", head, commit]);
    head = await gitOut(repository.root, ["commit-tree", tree, "-p", head, "-m", "Merge"]);
  }
}

async function prepareAll(
  repository: Repository,
  opened: Workspaces,
  name: string,
): Promise<readonly PreparedWorkspace[]> {
  const made: PreparedWorkspace[] = [];
  await twoAtATime(workspaces, async (n) => {
    const attempt = attemptOf(name, n);
    const workspace = value(
      await opened.prepare({ attempt, base: repository.commit, isolation: "worktree" }),
    );
    writeFileSync(join(workspace.path, `new-${n}.txt`), `result ${n}\n`);
    made.push(workspace);
  });
  return made;
}

async function discardAll(
  repository: Repository,
  opened: Workspaces,
  made: readonly PreparedWorkspace[],
): Promise<readonly CommitId[]> {
  const commits: CommitId[] = [];
  await twoAtATime(made.length, async (n) => {
    const workspace = made[n];
    if (workspace === undefined) return;
    const { attempt, base } = workspace;
    const context = workspaceContext(repository, workspace);
    const taken = value(await snapshotResult({ context, workspace, base, attempt, session: SESSION }));
    commits.push(taken.commit);
    value(await opened.discard(attempt, taken.commit));
  });
  return commits;
}

async function addAll(root: string, name: string): Promise<void> {
  await twoAtATime(workspaces, async (n) => {
    await gitOut(root, ["worktree", "add", "--quiet", "--detach", join(home, `${name}-${n}`), "HEAD"]);
  });
}

async function removeAll(root: string, name: string): Promise<void> {
  await twoAtATime(workspaces, async (n) => {
    await gitOut(root, ["worktree", "remove", "--force", join(home, `${name}-${n}`)]);
  });
}

function report(measured: readonly Round[]): void {
  const lines = [
    `${files} files, ${workspaces} workspaces two at a time, median of ${rounds} rounds`,
    line(
      "whole cycle / plain script",
      ratios(measured, (r) => r.cycle / r.baseline),
      1.3,
    ),
    line(
      "new folders / git worktree add",
      ratios(measured, (r) => r.cold / r.bareAdds),
      1.15,
    ),
    line(
      "used folders / git worktree add",
      ratios(measured, (r) => r.pooled / r.bareAdds),
      0.25,
    ),
    `plain script ${Math.round(median(measured.map((r) => r.baseline)))} ms on this machine`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function line(what: string, value: number, target: number): string {
  return `${what.padEnd(34)} ${value.toFixed(2)}   target <= ${target.toFixed(2)}`;
}

function ratios(measured: readonly Round[], of: (round: Round) => number): number {
  return median(measured.map(of));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function attemptOf(name: string, n: number): AttemptId {
  return attemptId(taskId(`${name}${n}`), 1);
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
