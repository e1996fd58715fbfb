// How long a wall takes to stand, against the start of Node in the same run: `npx tsx bench/wall.ts`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCanaryPlace, openWall, readMachine, scrubbedEnvironment, wallLadder } from "@breakwater/node";

const ROUNDS = 25;

const { setup } = await wallLadder();
if (setup === undefined) {
  console.log("no wall holds here");
  process.exit(8);
}
const folder = realpathSync(mkdtempSync(join(tmpdir(), "bench-wall-")));
const place = await makeCanaryPlace(folder);
const env = scrubbedEnvironment({ source: process.env, extra: { TMPDIR: place.tmp } });
const walls = await Promise.all(
  [
    { name: "dir/** scope", globs: ["scope/**"], own: "a" },
    { name: "overlay scope", globs: ["scope/i*"], own: "b" },
  ].map(async ({ name, globs, own }) => {
    const wall = await openWall({
      setup,
      place: { ...place, own: join(folder, "engine", own) },
      machine: readMachine({ env, program: [] }),
      scope: { kind: "write", globs },
      network: "none",
      privateGit: false,
    });
    if (!wall.ok) throw new Error(wall.failure.message);
    return { name, wall: wall.value };
  }),
);

const rows: readonly (readonly [string, () => readonly [string, ...string[]]])[] = [
  ["node -e 0", () => [process.execPath, "-e", "0"]],
  ["true", () => ["/bin/true"]],
  ...walls.map(({ name, wall }) => {
    const words = wall.command({ command: ["/bin/true"], cwd: place.workspace });
    return [`${setup.tier}, ${name}`, () => words] as const;
  }),
];
const times = new Map<string, number[]>(rows.map(([name]) => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  // Interleaved, so that a busy moment of the machine falls on all of them.
  for (const [name, words] of rows) {
    const [file, ...args] = words();
    const start = performance.now();
    const run = spawnSync(file, args, { env: walls[0]?.wall.environment(env) ?? env, cwd: folder });
    if (run.status !== 0) throw new Error(`${name}: ${run.stderr.toString()}`);
    times.get(name)?.push(performance.now() - start);
  }
}
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const base = median(times.get("node -e 0") ?? []);
for (const [name, values] of times)
  console.log(`${name.padEnd(34)} ${(median(values) / base).toFixed(3)} x node -e 0`);
for (const { wall } of walls) await wall.close();
rmSync(folder, { recursive: true, force: true });
