import { execFile, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const MAX_BYTES = 64 * 1024 * 1024;

/** The environment of all git calls of the bench: no config of the user, a fixed identity. */
export const BENCH_ENV: NodeJS.ProcessEnv = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Bench",
  GIT_AUTHOR_EMAIL: "bench@example.invalid",
  GIT_COMMITTER_NAME: "Bench",
  GIT_COMMITTER_EMAIL: "bench@example.invalid",
};

/** The path of the generated file number `n` in its repository. */
export function generatedFile(n: number): string {
  return join("src", `d${Math.floor(n / 100)}`, `f${n}.txt`);
}

/** Makes a repository of `count` small text files, 100 to a folder, in one commit. */
export function generateRepository(root: string, count: number): void {
  for (let n = 0; n < count; n += 1) {
    const file = join(root, generatedFile(n));
    if (n % 100 === 0) mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `line ${n} of a generated file\n`.repeat(55));
  }
  for (const args of [
    ["init", "-q", "-b", "main"],
    ["add", "-A"],
    ["commit", "-q", "-m", "Generated"],
  ]) {
    const child = spawnSync("git", args, { cwd: root, env: BENCH_ENV, encoding: "utf8" });
    if (child.status !== 0) throw new Error(`Generating ${root}: git ${args[0]}: ${child.stderr}`);
  }
}

/** Runs git and gives what it printed. */
export async function gitOut(
  cwd: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const options = { cwd, env: { ...BENCH_ENV, ...env }, maxBuffer: MAX_BYTES };
  return (await run("git", [...args], options)).stdout.trim();
}

/**
 * What a person would script without Breakwater: `count` worktrees two at a time, one changed file in
 * each, a commit from a copy of the index, all merged in memory, all removed. Gives milliseconds.
 */
export async function plainScript(root: string, folder: string, count: number): Promise<number> {
  const startedAt = performance.now();
  const commits: string[] = Array.from({ length: count }, () => "");
  await twoAtATime(count, async (n) => {
    const tree = join(folder, `w${n}`);
    await gitOut(root, ["worktree", "add", "--quiet", "--detach", tree, "HEAD"]);
    writeFileSync(join(tree, `new-${n}.txt`), `result ${n}\n`);
    const index = join(folder, `index-${n}`);
    copyFileSync(join(root, ".git", "worktrees", `w${n}`, "index"), index);
    await gitOut(tree, ["add", "-A"], { GIT_INDEX_FILE: index });
    const written = await gitOut(tree, ["write-tree"], { GIT_INDEX_FILE: index });
    commits[n] = await gitOut(root, ["commit-tree", written, "-p", "HEAD", "-m", `Result ${n}`]);
  });
  let head = await gitOut(root, ["rev-parse", "HEAD"]);
  for (const commit of commits) {
    const tree = await gitOut(root, ["merge-tree", "--write-tree", head, commit]);
    head = await gitOut(root, ["commit-tree", tree, "-p", head, "-m", "Merge"]);
  }
  await twoAtATime(count, async (n) => {
    await gitOut(root, ["worktree", "remove", "--force", join(folder, `w${n}`)]);
  });
  return performance.now() - startedAt;
}

/** Runs `work` for 0 to `count` - 1, two of them at any moment. */
export async function twoAtATime(count: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const mine = next;
      next += 1;
      await work(mine);
    }
  };
  await Promise.all([lane(), lane()]);
}
