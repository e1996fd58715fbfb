import { readFile } from "node:fs/promises";
import type { PastSession } from "@breakwater/core";

/** How many records are looked at, the newest; older sessions say little about how the next one goes. */
const MOST_RECORDS = 200;

/**
 * What the records of sessions in a file tell for a forecast, oldest first. The last record of a session
 * counts. A line that is no such record is left out; without a file there are none. Never rejects.
 */
export async function readPastSessions(file: string): Promise<readonly PastSession[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  if (text === "") return [];
  const { pastSessionOf } = await import("./past-session-record.ts");
  const lines = text.trimEnd().split("\n").slice(-MOST_RECORDS);
  return [...new Map(lines.flatMap(pastSessionOf)).values()];
}
