import { spawn } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isJsonObject, numberOf, parseJson } from "@breakwater/agents";
import {
  acts,
  claudeScratch,
  claudeStep,
  clientProgram,
  createScratchRepository,
  ends,
  runs,
  scriptMark,
  startModelServer,
  writes,
} from "@breakwater/testkit";

/*
 * A session of eight real Claude clients in one wave, against a model on loopback: whether each gets through,
 * what the coordinator's event loop waits meanwhile, and whether its lease beats. After a build:
 * `npx tsx bench/parallel-clients.ts [clients]`. The delays are of this machine and of what else runs on it; the
 * first figure is of the same process with one client, so that they can be set against each other.
 */

const CLIENTS = Number(process.argv[2] ?? 8);
/** The holder of a lease beats this often; a gap of two such times is a missed beat. */
const BEAT_MS = 5_000;
const RESOLUTION_MS = 5;
const PROGRAM = fileURLToPath(new URL("../packages/cli/bin/breakwater.cjs", import.meta.url));

/** Loaded into the coordinator before it starts; writes the delays of its loop since the signal as it exits. */
const WATCH = `
const { monitorEventLoopDelay } = require("node:perf_hooks");
const delay = monitorEventLoopDelay({ resolution: ${RESOLUTION_MS} });
delay.enable();
const file = process.env.BENCH_LOOP;
process.on("SIGUSR2", () => delay.reset());
process.on("exit", () => {
  const ms = (nanoseconds) => nanoseconds / 1e6 - ${RESOLUTION_MS};
  require("node:fs").writeFileSync(
    file,
    JSON.stringify({ p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) }),
  );
});
`;

type Measured = {
  readonly exit: number | null;
  readonly tail: string;
  readonly seconds: number;
  /** Requests to the model, by task. */
  readonly requests: readonly number[];
  readonly loop: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly longestGapMs: number;
};

async function measure(clients: number): Promise<Measured> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "parallel-")));
  const server = await startModelServer();
  const names = Array.from({ length: clients }, (_, at) => `T${at + 1}`);
  // What the program's own start takes is not what clients do to it.
  let first = (): void => {};
  for (const name of names)
    server.play(name, ({ turn }) => {
      first();
      return stepsOf(name)[turn] ?? stepsOf(name).at(-1);
    });
  server.play("", () => claudeStep({ turn: "end", text: "STATUS: no-op — nothing to do" }));
  const scratch = createScratchRepository(filesFor(names));
  const loop = join(folder, "loop.json");
  writeFileSync(join(folder, "watch.cjs"), WATCH);
  for (const each of ["state", "tmp", "claude"]) mkdirSync(join(folder, each));
  const { HOME: _, ...claude } = claudeScratch(join(folder, "claude"), server.url);
  const child = spawn(
    process.execPath,
    [
      "--require",
      join(folder, "watch.cjs"),
      PROGRAM,
      "go",
      "bench.plan.md",
      "--yes",
      "--unattended",
      "--decision-timeout",
      "1",
    ],
    {
      cwd: scratch.root,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: scratch.home,
        XDG_STATE_HOME: join(folder, "state"),
        TMPDIR: join(folder, "tmp"),
        LC_ALL: "C.UTF-8",
        BENCH_LOOP: loop,
        ...claude,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  first = () => {
    first = () => {};
    child.kill("SIGUSR2");
  };
  let tail = "";
  for (const pipe of [child.stdout, child.stderr])
    pipe.on("data", (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-1_500)));
  const began = performance.now();
  const beats = watchBeats([scratch.root, join(folder, "state")]);
  const exit = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const seconds = (performance.now() - began) / 1_000;
  const longestGapMs = beats.stop();
  await server.close();
  const measured = {
    exit,
    tail,
    seconds,
    requests: names.map((name) => server.requestsOf(name).length),
    loop: loopIn(loop),
    longestGapMs,
  };
  scratch.dispose();
  rmSync(folder, { recursive: true, force: true });
  return measured;
}

