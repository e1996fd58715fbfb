import { readFile } from "node:fs/promises";
import { renameSync, writeFileSync } from "node:fs";
import { isJsonObject, parseJson, textOf } from "@breakwater/agents";
import { type AttemptOrder, companionFiles } from "./order.ts";

/**
 * Records the runtime's own id of the conversation, before anything that follows in it is told: whoever finds
 * the attempt lost can go on with it. A file that cannot be written costs the resumption, never the attempt.
 */
export function recordConversation(order: AttemptOrder, session: string): void {
  const file = companionFiles(order).conversation;
  try {
    writeFileSync(`${file}.new`, `${JSON.stringify({ token: order.token, session })}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch {
    // The id is told with the progress and with the report too.
  }
}

/** The conversation that exactly this start of an attempt has led, if its agent told one. */
export async function readConversation(
  order: Pick<AttemptOrder, "resultFile" | "token">,
): Promise<string | undefined> {
  const value = parseJson(await readFile(companionFiles(order).conversation, "utf8").catch(() => ""));
  return isJsonObject(value) && value.token === order.token ? textOf(value.session) : undefined;
}
