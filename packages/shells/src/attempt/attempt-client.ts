import { present, runtimeOf } from "@breakwater/agents";
import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { CommandLine } from "@breakwater/agents";
import { fail, type Failure, ok, type Result } from "@breakwater/core";
import {
  type DetachedStart,
  isSameProcessAlive,
  type ProcessIdentity,
  publishFile,
  scrubbedEnvironment,
  signalGroup,
  spawnDetached,
} from "@breakwater/node";
import type { Denial } from "../door/door.ts";
import { askHost } from "./ask-host.ts";
import { settleLeftWall } from "./attempt-wall.ts";
import { readConversation } from "./conversation.ts";
import { ATTEMPT_VERB } from "./attempt-entry.ts";
import { type AttemptOrder, companionFiles } from "./order.ts";
import { type AttemptResult, type Loss, readResult } from "./result-file.ts";
import { endLeftovers, readMarker } from "./start-marker.ts";

/** A started attempt as its coordinator holds it; plain data, valid in any process of this machine. */
export type AttemptHandle = {
  readonly order: AttemptOrder;
  readonly pid: number;
  readonly token: string;
  readonly identity: ProcessIdentity;
  /** True where this call found the attempt started already. */
  readonly adopted: boolean;
};

/** How the host is started: the entry file with its arguments; the order's path is appended. */
export type HostCommand = CommandLine;

/** This very program once more, as `breakwater attempt ORDER`. */
export function attemptHostCommand(): HostCommand {
  return { file: process.execPath, args: [process.argv[1] ?? "", ATTEMPT_VERB] };
}

/**
 * Starts the host of an attempt in a session of its own, or finds that it was started before: an attempt is
 * never started twice, however many callers try. The failures are BW740 (nothing was started) and BW742 (it
 * was started by another order).
 */
export async function startAttempt(
  order: AttemptOrder,
  host: HostCommand = attemptHostCommand(),
): Promise<Result<AttemptHandle>> {
  const before = await handleOf(order, true);
  if (before !== undefined) return before;
  const files = companionFiles(order);
  await mkdir(dirname(order.resultFile), { recursive: true, mode: 0o700 });
  await publishFile(files.order, `${JSON.stringify(order)}\n`, "replace");
  const start = await spawnDetached({
    command: [host.file, ...host.args, files.order],
    cwd: dirname(order.resultFile),
    env: scrubbedEnvironment({ source: process.env, allow: [...order.allowEnvironment, ...inherits(order)] }),
    logFile: files.log,
    readyTimeoutMs: READY_TIMEOUT_MS,
  });
  if (start.kind !== "ready") {
    await endStray(order);
    return fail(await notStarted(order, start));
  }
  const handle = await handleOf(order, start.line !== "started");
  return handle ?? fail(await notStarted(order, { kind: "silent" }));
}

/** A host that was killed for its silence may have claimed the start, and more, a moment before. */
async function endStray(order: AttemptOrder): Promise<void> {
  const marker = await readMarker(order);
  if (marker?.token === order.token && isSameProcessAlive(marker.host) !== "alive")
    await endLeftovers(order, marker);
}

/** What the client will inherit has to reach its host first. */
function inherits({ agent }: AttemptOrder): readonly string[] {
  const runtime = runtimeOf(agent);
  return runtime.ok ? runtime.value.inherits : [];
}

/** What became of an ordered attempt. */
export type FoundAttempt =
  | { readonly kind: "live"; readonly handle: AttemptHandle }
  | ({ readonly kind: "finished" } & AttemptResult)
  | { readonly kind: "never-started" }
  /**
   * It was started and is gone without a result; whatever it left running was ended, and what its wall kept
   * apart is taken in. `denials` are what that was held for, told to the first who asks.
   */
  | ({ readonly kind: "lost"; readonly denials: readonly Denial[] } & Loss);

/**
 * Finds out what became of an order, in any process and after any crash. The result file decides first, then
 * the process that claimed the start, known by pid, boot and start time. Repeatable; starts nothing.
 */
