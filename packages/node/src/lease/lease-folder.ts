import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { publishFile, syncFolder } from "../journal/durable-file.ts";
import { systemCode } from "../journal/journal-failure.ts";
import { decodeLease } from "./lease-record.ts";
import type { LeaseFile } from "./lease-record.ts";

/**
 * A lease is a folder with one file for each generation of holders, `lease-<generation>.ndjson`; the
 * highest number is the present one. A file is linked into place under a name that did not exist, so of
 * several processes that want the same generation exactly one gets it (docs/adr/0003-lease-takeover.md).
 */
export type LeaseEntry = { readonly generation: number; readonly path: string };

export function leasePath(folder: string, generation: number): string {
  return join(folder, `lease-${String(generation).padStart(6, "0")}.ndjson`);
}

/** All generations that are there, ascending; throws the system's error but for a missing folder. */
export async function listGenerations(folder: string): Promise<readonly LeaseEntry[]> {
  try {
    const names = await readdir(folder);
    return names
      .flatMap((name) => /^lease-(\d{6,15})\.ndjson$/.exec(name)?.[1] ?? [])
      .map((digits) => ({ generation: Number(digits), path: join(folder, `lease-${digits}.ndjson`) }))
      .sort((one, other) => one.generation - other.generation);
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return [];
    throw cause;
  }
}

/** Makes the folder durable. */
export async function makeLeaseFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined) await syncFolder(dirname(made));
}

/** Whether this call made the file of a generation; `false` when it was there already. */
export async function claimGeneration(folder: string, generation: number, content: Buffer): Promise<boolean> {
  try {
    await publishFile(leasePath(folder, generation), content, "create");
    return true;
  } catch (cause) {
    if (systemCode(cause) === "EEXIST") return false;
    throw cause;
  }
}

/** Removes what is older than a generation, the oldest first: a holder relies on that order. */
export async function removeOlder(folder: string, generation: number): Promise<void> {
  for (const entry of await listGenerations(folder)) {
    if (entry.generation < generation) await rm(entry.path, { force: true });
  }
}

const BEAT_TRIES = 3;

/**
 * Reads a lease file; a text says why it cannot be trusted, `undefined` that it is gone. A beat that is
 * being overwritten is read again.
 */
export async function readLeaseFile(path: string): Promise<LeaseFile | string | undefined> {
  for (let tries = 1; ; tries++) {
    try {
      const file = decodeLease(await readFile(path));
      const torn = typeof file !== "string" && file.kind === "held" && file.beat === undefined;
      if (!torn || tries === BEAT_TRIES) return file;
    } catch (cause) {
      const code = systemCode(cause);
      return code === "ENOENT" ? undefined : `the system refused (${code})`;
    }
  }
}
