import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { codexRuntimeAt } from "@breakwater/agents";
import {
  clientProgram,
  codexScratch,
  openWorkspace,
  runAgent,
  scriptMark,
  specIn,
  startModelServer,
  type ModelServer,
} from "@breakwater/testkit";

/*
 * What the door adds to a tool call of the real Codex: the median time from one request to its model to the
 * next, a command between them, with every command asked about against none asked about. Both in one run, in
 * turns, against a model on loopback. `npx tsx bench/gate-latency.ts`
 */

const CALLS = 25;
const ROUNDS = 3;

async function main(): Promise<void> {
  const command = clientProgram("codex");
  if (command === undefined) return void process.stdout.write("codex is not installed: nothing measured\n");
  const server = await startModelServer();
  const place = openWorkspace();
  const times = { asked: [] as number[], free: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    times.asked.push(
      ...(await measure(server, `asked${round}`, (name) => runAsked(command, place, { server, name }))),
    );
    times.free.push(
      ...(await measure(server, `free${round}`, (name) => runFree(command, place, { server, name }))),
    );
  }
  await server.close();
  rmSync(place.folder, { recursive: true, force: true });
  const [asked, free] = [median(times.asked), median(times.free)];
  process.stdout.write(
    `codex, ${times.asked.length} commands each: asked ${asked.toFixed(1)} ms, not asked ${free.toFixed(1)} ms, added ${(asked - free).toFixed(1)} ms, ratio ${(asked / free).toFixed(2)}\n`,
  );
}

type Named = { readonly server: ModelServer; readonly name: string };
type Command = readonly [string, ...string[]];
type Place = ReturnType<typeof openWorkspace>;

/** Times between the requests of a run; the first one waits for the client's start and does not count. */
async function measure(
  server: ModelServer,
  name: string,
  run: (name: string) => Promise<unknown>,
): Promise<readonly number[]> {
  const at: number[] = [];
  server.play(name, ({ turn }) => {
    at.push(performance.now());
    if (turn >= CALLS) return { kind: "reply", text: "STATUS: done — measured" };
    return { kind: "reply", calls: [{ tool: "exec_command", input: { cmd: "true" } }] };
  });
  await run(name);
  if (at.length !== CALLS + 1) throw new Error(`Measuring ${name}: ${at.length} requests came`);
  return at.slice(1).map((time, index) => time - (at[index] ?? time));
}

async function runAsked(command: Command, place: Place, { server, name }: Named): Promise<void> {
  const spec = specIn(place.workspace);
  const environment = { ...spec.environment, ...codexScratch(join(place.folder, name), server.url) };
  const prompt = scriptMark(name);
  await runAgent(codexRuntimeAt({ command }), { ...spec, environment, prompt, options: {} }).result;
}

function runFree([program, ...args]: Command, place: Place, { server, name }: Named): Promise<void> {
  const home = join(place.folder, name);
  mkdirSync(home, { recursive: true });
  const env = { PATH: process.env["PATH"] ?? "", ...codexScratch(home, server.url) };
  const free = ["exec", "--json", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"];
  const child = spawn(program, [...args, ...free, scriptMark(name)], {
    cwd: place.workspace,
    env,
    stdio: ["ignore", "ignore", "ignore"],
  });
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