function stepsOf(name: string): readonly ReturnType<typeof claudeStep>[] {
  const turns = [
    acts(writes(`src/${name}.txt`)),
    acts(runs(`cat src/${name}.txt`)),
    acts(runs("ls src")),
    ends(),
  ];
  return turns.map(claudeStep);
}

function filesFor(names: readonly string[]): Readonly<Record<string, string>> {
  const head = [
    "---",
    "breakwater: 1",
    "title: Clients at the same time",
    "session: feature",
    "budget: { minutes: 20 }",
    `agents: { default: claude, max-parallel: ${names.length} }`,
    `agents-per-wave: ${names.length}`,
    "isolation: worktree",
    "---",
    "",
    "Each writes a file of its own.",
    "",
    "## Wave 1: Writing",
  ];
  const tasks = names.map((name) =>
    [
      `### ${name} Write src/${name}.txt`,
      "- role: impl-core",
      `- scope: \`src/${name}.txt\``,
      `- verify: \`test -f src/${name}.txt\``,
      `- done when: \`test -f src/${name}.txt\` passes`,
      "",
      `Write it. ${scriptMark(name)}`,
    ].join("\n"),
  );
  const config = [
    "test-command: `true`",
    "typecheck-command: skip",
    "lint-command: skip",
    "resource-awareness: false",
  ];
  return {
    "bench.plan.md": `${[head.join("\n"), ...tasks].join("\n\n")}\n`,
    "CLAUDE.md": `# For agents\n\n## Session Config\n\n${config.map((line) => `- ${line}`).join("\n")}\n`,
    ".orchestrator/bootstrap.lock":
      "version: 1\ntier: fast\narchetype: library\ntimestamp: 2026-01-01T00:00:00Z\nsource: claude-init\n",
    "src/README.md": "# Files\n",
  };
}

/** Looks for the lease file and at the times at which it was written; gives the longest time between two. */
function watchBeats(folders: readonly string[]): { readonly stop: () => number } {
  let last: number | undefined;
  let longest = 0;
  const look = (): void => {
    const file = folders.flatMap(leaseBelow).at(-1);
    if (file === undefined) return;
    const at = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (at === undefined) return;
    if (last !== undefined) longest = Math.max(longest, at - last);
    last = at;
  };
  const timer = setInterval(look, 250);
  return { stop: () => (clearInterval(timer), longest) };
}

function leaseBelow(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => /lease-\d+\.ndjson$/u.test(name))
    .toSorted()
    .map((name) => join(folder, name));
}

function loopIn(file: string): Measured["loop"] {
  const found = parseJson(readFileSync(file, "utf8"));
  const number = (key: string): number =>
    isJsonObject(found) ? (numberOf(found[key]) ?? Number.NaN) : Number.NaN;
  return { p50: number("p50"), p99: number("p99"), max: number("max") };
}

function lineOf(clients: number, { exit, seconds, requests, loop, longestGapMs, tail }: Measured): string {
  const fewest = Math.min(...requests);
  const delays = `p50 ${loop.p50.toFixed(1)}, p99 ${loop.p99.toFixed(1)}, longest ${loop.max.toFixed(0)} ms`;
  const beats = `longest time between beats ${(longestGapMs / 1_000).toFixed(1)} s, ${longestGapMs < 2 * BEAT_MS ? "none missed" : "MISSED"}`;
  const why = exit === 0 ? "" : `\n${tail}`;
  return `${clients} clients: exit ${exit}, ${seconds.toFixed(1)} s, requests per client ${fewest} to ${Math.max(...requests)}; loop delay ${delays}; ${beats}${why}\n`;
}

if (clientProgram("claude") === undefined)
  process.stdout.write("claude is not installed: nothing measured\n");
else {
  process.stdout.write(`${cpus().length} cores\n`);
  for (const clients of [1, CLIENTS]) process.stdout.write(lineOf(clients, await measure(clients)));
}
