import { constants } from "node:fs";
import { type FileHandle, lstat, open, rm } from "node:fs/promises";
import { boundedLines, plainText } from "../plain-text.ts";
import type { Reading } from "../reading.ts";
import { readJunit } from "./junit.ts";
import { readTap } from "./tap.ts";
import { readTestJson } from "./test-json.ts";

/** A larger report is not read, and the check is judged by its output. */
const LARGEST_REPORT = 16 * 1024 * 1024;

/**
 * Removes the report of an earlier run, so that what is found afterwards was written by this one. Gives the
 * reason where something that cannot be removed has its name. A link is removed, never followed.
 */
export async function clearReport(path: string): Promise<string | undefined> {
  try {
    if ((await lstat(path)).isDirectory()) return `the report ${path} is a folder`;
    await rm(path, { force: true });
    return undefined;
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    return `the old report ${path} could not be removed: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

/** Reads a report that the run wrote; `undefined` where there is none or none of a known, whole format. */
export async function readReport(path: string): Promise<Reading | undefined> {
  const text = await readRegular(path);
  if (text === undefined) return undefined;
  const start = text.trimStart();
  if (start.startsWith("<")) return readJunit(start);
  if (start.startsWith("{")) return readTestJson(start);
  return readTap(boundedLines(plainText(text)));
}

async function readRegular(path: string): Promise<string | undefined> {
  let handle: FileHandle | undefined;
  try {
    // Without O_NONBLOCK a pipe that was put in place of the report would hold us for ever.
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const found = await handle.stat();
    if (!found.isFile() || found.size > LARGEST_REPORT) return undefined;
    return (await handle.readFile("utf8")).replace(/^\ufeff/, "");
  } catch {
    return undefined;
  } finally {
    await handle?.close();
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR");
}
