import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { claudeRuntime } from "@breakwater/agents";
import {
  claudeCall,
  claudeScratch,
  clientProgram,
  runAgent,
  scriptMark,
  specIn,
  startModelServer,
  writes,
  type ModelStep,
} from "@breakwater/testkit";

/*
 * What the door adds to a tool call of the real Claude client: the time from one request of its model to the
 * next, with one write in between, with the door and without any hook, alternating. Prints medians and their
 * difference. `npx tsx bench/gate-latency.ts [rounds]`; needs the client (node scripts/install-clients.mjs).
 */

const CALLS = 15;

/** The steps between requests of one run, in milliseconds. */
async function run(kind: "door" | "none"): Promise<readonly number[]> {
  const server = await startModelServer();
  const folder = mkdtempSync(join(tmpdir(), "gate-"));
  const arrivals: number[] = [];
  server.play("bench", ({ turn }) => {
    arrivals.push(performance.now());
    return stepOf(turn, kind);
  });
  const environment = { PATH: process.env["PATH"] ?? "", ...claudeScratch(join(folder, "home"), server.url) };
  const prompt = `Do it. ${scriptMark("bench")}`;
  if (kind === "door")
    await runAgent(claudeRuntime, { ...specIn(folder), environment, prompt, options: {} }).result;
  else await runPlain(folder, environment, prompt);
  await server.close();
  rmSync(folder, { recursive: true, force: true });
  return arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? at));
}

/** Without the report by schema a text ends the run. */
function stepOf(turn: number, kind: "door" | "none"): ModelStep {
  if (turn < CALLS) return { kind: "reply", calls: [claudeCall(writes(`f${turn}.txt`))] };
  if (kind === "none") return { kind: "reply", text: "done" };
  return { kind: "reply", calls: [{ tool: "StructuredOutput", input: { status: "done", summary: "" } }] };
}

/** The same client in a mode that edits without asking anybody. */
function runPlain(cwd: string, env: Readonly<Record<string, string>>, prompt: string): Promise<void> {
  const [program = ""] = clientProgram("claude") ?? [];
  const args = [
    "-p",
    prompt,
    "--permission-mode",
    "acceptEdits",
    "--setting-sources",
    "",
    "--output-format",
    "stream-json",
    "--verbose",
  ];
  return new Promise((resolve) => {
    spawn(program, args, { cwd, env: { ...env }, stdio: "ignore" }).once("close", () => resolve());
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const rounds = Number(process.argv[2] ?? 3);
const steps: Record<"door" | "none", number[]> = { door: [], none: [] };
for (let round = 0; round < rounds; round += 1)
  for (const kind of ["none", "door"] as const) steps[kind].push(...(await run(kind)).slice(0, CALLS));
const [none, door] = [median(steps.none), median(steps.door)];
process.stdout.write(
  `calls ${steps.none.length} + ${steps.door.length}; median without door ${none.toFixed(1)} ms, with door ${door.toFixed(1)} ms, added ${(door - none).toFixed(1)} ms, ratio ${(door / none).toFixed(2)}\n`,
);
