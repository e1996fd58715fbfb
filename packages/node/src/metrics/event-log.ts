import { readFile, rename, stat } from "node:fs/promises";
import { appendRecords } from "./record-file.ts";

/**
 * Adds records to an event log, one JSON line each, and leaves out those that stand in it already; so it may
 * be asked again after a crash. Resolves to how many were added. A log of 10 MB is put aside as `<file>.1`,
 * and the fifth of those is lost. Rejects where the file cannot be written.
 */
export async function addEvents(file: string, records: readonly object[]): Promise<number> {
  if (records.length === 0) return 0;
  const known = new Set([...(await linesOf(file)), ...(await linesOf(`${file}.1`))]);
  const missing = records.map((record) => JSON.stringify(record)).filter((line) => !known.has(line));
  if (missing.length === 0) return 0;
  await rotate(file);
  await appendRecords(file, missing);
  return missing.length;
}

const MOST_BYTES = 10_000_000;
const KEPT = 5;

async function linesOf(file: string): Promise<readonly string[]> {
  return (await readFile(file, "utf8").catch(() => "")).split("\n");
}

async function rotate(file: string): Promise<void> {
  const size = (await stat(file).catch(() => undefined))?.size ?? 0;
  if (size < MOST_BYTES) return;
  for (let n = KEPT - 1; n >= 1; n -= 1) await rename(`${file}.${n}`, `${file}.${n + 1}`).catch(() => {});
  await rename(file, `${file}.1`);
}
