import { performance } from "node:perf_hooks";
import { BoundedTail } from "./bounded-tail.ts";
import { type GroupEnd, type GroupLaunch, type GroupProcess, startGroup } from "./group-process.ts";

/** A program that is run to its end. `env` is the whole environment; nothing is inherited. */
export type GroupRun = GroupLaunch & {
  /** After this the group is stopped by the kill ladder and the exit says `timedOut`; absent means never. */
  readonly timeoutMs?: number;
  /** How much of the end of each stream is kept; 64 KiB when absent. */
  readonly tailBytes?: number;
  /** Stops the group by the kill ladder; when already aborted, nothing is started. */
  readonly signal?: AbortSignal;
  /** Given to the program on its stdin, which is closed afterwards in any case. */
  readonly stdin?: Buffer;
};

/** How the run ended. `code` is null when a signal ended it or it never started. */
export type GroupExit = GroupEnd & {
  readonly timedOut: boolean;
  readonly aborted: boolean;
  /** The last `tailBytes` of each stream. */
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly durationMs: number;
};

/**
 * Runs a program to its end in a process group of its own and leaves nothing of that group behind.
 * Never rejects: what went wrong is in the exit. Output beyond the tail is dropped, whatever its size.
 */
export async function runInGroup(run: GroupRun): Promise<GroupExit> {
  const startedAt = performance.now();
  const tails = { stdout: new BoundedTail(tailLimit(run)), stderr: new BoundedTail(tailLimit(run)) };
  if (run.signal?.aborted === true) return describeExit(NEVER_RAN, { tails, startedAt, why: "aborted" });
  const group = startGroup({ ...run, ...teeInto(tails, run) });
  if (run.stdin !== undefined) group.write(run.stdin);
  group.endInput();
  const watch = watchOver(group, run);
  const end = await group.ended;
  return describeExit(end, { tails, startedAt, why: watch.release() });
}

type Tails = { readonly stdout: BoundedTail; readonly stderr: BoundedTail };
type StopCause = "timed-out" | "aborted" | undefined;

const NEVER_RAN: GroupEnd = { code: null, signal: null };
const DEFAULT_TAIL_BYTES = 64 * 1024;
/** `setTimeout` takes a larger delay for 1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function tailLimit(run: GroupRun): number {
  return run.tailBytes ?? DEFAULT_TAIL_BYTES;
}

function teeInto(tails: Tails, run: GroupRun): Required<Pick<GroupLaunch, "onStdout" | "onStderr">> {
  return {
    onStdout: (chunk) => {
      tails.stdout.add(chunk);
      run.onStdout?.(chunk);
    },
    onStderr: (chunk) => {
      tails.stderr.add(chunk);
      run.onStderr?.(chunk);
    },
  };
}

/** Stops the group at its deadline or on abort, and tells on release which of them came first. */
function watchOver(group: GroupProcess, run: GroupRun): { release(): StopCause } {
  let cause: StopCause;
  const stop = (why: StopCause): void => {
    cause ??= why;
    group.stop();
  };
  const onAbort = (): void => stop("aborted");
  run.signal?.addEventListener("abort", onAbort, { once: true });
  const timer =
    run.timeoutMs === undefined
      ? undefined
      : setTimeout(() => stop("timed-out"), Math.min(run.timeoutMs, LONGEST_TIMER_MS));
  return {
    release: () => {
      clearTimeout(timer);
      run.signal?.removeEventListener("abort", onAbort);
      return cause;
    },
  };
}

function describeExit(
  end: GroupEnd,
  run: { readonly tails: Tails; readonly startedAt: number; readonly why: StopCause },
): GroupExit {
  return {
    ...end,
    timedOut: run.why === "timed-out",
    aborted: run.why === "aborted",
    stdout: run.tails.stdout.read(),
    stderr: run.tails.stderr.read(),
    durationMs: performance.now() - run.startedAt,
  };
}
