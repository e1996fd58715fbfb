import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { claudeRuntime } from "@breakwater/agents";
import {
  claudeScratch,
  clientProgram,
  openWorkspace,
  runAgent,
  scriptMark,
  specIn,
  startModelServer,
  type ModelServer,
} from "@breakwater/testkit";

/*
 * What each door adds to a tool call of the real Claude Code: the median time from one request to its model to
 * the next, a command between them, by the Agent SDK (asked in process) and by the program alone (asked through
 * its hook), with every command asked about against none asked about. All in one run, in turns, against a model
 * on loopback. `npx tsx bench/gate-latency-claude.ts`
 */

const CALLS = 25;
const ROUNDS = 3;
const DOORS = ["sdk", "cli", "free"] as const;
type Door = (typeof DOORS)[number];
type Place = ReturnType<typeof openWorkspace>;

async function main(): Promise<void> {
  const program = clientProgram("claude")?.[0];
  if (program === undefined) return void process.stdout.write("claude is not installed: nothing measured\n");
  const server = await startModelServer();
  const place = openWorkspace();
  const times: Record<Door, number[]> = { sdk: [], cli: [], free: [] };
  for (let round = 0; round < ROUNDS; round += 1)
    for (const door of DOORS) times[door].push(...(await measure(program, { door, round, server, place })));
  await server.close();
  rmSync(place.folder, { recursive: true, force: true });
  const free = median(times.free);
  for (const door of ["sdk", "cli"] as const) {
    const asked = median(times[door]);
    process.stdout.write(
      `claude by ${door}, ${times[door].length} commands: asked ${asked.toFixed(1)} ms, not asked ${free.toFixed(1)} ms, added ${(asked - free).toFixed(1)} ms, ratio ${(asked / free).toFixed(2)}\n`,
    );
  }
}

type Run = {
  readonly door: Door;
  readonly round: number;
  readonly server: ModelServer;
  readonly place: Place;
};

/** Times between the requests of a run; the first one waits for the client's start and does not count. */
async function measure(program: string, run: Run): Promise<readonly number[]> {
  const { door, round, server } = run;
  const name = `${door}${round}`;
  const at: number[] = [];
  server.play(name, ({ turn }) => {
    at.push(performance.now());
    if (turn < CALLS)
      return { kind: "reply", calls: [{ tool: "Bash", input: { command: "true", description: "nothing" } }] };
    const report = { status: "done", summary: "measured" };
    if (door === "free") return { kind: "reply", text: "measured" };
    return { kind: "reply", calls: [{ tool: "StructuredOutput", input: report }] };
  });
  await (door === "free" ? runFree(program, name, run) : runAsked(name, run));
  if (at.length < CALLS + 1) throw new Error(`Measuring ${name}: ${at.length} requests came`);
  return at.slice(1, CALLS + 1).map((time, index) => time - (at[index] ?? time));
}

async function runAsked(name: string, { door, server, place }: Run): Promise<void> {
  const spec = specIn(place.workspace);
  const environment = { ...spec.environment, ...claudeScratch(join(place.folder, name), server.url) };
  const options = door === "cli" ? { "claude-door": "cli" } : {};
  await runAgent(claudeRuntime, { ...spec, environment, prompt: scriptMark(name), options }).result;
}

function runFree(program: string, name: string, { server, place }: Run): Promise<void> {
  const scratch = claudeScratch(join(place.folder, name), server.url);
  const env = { PATH: process.env["PATH"] ?? "", IS_SANDBOX: "1", ...scratch };
  const args = ["-p", "--permission-mode", "bypassPermissions", scriptMark(name)];
  const child = spawn(program, args, { cwd: place.workspace, env, stdio: ["ignore", "ignore", "ignore"] });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => resolve());
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

await main();
