import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fail, ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import type { GitContext } from "./git-context.ts";
import { discoveryEnvironment, gitEnvironment } from "./git-environment.ts";
import { gitFailure } from "./git-failure.ts";
import type { GitEnd } from "./git-failure.ts";

/** What a git child printed and how it exited. `stdout` is bytes: paths need not be UTF-8. */
export type GitOutput = {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly code: number;
};

/**
 * `okCodes` are the exit codes that are answers rather than failures (default `[0]`). `timeoutMs` defaults
 * to two minutes, `maxBytes` to 64 MiB of standard output.
 */
export type GitOptions = {
  readonly stdin?: Buffer | string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  readonly okCodes?: readonly number[];
};

const DEFAULT_TIMEOUT_MS = 120_000;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const MAX_STDERR_BYTES = 64 * 1024;

/**
 * Runs one git command on the repository that `context` names, and on no other: the repository, its common
 * folder, the work tree and the index are pinned, and hooks, fsmonitor, pagers, prompts, signing and
 * network are off. Never throws. Any exit code outside `okCodes` is a failure with a code (BW701,
 * BW712-BW715, BW720-BW722); nothing is retried here.
 */
export function git(
  context: GitContext,
  args: readonly string[],
  options: GitOptions = {},
): Promise<Result<GitOutput>> {
  const env = gitEnvironment(context, options.env);
  if (context.workTree !== undefined) return runGitChild({ args, cwd: context.cwd, env }, options);
  // Without a work tree git would still read attributes from its folder, so that folder is its own.
  return runGitChild({ args: ["--bare", ...args], cwd: context.commonDir, env }, options);
}

/**
 * Runs one read-only git command that finds its repository from `cwd`. Only for opening the folder that a
 * person named; everything after that goes through `git` with a pinned context.
 */
export function gitDiscover(
  cwd: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<Result<GitOutput>> {
  return runGitChild({ args, cwd, env: { ...discoveryEnvironment(), ...options.env } }, options);
}

type GitCall = {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Record<string, string>;
};

async function runGitChild(call: GitCall, options: GitOptions): Promise<Result<GitOutput>> {
  const ended = await collect(call, options);
  if ("stdout" in ended && (options.okCodes ?? [0]).includes(ended.code)) return ok(ended);
  const verb = call.args.find((arg) => !arg.startsWith("-")) ?? "";
  return fail(
    gitFailure(verb, "stdout" in ended ? { kind: "exited", code: ended.code, stderr: ended.stderr } : ended),
  );
}

/** Starts the child in a process group of its own, so that stopping it also stops git's own workers. */
function collect(call: GitCall, options: GitOptions): Promise<GitOutput | GitEnd> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = options;
  return new Promise((resolve) => {
    const child = spawn("git", [...call.args], {
      cwd: call.cwd,
      env: call.env,
      detached: true,
      stdio: [options.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    let stopped: GitEnd | undefined;
    const stop = (end: GitEnd): void => {
      stopped ??= end;
      killGroup(child);
    };
    const stdout = gather(child.stdout, {
      maxBytes,
      onOverflow: () => stop({ kind: "too-much-output", maxBytes }),
    });
    const stderr = gather(child.stderr, { maxBytes: MAX_STDERR_BYTES, onOverflow: () => undefined });
    const timer = setTimeout(() => stop({ kind: "timed-out", afterMs: timeoutMs }), timeoutMs);
    child.once("error", (cause: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve({
        kind: "not-started",
        cwd: call.cwd,
        reason: cause.message,
        missing: cause.code === "ENOENT",
      });
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      const said = stderr().toString("utf8");
      if (stopped !== undefined) resolve(stopped);
      else if (code === null) resolve({ kind: "killed", signal: signal ?? "a signal", stderr: said });
      else resolve({ stdout: stdout(), stderr: said, code });
    });
    feed(child, options.stdin);
  });
}

/** Keeps at most `maxBytes` of a stream; the stream is drained to its end either way. */
function gather(
  stream: NodeJS.ReadableStream | null,
  bound: { readonly maxBytes: number; readonly onOverflow: () => void },
): () => Buffer {
  const chunks: Buffer[] = [];
  let kept = 0;
  stream?.on("error", () => undefined);
  stream?.on("data", (chunk: Buffer) => {
    const room = bound.maxBytes - kept;
    if (chunk.length > room) bound.onOverflow();
    if (room <= 0) return;
    const part = chunk.subarray(0, room);
    chunks.push(part);
    kept += part.length;
  });
  return () => Buffer.concat(chunks);
}

/** A git that exits early closes its input; that shows in its exit code, so the pipe error is dropped. */
function feed(child: ChildProcess, stdin: Buffer | string | undefined): void {
  if (child.stdin === null) return;
  child.stdin.on("error", () => undefined);
  child.stdin.end(stdin ?? "");
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
}
