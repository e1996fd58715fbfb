import { present, runtimeOf } from "@breakwater/agents";
import { cut, type AttemptReport, type Failure } from "@breakwater/core";
import { AttemptHost } from "./attempt-host.ts";
import { settleLeftWall } from "./attempt-wall.ts";
import { readConversation } from "./conversation.ts";
import { readOrder } from "./order.ts";
import { lostReport, writeResult } from "./result-file.ts";
import { claimStart, endLeftovers } from "./start-marker.ts";

/** First line on stdout of a host that goes away: another one holds the attempt. */
const HOST_TAKEN = "taken";

/**
 * Runs one attempt from its order to its final result (`docs/spec/attempt.md`) and resolves to the exit code.
 *
 * To be called in a process that leads its own group. Claims the start first, so that a second host of the
 * same attempt goes away without doing anything. Nothing of the agent is left when this resolves.
 */
export async function runAttemptHost(orderFile: string): Promise<number> {
  // The coordinator may be gone, and the disk of the log full.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const order = await readOrder(orderFile);
  if (!order.ok) return complain(order.failure);
  const runtime = runtimeOf(order.value.agent);
  if (!runtime.ok) return complain(runtime.failure);
  const marker = await claimStart(order.value);
  if (marker === undefined) {
    process.stdout.write(`${HOST_TAKEN}\n`);
    return 0;
  }
  const host = new AttemptHost(order.value, marker, runtime.value);
  try {
    await host.run();
    return 0;
  } catch (cause) {
    // Our bug, or a disk that is full: the coordinator shall not have to guess.
    await host.abandon();
    await endLeftovers(order.value, marker);
    await settleLeftWall(order.value).catch(() => undefined);
    const runtimeSession = await readConversation(order.value);
    const report = { ...brokenReport(cause), ...present({ runtimeSession }) };
    await writeResult(order.value, { report, denials: [], stagnations: [] });
    throw cause;
  }
}

function complain(failure: Failure): number {
  process.stderr.write(`${failure.code} ${failure.message}\n`);
  return 2;
}

function brokenReport(cause: unknown): AttemptReport {
  const message = `the host of the attempt failed: ${cause instanceof Error ? cause.message : String(cause)}`;
  return {
    ...lostReport({ reason: "" }),
    ending: { kind: "error", class: "crash", message: cut(message, 1_000) },
  };
}
