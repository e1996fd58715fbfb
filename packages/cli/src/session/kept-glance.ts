import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { glanceLater, type Glance } from "@breakwater/core";
import type { SessionPlace } from "./session-place.ts";

/** Raised when the shape of what is kept changes; another one is not looked at. */
const KEPT_VERSION = 1;

type Kept = {
  readonly v: number;
  /** The version of the program that folded it. */
  readonly program: string;
  /** The very state of the journal file that it was folded from. */
  readonly journal: string;
  readonly glance: Glance;
};

/**
 * Keeps a glance beside the journal, for a reader that only wants to look (docs/spec/journal.md). `bytes` is
 * the length of the journal that it was folded from; nothing is kept where the file has another one by now.
 * May throw the system's error, which matters to nobody: it only saves time.
 */
export function keepGlance(
  place: SessionPlace,
  glance: Glance,
  { program, bytes }: { readonly program: string; readonly bytes: number },
): void {
  const journal = stampOf(place, bytes);
  if (journal === undefined) return;
  const kept: Kept = { v: KEPT_VERSION, program, journal, glance };
  const file = keptFile(place);
  writeFileSync(`${file}.tmp`, JSON.stringify(kept), { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

/**
 * The kept glance, moved on to `now`; undefined where there is none, or where the journal is no longer the
 * very file that it was folded from: any write, however small, changes the time that is compared.
 */
export function keptGlance(place: SessionPlace, program: string, now: number): Glance | undefined {
  try {
    const kept: Kept = JSON.parse(readFileSync(keptFile(place), "utf8"));
    const isCurrent = kept.v === KEPT_VERSION && kept.program === program && kept.journal === stampOf(place);
    return isCurrent ? glanceLater(kept.glance, now) : undefined;
  } catch {
    return undefined;
  }
}

function keptFile(place: SessionPlace): string {
  return join(place.folder, "glance.json");
}

/** What tells a journal from itself after any change; undefined where it has not the expected length. */
function stampOf(place: SessionPlace, bytes?: number): string | undefined {
  const { ino, size, ctimeNs } = statSync(place.journal, { bigint: true });
  return bytes === undefined || size === BigInt(bytes) ? `${ino} ${size} ${ctimeNs}` : undefined;
}
