import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import type { GitContext } from "../git/git-context.ts";
import { withoutWorkTree } from "../git/git-context.ts";
import { gitEnvironment } from "../git/git-environment.ts";
import type { GitEnd } from "../git/git-failure.ts";

/** One git process that answers many questions. */
export type ResidentGit = {
  readonly isOpen: () => boolean;
  /** Sends a question; `busy` afterwards says whether an answer is waited for. */
  readonly send: (text: string) => void;
  /** Tells whether answers are waited for: without any, the process ends by itself after a while. */
  readonly wait: (busy: boolean) => void;
  readonly close: (how: GitEnd) => void;
};

/** What a resident git is started with, and who hears its answers and its end, the latter once. */
export type ResidentOptions = {
  readonly args: readonly string[];
  readonly overrides?: GitContext["overrides"];
  readonly onData: (chunk: Buffer) => void;
  readonly onEnd: (end: GitEnd) => void;
};

/** Those that have not ended, with whether each is waited for. */
const open = new Map<ChildProcessWithoutNullStreams, { busy: boolean }>();

/**
 * Ends every resident git of this process and waits until it is gone; the next question starts a new one.
 * For whoever is through with a repository; one that is waited for is let finish.
 */
export async function endResidentGit(): Promise<void> {
  await Promise.all(
    [...open.keys()].map(async (child) => {
      const gone = new Promise((resolve) => child.once("close", resolve));
      child.ref();
      child.stdin.end();
      await gone;
    }),
  );
}

/** Nobody is left to ask: those that only wait for a question go with us. */
process.on("exit", () => {
  for (const [child, { busy }] of open) if (!busy) child.kill("SIGKILL");
});

/** An answer may take this long. */
const PATIENCE_MS = 120_000;
/** A process that nobody asks ends, so that it does not outlive its use for long. */
const IDLE_MS = 2_000;

/**
 * Starts a git process that sees objects and refs of a repository and no files. A group of its own keeps an
 * interrupt of the terminal away; it ends when its input does, so also when this process is killed. While
 * nobody waits for an answer it does not keep the program from ending.
 */
export function openResidentGit(context: GitContext, options: ResidentOptions): ResidentGit {
  const child = start(context, options);
  const use = { busy: false };
  open.set(child, use);
  let end: GitEnd | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stderr = "";
  const close = (how: GitEnd): void => {
    if (end !== undefined) return;
    end = how;
    clearTimeout(timer);
    child.kill("SIGKILL");
    options.onEnd(how);
  };
  child.stdin.on("error", () => undefined);
  child.stdout.on("error", () => undefined).on("data", options.onData);
  child.stderr
    .on("error", () => undefined)
    .on("data", (chunk: Buffer) => {
      stderr = `${stderr}${chunk.toString("utf8")}`.slice(-4096);
    });
  child.once("error", (cause: NodeJS.ErrnoException) => {
    if (child.pid === undefined) open.delete(child);
    close(notStarted(context, cause));
  });
  child.once("close", (code) => {
    open.delete(child);
    close({ kind: "exited", code: code ?? 1, stderr });
  });
  return {
    isOpen: () => end === undefined,
    send: (text) => void child.stdin.write(text),
    wait: (busy) => {
      clearTimeout(timer);
      use.busy = busy;
      hold(child, busy);
      timer = busy
        ? setTimeout(() => close({ kind: "timed-out", afterMs: PATIENCE_MS }), PATIENCE_MS)
        : setTimeout(() => close({ kind: "exited", code: 0, stderr: "" }), IDLE_MS).unref();
    },
    close,
  };
}

function start(context: GitContext, options: ResidentOptions): ChildProcessWithoutNullStreams {
  const overrides = [...(context.overrides ?? []), ...(options.overrides ?? [])];
  const literal = { GIT_NO_REPLACE_OBJECTS: "1", GIT_GRAFT_FILE: "/dev/null" };
  const env = gitEnvironment({ ...withoutWorkTree(context), overrides }, literal);
  return spawn("git", ["--bare", ...options.args], {
    cwd: context.commonDir,
    env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
}

function hold(child: ChildProcessWithoutNullStreams, busy: boolean): void {
  for (const each of [child, child.stdin, child.stdout, child.stderr]) {
    const handle: unknown = each;
    if (!isHandle(handle)) continue;
    if (busy) handle.ref();
    else handle.unref();
  }
}

function isHandle(value: unknown): value is { ref: () => void; unref: () => void } {
  return typeof value === "object" && value !== null && "ref" in value && "unref" in value;
}

function notStarted(context: GitContext, cause: NodeJS.ErrnoException): GitEnd {
  const { commonDir: cwd } = context;
  return { kind: "not-started", cwd, reason: cause.message, missing: cause.code === "ENOENT" };
}
