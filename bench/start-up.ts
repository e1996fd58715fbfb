/**
 * How long the commands on the path of a person's patience take, as ratios to `node -e 0` in the same run.
 * `status` folds a session that `demo --keep` has left. Run it with `npx tsx bench/start-up.ts [rounds]`
 * after a build. Ratios count, milliseconds do not.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROUNDS = Number(process.argv[2] ?? 30);
const program = join(
  dirname(fileURLToPath(import.meta.url)),
  "..",
  "packages",
  "cli",
  "bin",
  "breakwater.cjs",
);
const home = mkdtempSync(join(tmpdir(), "breakwater-bench-"));
const env = { PATH: process.env["PATH"] ?? "", HOME: home, TMPDIR: home, LANG: "C.UTF-8" };

/** Each command with the most that it may take, in starts of an empty Node. */
const ROWS: readonly (readonly [name: string, args: readonly string[], most: number])[] = [
  ["breakwater --version", [program, "--version"], 1.25],
  ["breakwater --help", [program, "--help"], 1.3],
  ["breakwater status", [program, "status"], 1.5],
];

function timed(args: readonly string[], cwd: string): number {
  const from = performance.now();
  const ended = spawnSync(process.execPath, args, { cwd, env, stdio: "pipe" });
  if (ended.status !== 0) throw new Error(`Running ${args.join(" ")}: ${String(ended.stderr)}`);
  return performance.now() - from;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The folder of a whole session; the demo names it in its last lines. */
function madeSession(): string {
  const demo = spawnSync(process.execPath, [program, "demo", "--keep", "--output", "plain"], {
    cwd: home,
    env,
    encoding: "utf8",
  });
  const folder = /\S*breakwater-demo-\w+/.exec(demo.stdout + demo.stderr)?.[0];
  if (demo.status !== 0 || folder === undefined) throw new Error(`Making a session: ${demo.stderr}`);
  const found = spawnSync("find", [folder, "-maxdepth", "2", "-name", ".orchestrator"], {
    cwd: home,
    encoding: "utf8",
  });
  return dirname(found.stdout.trim());
}

try {
  const session = madeSession();
  const ratios = ROWS.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    const empty = timed(["-e", "0"], session);
    ROWS.forEach(([, args], row) => {
      const ratio = timed(args, session) / empty;
      if (round > 0) ratios[row]?.push(ratio);
    });
  }
  process.stdout.write(`${ROUNDS} rounds, each command right after an empty Node\n`);
  ROWS.forEach(([name, , most], row) => {
    const ratio = median(ratios[row] ?? []);
    process.stdout.write(
      `${name.padEnd(22)} ${ratio.toFixed(2)}x  of at most ${most}x  ${ratio <= most ? "met" : "MISSED"}\n`,
    );
  });
} finally {
  rmSync(home, { recursive: true, force: true });
}
