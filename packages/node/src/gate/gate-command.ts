import type { GateExit, WallTier } from "@breakwater/core";
import type { GroupLaunch } from "../process/group-process.ts";
import type { OpenWall } from "../wall/open-wall.ts";
import { type GroupExit, runInGroup } from "../process/run-in-group.ts";
import type { Grace } from "../process/process-group.ts";
import { missingProgram } from "./missing-command.ts";
import type { OutputFile } from "./output-file.ts";
import { plainText } from "./plain-text.ts";

/** One run of a check's command, exactly as the user wrote it. */
export type GateCommand = {
  readonly command: string;
  /** A real path inside the workspace. */
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly output: OutputFile;
  readonly signal?: AbortSignal;
  readonly grace?: Grace;
  readonly wall?: GateWall;
};

/** A wall that was tried a moment ago. */
export type GateWall = { readonly tier: WallTier; readonly wall: OpenWall };

/** How the command ended and what it printed: stdout, then stderr, each its end only, plain. */
export type CommandEnd = { readonly result: GateExit; readonly text: string };

/** How much of each stream is looked through for a summary. */
const READ_BYTES = 4 * 1024 * 1024;

/** Runs the command through `/bin/sh` in a process group of its own; never throws. */
export async function runGateCommand(run: GateCommand): Promise<CommandEnd> {
  const keep = (chunk: Buffer): void => run.output.add(chunk);
  const exit = await runInGroup({
    ...launchOf(run),
    timeoutMs: run.timeoutMs,
    tailBytes: READ_BYTES,
    onStdout: keep,
    onStderr: keep,
    ...(run.signal === undefined ? {} : { signal: run.signal }),
    ...(run.grace === undefined ? {} : { grace: run.grace }),
  });
  // Joined by stream and not by arrival, so that no line of one is torn by a line of the other.
  const text = plainText(`${exit.stdout.toString("utf8")}\n${exit.stderr.toString("utf8")}`);
  const entered = run.wall === undefined || (await run.wall.wall.wasEntered());
  if (!entered && !exit.aborted && !exit.timedOut)
    return { result: { kind: "could-not-run", reason: `the wall ${run.wall?.tier} did not come up` }, text };
  return { result: await describeEnd(exit, run, text), text };
}

function launchOf({ command, folder, variables, wall }: GateCommand): GroupLaunch {
  const plain: GroupLaunch = { command: ["/bin/sh", "-c", command], cwd: folder, env: variables };
  if (wall === undefined) return plain;
  const around = wall.wall;
  return {
    ...plain,
    command: around.command({ command: plain.command, cwd: folder }),
    env: around.environment(variables),
    asks: around.asks,
  };
}

async function describeEnd(exit: GroupExit, run: GateCommand, text: string): Promise<GateExit> {
  if (exit.aborted) return { kind: "could-not-run", reason: "it was stopped before it ended" };
  if (exit.timedOut) return { kind: "timed-out", afterMs: run.timeoutMs };
  if (exit.startError !== undefined) return { kind: "could-not-run", reason: exit.startError.message };
  if (exit.signal !== null) return { kind: "signalled", signal: exit.signal };
  if (exit.code === null) return { kind: "could-not-run", reason: "it ended without an exit code" };
  if (exit.code === 127) return describeNotFound(run, text);
  if (exit.code === 126)
    return { kind: "could-not-run", reason: "a program could not be executed (exit code 126)" };
  const signal = STOPPED_CHILD.get(exit.code);
  return signal === undefined ? { kind: "exited", code: exit.code } : { kind: "signalled", signal };
}

/** A shell says 128 + n of a child that a signal ended. These come from outside: a user, the system, out of memory. */
const STOPPED_CHILD = new Map([
  [130, "SIGINT"],
  [137, "SIGKILL"],
  [143, "SIGTERM"],
]);

async function describeNotFound(run: GateCommand, text: string): Promise<GateExit> {
  const { command, folder, variables } = run;
  const program = await missingProgram({ command, folder, path: variables["PATH"] ?? "", text });
  return program === undefined
    ? { kind: "could-not-run", reason: "a program was not found (exit code 127)" }
    : { kind: "missing-command", program };
}
