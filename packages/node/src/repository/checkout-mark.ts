import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import { comparePart, guardedParts } from "./footprint.ts";
import type { FootprintChange, FootprintPart } from "./footprint.ts";
import type { Repository } from "./repository.ts";

/** The parts of a checkout by which it could be steered, and which nobody but the user moves during a wave. */
export type CheckoutMark = {
  readonly parts: Readonly<Record<GuardedPart, Readonly<Record<string, string>>>>;
  /** What the files of these parts amount to; equal glances mean equal parts. */
  readonly glance: string;
};

export type GuardedPart = Exclude<FootprintPart, "files" | "index">;

type Place = Pick<Repository, "root" | "gitDir" | "commonDir" | "context">;

/** Takes the refs, HEAD, stash, config and hooks of a checkout. Our own refs and those of remotes are left out. */
export async function markCheckout(repository: Place): Promise<Result<CheckoutMark>> {
  const glance = (folders: readonly string[]): string => glanceAt(repository, folders);
  const parts = await guardedParts(repository);
  if (!parts.ok) return parts;
  const refs = Object.entries(parts.value.refs).filter(([name]) => !name.startsWith("refs/remotes/"));
  const marked = { ...parts.value, refs: Object.fromEntries(refs) };
  return ok({ parts: marked, glance: glance(hookFolders(marked.hooks)) });
}

/**
 * What became different since a mark was taken, and the mark as of now. One look at the files tells that
 * nothing did, without a process; only then are git's own answers compared.
 */
export async function changesSince(
  repository: Place,
  before: CheckoutMark,
): Promise<Result<{ readonly changes: readonly FootprintChange[]; readonly mark: CheckoutMark }>> {
  if (glanceAt(repository, hookFolders(before.parts.hooks)) === before.glance)
    return ok({ changes: [], mark: before });
  const mark = await markCheckout(repository);
  if (!mark.ok) return mark;
  const parts: readonly GuardedPart[] = ["head", "refs", "stash", "config", "hooks"];
  const changes = parts.flatMap((part) => comparePart(part, before.parts[part], mark.value.parts[part]));
  return ok({ changes, mark: mark.value });
}

function hookFolders(hooks: Readonly<Record<string, string>>): readonly string[] {
  return [...new Set(Object.keys(hooks).map((file) => dirname(file)))].sort();
}

function glanceAt({ gitDir, commonDir }: Place, folders: readonly string[]): string {
  const hash = createHash("sha256");
  const add = (file: string): void => void hash.update(`${file}\0${contentOf(file)}\0`);
  for (const name of ["HEAD", "config.worktree"]) add(join(gitDir, name));
  for (const name of ["config", "packed-refs", "info/exclude", "info/attributes", "logs/refs/stash"])
    add(join(commonDir, name));
  const skipped = [join(commonDir, "refs", "breakwater"), join(commonDir, "refs", "remotes")];
  for (const file of filesBelow(join(commonDir, "refs"), skipped)) add(file);
  for (const folder of new Set([join(commonDir, "hooks"), ...folders]))
    for (const file of filesBelow(folder, [])) add(file);
  return hash.digest("hex");
}

function filesBelow(folder: string, skipped: readonly string[]): readonly string[] {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (skipped.includes(path)) return [];
      return entry.isDirectory() ? filesBelow(path, skipped) : [path];
    });
}

function contentOf(file: string): string {
  try {
    const stat = lstatSync(file);
    return `${stat.mode} ${stat.isFile() ? readFileSync(file).toString("base64") : stat.ino}`;
  } catch {
    return "absent";
  }
}
