import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import type { ModelServer, ModelStep } from "@breakwater/testkit";

/** A scripted run: its model answers the first `calls` requests with `call`, and the next with `end`. */
export type TimedRun = {
  readonly server: ModelServer;
  readonly name: string;
  readonly calls: number;
  readonly call: ModelStep;
  readonly end: ModelStep;
  readonly run: () => Promise<unknown>;
};

/** Times between the requests of a run; the first one waits for the client's start and does not count. */
export async function requestTimes({
  server,
  name,
  calls,
  call,
  end,
  run,
}: TimedRun): Promise<readonly number[]> {
  const at: number[] = [];
  server.play(name, ({ turn }) => {
    at.push(performance.now());
    return turn < calls ? call : end;
  });
  await run();
  if (at.length < calls + 1) throw new Error(`Measuring ${name}: ${at.length} requests came`);
  return at.slice(1, calls + 1).map((time, index) => time - (at[index] ?? time));
}

/** Runs a client as a user would, without a door, and waits for its end. */
export function runFree(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<void> {
  const path = process.env["PATH"] ?? "";
  const child = spawn(program, args, {
    cwd,
    env: { PATH: path, ...env },
    stdio: ["ignore", "ignore", "ignore"],
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => resolve());
  });
}

/** One line: what asking adds to each call. */
export function tellAdded(what: string, asked: readonly number[], free: readonly number[]): void {
  const [long, short] = [median(asked), median(free)];
  process.stdout.write(
    `${what}, ${asked.length} commands each: asked ${long.toFixed(1)} ms, not asked ${short.toFixed(1)} ms, added ${(long - short).toFixed(1)} ms, ratio ${(long / short).toFixed(2)}\n`,
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
