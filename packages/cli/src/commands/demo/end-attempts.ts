import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, numberOf, parseJson, textOf } from "@breakwater/agents";
import { isSameProcessAlive, signalGroup } from "@breakwater/node";

/**
 * Ends the agents of every session below `root` at once, by what their hosts wrote down when they started.
 * For an interrupted demo whose coordinator is gone: agents outlive it on purpose.
 */
export function endAttempts(root: string): void {
  const files = filesBelow(join(root, ".orchestrator", "sessions"));
  const orders = files.filter((file) => file.endsWith(ORDER));
  for (const order of orders) claimMarker(order.replace(ORDER, ".started.json"));
  // The host first: it would report the end of its client.
  for (const order of orders) endGroup(hostOf(order.replace(ORDER, ".started.json")));
  for (const order of orders) endGroup(parseJson(contentOf(order.replace(ORDER, ".client.json"))));
}

const ORDER = ".order.json";

/** A host that has not begun yet finds its marker taken, and goes away (`docs/spec/attempt.md`). */
function claimMarker(file: string): void {
  try {
    writeFileSync(file, "", { flag: "wx" });
  } catch {
    // It has begun; then it is ended by what the marker says.
  }
}

function hostOf(file: string): unknown {
  const marker = parseJson(contentOf(file));
  return isJsonObject(marker) ? marker.host : undefined;
}

/** The number alone would not do: another process may have it by now. */
function endGroup(identity: unknown): void {
  if (!isJsonObject(identity)) return;
  const pid = numberOf(identity.pid);
  const bootId = textOf(identity.bootId);
  const startTime = textOf(identity.startTime);
  if (pid === undefined || bootId === undefined || startTime === undefined) return;
  if (isSameProcessAlive({ pid, bootId, startTime }) === "alive") signalGroup(pid, "SIGKILL");
}

function filesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