export async function findAttempt(order: AttemptOrder): Promise<FoundAttempt> {
  const finished = await readResult(order);
  const marker = await readMarker(order);
  if (finished !== undefined) {
    // A host that was killed behind its last word could not clear up any more.
    if (marker !== undefined && isSameProcessAlive(marker.host) === "dead") await endLeftovers(order, marker);
    return { kind: "finished", ...finished };
  }
  if (marker === undefined) return { kind: "never-started" };
  if (marker.token !== order.token)
    return { kind: "lost", denials: [], reason: "it was started by another order" };
  const live = await handleOf(order, true);
  // A process table that cannot be read proves nothing; who answers with the token is alive.
  if (live?.ok === true && isSameProcessAlive(marker.host) !== "dead")
    return { kind: "live", handle: live.value };
  // The host may have written its result between the two looks.
  const late = await readResult(order);
  if (late !== undefined) return { kind: "finished", ...late };
  await endLeftovers(order, marker);
  const { held = [], failure } = (await settleLeftWall(order)) ?? {};
  const runtimeSession = await readConversation(order);
  const reason = `its host ${marker.host.pid} ended without a result`;
  return {
    kind: "lost",
    denials: held,
    reason: failure === undefined ? reason : `${reason}; ${failure}`,
    ...present({ runtimeSession }),
  };
}

/** Hands a message to a running agent; the value is whether it was taken. The failure is BW744. */
export async function nudgeAttempt(handle: AttemptHandle, text: string): Promise<Result<boolean>> {
  const answer = await askHost(handle.order, { kind: "steer", text });
  if (answer?.kind === "steered") return ok(answer.delivered);
  return fail(unanswered(handle, "did not take the message"));
}

/**
 * Ends an attempt; its result follows as usual. Without `force` the client gets its signals in order. With
 * `force` its group is killed at once, and a host that does not answer is killed with all that it started.
 * The failure is BW744: nothing answers, and nothing was killed.
 */
export async function stopAttempt(
  handle: AttemptHandle,
  stop: { readonly reason: string; readonly force: boolean },
): Promise<Result<void>> {
  const answer = await askHost(handle.order, { kind: "stop", ...stop });
  if (answer !== undefined) return ok(undefined);
  const gone = isSameProcessAlive(handle.identity) === "dead";
  if (!stop.force && !gone) return fail(unanswered(handle, "did not take the order to stop"));
  if (!gone) signalGroup(handle.pid, "SIGKILL");
  const marker = await readMarker(handle.order);
  if (marker !== undefined) await endLeftovers(handle.order, marker);
  return ok(undefined);
}

const READY_TIMEOUT_MS = 30_000;

async function handleOf(order: AttemptOrder, adopted: boolean): Promise<Result<AttemptHandle> | undefined> {
  const marker = await readMarker(order);
  if (marker === undefined) return undefined;
  const { host, token } = marker;
  if (token === order.token) return ok({ order, pid: host.pid, token, identity: host, adopted });
  return fail({
    code: "BW742",
    message: `the attempt ${order.attempt} was started before, by another order`,
    why: "An attempt is started once; a second start could do paid work twice.",
    fix: "Run breakwater resume, which follows the first start or opens a new attempt.",
  });
}

async function notStarted(
  order: AttemptOrder,
  start: Exclude<DetachedStart, { kind: "ready" }>,
): Promise<Failure> {
  const log = (await readFile(companionFiles(order).log, "utf8").catch(() => "")).trim().slice(-600);
  return {
    code: "BW740",
    message: `the host of the attempt ${order.attempt} ${howItFailed(start)}${log === "" ? "" : `: ${log}`}`,
    why: "Each attempt runs in a process of its own; this one did not get under way, and no agent was started.",
    fix: "Read the message, run breakwater doctor, and try again with breakwater retry.",
  };
}

function howItFailed(start: Exclude<DetachedStart, { kind: "ready" }>): string {
  switch (start.kind) {
    case "exited":
      return start.signal === null ? `ended with code ${start.code}` : `was ended by ${start.signal}`;
    case "not-started":
      return `could not be started (${start.error.message})`;
    case "silent":
      return "did not say that it was under way in time";
  }
}

function unanswered(handle: AttemptHandle, what: string): Failure {
  return {
    code: "BW744",
    message: `the attempt ${handle.order.attempt} (process ${handle.pid}) ${what}`,
    why: "It has just ended, or its host hangs.",
    fix: "Wait for its end; if it does not come, stop it with force: breakwater stop --force",
  };
}
