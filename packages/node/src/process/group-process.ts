import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { type Grace, climbKillLadder, defaultGrace, signalGroup } from "./process-group.ts";

/** A program to start as the leader of its own process group. */
export type GroupLaunch = {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment of the child; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Called for each chunk as it arrives, never after `ended` resolved; must not throw. */
  readonly onStdout?: (chunk: Buffer) => void;
  readonly onStderr?: (chunk: Buffer) => void;
  readonly grace?: Grace;
  /**
   * Whose group gets the signals that ask for an end: the leader's, or that of its only child, where the
   * leader is a wall that would fall with everybody inside. SIGKILL goes to both.
   */
  readonly asks?: "leader" | "child";
};

/** How a group came to an end. `startError` is there exactly when the program never ran. */
export type GroupEnd = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly startError?: NodeJS.ErrnoException;
};

/** A running process group and what its owner may do to it. */
export type GroupProcess = {
  /** Also the id of the group; `undefined` when the program could not be started. */
  readonly pid: number | undefined;
  /** Resolves once, when the leader has exited, the rest of its group was killed and the pipes are read. */
  readonly ended: Promise<GroupEnd>;
  /** Sends bytes to the child's stdin; silently dropped once the child no longer reads. */
  write(chunk: Buffer | string): void;
  /** Closes the child's stdin. */
  endInput(): void;
  /** SIGINT, then SIGTERM, then SIGKILL to the group. A second call changes nothing. */
  stop(): void;
  /** SIGKILL to the group, at once. */
  kill(): void;
};

/**
 * Starts a program as the leader of a new process group. Never throws: a program that cannot be started
 * gives `startError`. Whatever the leader leaves behind in its group is killed when it exits; a process
 * that made its own session cannot be followed, but it cannot hold us either. POSIX only.
 */
export function startGroup(launch: GroupLaunch): GroupProcess {
  const child = spawnLeader(launch);
  if (child instanceof Error) return neverStarted(child);
  let cancelLadder: (() => void) | undefined;
  const ended = untilEnded(child).finally(() => cancelLadder?.());
  listen(child, launch);
  const { pid } = child;
  const alive = (): boolean => pid !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    pid,
    ended,
    write: (chunk) => void (child.stdin?.writable === true && child.stdin.write(chunk)),
    endInput: () => void child.stdin?.end(),
    stop: () => {
      if (pid !== undefined && alive())
        cancelLadder ??= climbKillLadder(askedGroup(pid, launch), launch.grace ?? defaultGrace);
    },
    kill: () => {
      if (pid !== undefined && alive()) signalGroup(pid, "SIGKILL");
    },
  };
}

function askedGroup(leader: number, { asks }: GroupLaunch): number {
  return asks === "child" ? (firstChild(leader) ?? leader) : leader;
}

function firstChild(pid: number): number | undefined {
  try {
    const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
    return first === undefined || first === "" ? undefined : Number(first);
  } catch {
    return undefined;
  }
}

/** How long pipes are read on after the leader's exit when a process outside the group holds them open. */
const DRAIN_MS = 1_000;

/** Some start errors are thrown and others emitted; a NUL in an argument, for one, is thrown. */
function spawnLeader(launch: GroupLaunch): ChildProcess | Error {
  const [program, ...args] = launch.command;
  try {
    return spawn(program, args, { cwd: launch.cwd, env: launch.env, detached: true, stdio: "pipe" });
  } catch (cause) {
    return cause instanceof Error ? cause : new Error(String(cause));
  }
}

function neverStarted(startError: NodeJS.ErrnoException): GroupProcess {
  const nothing = (): void => {};
  const ended = Promise.resolve({ code: null, signal: null, startError });
  return { pid: undefined, ended, write: nothing, endInput: nothing, stop: nothing, kill: nothing };
}

function listen(child: ChildProcess, launch: GroupLaunch): void {
  // A killed child raises ECONNRESET or EPIPE on its pipes; unheard, that would end this process.
  for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.on("error", () => {});
  child.stdout?.on("data", (chunk: Buffer) => launch.onStdout?.(chunk));
  child.stderr?.on("data", (chunk: Buffer) => launch.onStderr?.(chunk));
}

function untilEnded(child: ChildProcess): Promise<GroupEnd> {
  return new Promise((resolve) => {
    let drain: NodeJS.Timeout | undefined;
    child.once("error", (startError: NodeJS.ErrnoException) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, startError });
    });
    child.once("exit", () => {
      if (child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
      drain = setTimeout(() => destroyAll(child.stdout, child.stderr), DRAIN_MS);
    });
    child.once("close", (code, signal) => {
      clearTimeout(drain);
      resolve({ code, signal });
    });
  });
}

function destroyAll(...pipes: readonly (Readable | null)[]): void {
  for (const pipe of pipes) pipe?.destroy();
}
