import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attemptId, sessionId, taskId } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import {
  endResidentGit,
  openRepository,
  openWorkspaces,
  snapshotResult,
  workspaceContext,
} from "@breakwater/node";
import type { Repository, Workspaces } from "@breakwater/node";
import { filesBelow, processesBelow } from "@breakwater/testkit";
import { generateRepository, gitOut } from "./workspace-baseline.ts";

/**
 * Makes and discards workspaces from two openers of one repository at once and counts failures. Half of
 * them use folders again, half never do. Exits 1 on any failure or leftover.
 * Run: npx tsx bench/workspace-churn.ts [cycles] [at once]
 */
const [cycles = 500, atOnce = 16] = process.argv.slice(2).map(Number);
const home = realpathSync(mkdtempSync(join(tmpdir(), "breakwater-churn-")));

async function main(): Promise<number> {
  process.env["XDG_STATE_HOME"] = join(home, "state");
  process.env["TMPDIR"] = join(home, "tmp");
  mkdirSync(process.env["TMPDIR"]);
  const root = join(home, "repository");
  mkdirSync(root);
  generateRepository(root, 60);
  const repository = value(await openRepository(root));
  const sessions = ["churn-a", "churn-b"].map((name, at) => ({
    name,
    opened: openWorkspaces({ repository, session: sessionId(name), spares: at * 8 }),
  }));
  const failures: string[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < cycles) {
      const mine = next;
      next += 1;
      const { name, opened } = sessions[mine % 2] ?? { name: "", opened: undefined };
      if (opened !== undefined)
        await cycle(repository, { name, opened, n: mine }).catch((cause) => failures.push(String(cause)));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  for (const { opened } of sessions) value(await opened.close());
  await endResidentGit();
  const left = await leftovers(root);
  process.stdout.write(
    `${cycles} cycles, ${atOnce} at once: ${failures.length} failures, ${left.length} leftovers\n`,
  );
  for (const line of [...new Set(failures), ...left].slice(0, 10)) process.stdout.write(`  ${line}\n`);
  return failures.length + left.length === 0 ? 0 : 1;
}

async function cycle(
  repository: Repository,
  run: { readonly name: string; readonly opened: Workspaces; readonly n: number },
): Promise<void> {
  const attempt = attemptId(taskId(`T${run.n}`), 1);
  const base = repository.commit;
  const workspace = value(await run.opened.prepare({ attempt, base, isolation: "worktree" }));
  writeFileSync(join(workspace.path, "new.txt"), `${run.n}\n`);
  const context = workspaceContext(repository, workspace);
  const asked = { context, workspace, base, attempt, session: sessionId(run.name) };
  const taken = await snapshotResult({ ...asked, pristine: workspace.pristine });
  value(await run.opened.discard(attempt, value(taken).commit));
  if (existsSync(workspace.path)) throw new Error(`${workspace.path} is still there`);
}

async function leftovers(root: string): Promise<readonly string[]> {
  const listed = (await gitOut(root, ["worktree", "list", "--porcelain"])).split("\n");
  const worktrees = listed.filter((line) => line.startsWith("worktree ")).slice(1);
  const locks = readdirSync(home, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".lock"),
  );
  const temporary = filesBelow(join(home, "tmp")).map((name) => `temporary: ${name}`);
  return [...worktrees, ...locks, ...temporary, ...processesBelow(home)];
}

function value<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value;
  throw new Error(`${result.failure.code}: ${result.failure.message}`);
}

try {
  process.exitCode = await main();
} finally {
  rmSync(home, { recursive: true, force: true });
}
