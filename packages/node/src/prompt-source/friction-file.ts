import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The files in which agents of the last three sessions could not place an edit, newest first, each once. By
 * the records in the folder of metrics; sessions that were abandoned do not count. Empty where there are none.
 */
export function frictionFiles(metrics: string): readonly string[] {
  const abandoned = new Set(
    recordsOf(join(metrics, "sessions.jsonl")).flatMap(({ status, session_id: id }) =>
      status === "abandoned" && typeof id === "string" ? [id] : [],
    ),
  );
  const events = recordsOf(join(metrics, "events.jsonl")).filter(
    ({ event, session }) =>
      event === "stagnation_detected" && typeof session === "string" && !abandoned.has(session),
  );
  const sessions = new Set([...new Set(events.map(({ session }) => session).toReversed())].slice(0, LAST));
  const files = events
    .filter(({ session, error_class: kind }) => sessions.has(session) && kind === "edit-format-friction")
    .flatMap(({ file }) => (typeof file === "string" ? [file] : []));
  return [...new Set(files.toReversed())];
}

const LAST = 3;

function recordsOf(file: string): readonly Readonly<Record<string, unknown>>[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === "object" && value !== null ? [{ ...value }] : [];
    } catch {
      return [];
    }
  });
}
