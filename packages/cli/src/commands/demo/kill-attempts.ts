import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, numberOf, parseJson, textOf } from "@breakwater/agents";
import { isSameProcessAlive, signalGroup } from "@breakwater/node";

/**
 * Ends the agents of every session below `root` at once, by what their hosts wrote down when they started.
 * For an interrupted demo: agents outlive their coordinator on purpose.
 */
export function killAttempts(root: string): void {
  for (const file of filesBelow(join(root, ".orchestrator", "sessions"))) {
    // The host first: it would report the end of its client.
    if (file.endsWith(".started.json")) endGroup(hostOf(file));
  }
  for (const file of filesBelow(join(root, ".orchestrator", "sessions"))) {
    if (file.endsWith(".client.json")) endGroup(parseJson(contentOf(file)));
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
