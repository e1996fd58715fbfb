import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "../journal/durable-file.ts";

/**
 * Appends whole lines to a record file in one write and waits until the disk has them. A last line that was
 * cut off by a crash is closed first, so that it spoils no other. Rejects with the system's error. The
 * caller holds the lease of the session, which is the lock of all records of a checkout.
 */
export async function appendRecords(file: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, "a+", 0o644);
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    const open = size > 0 && last[0] !== NEWLINE ? "\n" : "";
    await handle.appendFile(`${open}${lines.join("\n")}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await syncFolder(dirname(file));
}

/** One line of a record file: its text, and the object in it; `fields` is absent for a line that holds none. */
export type RecordLine = { readonly text: string; readonly fields?: Readonly<Record<string, unknown>> };

/** The lines of a record file, blank ones left out; none where the file is missing. */
export async function readRecords(file: string): Promise<readonly RecordLine[]> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return text.split("\n").flatMap((line) => {
    const trimmed = line.trim();
    return trimmed === "" ? [] : [recordLine(trimmed)];
  });
}

const NEWLINE = 0x0a;

function recordLine(text: string): RecordLine {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return { text, fields: Object.fromEntries(Object.entries(value)) };
    }
  } catch {
    // Another program's line stays what it is.
  }
  return { text };
}
