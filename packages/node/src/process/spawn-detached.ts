import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { signalGroup } from "./process-group.ts";

/** A program that is to outlive the one that starts it. */
export type DetachedLaunch = {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment of the program; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Where its stderr goes; made with mode 0600, appended to. */
  readonly logFile: string;
  /** How long its first line may take before its group is killed. */
  readonly readyTimeoutMs: number;
};

/** `ready` holds the first line that the program printed. */
export type DetachedStart =
  | { readonly kind: "ready"; readonly pid: number; readonly line: string }
  | { readonly kind: "exited"; readonly code: number | null; readonly signal: string | null }
  | { readonly kind: "not-started"; readonly error: Error }
  | { readonly kind: "silent" };

/**
 * Starts a program in a session of its own that goes on when this process dies, and waits for its first
 * line on stdout, which says that it is under way. Never throws. Afterwards this process neither waits for
 * the program nor holds a pipe of it; while it lives it reaps it.
 */
export async function spawnDetached(launch: DetachedLaunch): Promise<DetachedStart> {
  const child = spawnSession(launch);
  if (child instanceof Error) return { kind: "not-started", error: child };
  const start = await firstWord(child, launch.readyTimeoutMs);
  child.stdout?.destroy();
  child.unref();
  if (start.kind === "silent" && child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
  return start;
}

const MOST_FIRST_LINE = 4 * 1024;

function spawnSession(launch: DetachedLaunch): ChildProcess | Error {
  const [program, ...args] = launch.command;
  let log: number | undefined;
  try {
    log = openSync(launch.logFile, "a", 0o600);
    return spawn(program, args, {
      cwd: launch.cwd,
      env: launch.env,
      detached: true,
      stdio: ["ignore", "pipe", log],
    });
  } catch (cause) {
    return cause instanceof Error ? cause : new Error(String(cause));
  } finally {
    if (log !== undefined) closeSync(log);
  }
}

function firstWord(child: ChildProcess, timeoutMs: number): Promise<DetachedStart> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ kind: "silent" }), timeoutMs);
    const settle = (start: DetachedStart): void => (clearTimeout(timer), resolve(start));
    let text = "";
    child.stdout?.on("error", () => {});
    child.stdout?.on("data", (chunk: Buffer) => {
      text = (text + chunk.toString("utf8")).slice(0, MOST_FIRST_LINE);
      const line = /^([^\n]*)\n/.exec(text)?.[1];
      if (line !== undefined && child.pid !== undefined) settle({ kind: "ready", pid: child.pid, line });
    });
    child.on("error", (error) => settle({ kind: "not-started", error }));
    // `close` and not `exit`: a line that was printed before the exit still counts.
    child.once("close", (code, signal) => settle({ kind: "exited", code, signal }));
  });
}
