import { existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { fail, ok } from "@breakwater/core";
import { BOOTSTRAP_LOCK } from "@breakwater/node";
import type { Result } from "@breakwater/core";
import { TIER_PATHS } from "./tier-file.ts";

/** One file as it is and as it shall be; `before` is absent for a new one. Paths are relative to the root. */
export type FileChange = { readonly path: string; readonly before?: string; readonly after: string };

/** Where the last init remembers what it wrote, relative to the root. */
export const UNDO_FILE = ".orchestrator/runtime/init.json";

/** A change as a diff for people: what init writes is only ever added at the end. */
export function diffOf({ path, before, after }: FileChange): readonly string[] {
  const kept = before !== undefined && after.startsWith(before) ? before : "";
  const added = after.slice(kept.length).replace(/\n$/, "").split("\n");
  const removed = kept === "" && before !== undefined ? before.replace(/\n$/, "").split("\n") : [];
  return [
    `--- ${before === undefined ? "/dev/null" : path}`,
    `+++ ${path}`,
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
  ];
}

/** Writes all changes and what is needed to undo them, or nothing: BW832. */
export function applyChanges(root: string, changes: readonly FileChange[]): Result<void> {
  const done: FileChange[] = [];
  try {
    for (const change of [...changes, undoRecord(root, changes)]) {
      done.push(change);
      write(root, change.path, change.after);
    }
    return ok(undefined);
  } catch (cause) {
    for (const change of done.toReversed()) restore(root, change);
    return fail({
      code: "BW832",
      message: `${done.at(-1)?.path ?? "a file"} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      why: "what was written before is taken back",
      fix: "make it writable, or free some space, and run breakwater init again",
    });
  }
}

/** Takes back the last init, where nobody changed what it wrote: BW833 otherwise. The value are the paths. */
export function undoChanges(root: string): Result<readonly string[]> {
  const changes = readRecord(root);
  if (changes === undefined) return nothingToUndo("no init is on record here");
  const changed = changes.find(({ path, after }) => readText(join(root, path)) !== after);
  if (changed !== undefined) return nothingToUndo(`${changed.path} was changed since`);
  for (const change of changes) restore(root, change);
  rmSync(join(root, UNDO_FILE), { force: true });
  return ok(changes.map(({ path }) => path));
}

function undoRecord(root: string, changes: readonly FileChange[]): FileChange {
  const before = readText(join(root, UNDO_FILE));
  const after = `${JSON.stringify({ v: 1, changes }, null, 2)}\n`;
  return { path: UNDO_FILE, after, ...(before === undefined ? {} : { before }) };
}

function readRecord(root: string): readonly FileChange[] | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(root, UNDO_FILE), "utf8"));
    if (typeof value !== "object" || value === null || !("changes" in value)) return undefined;
    const { changes } = value;
    return Array.isArray(changes) && changes.every(isChange) ? changes : undefined;
  } catch {
    return undefined;
  }
}

const WRITTEN: ReadonlySet<string> = new Set(["CLAUDE.md", "AGENTS.md", BOOTSTRAP_LOCK, ...TIER_PATHS]);

function isChange(value: unknown): value is FileChange {
  if (typeof value !== "object" || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  const path = fields.get("path");
  const before = fields.get("before");
  // The record lies in the checkout: only what init may have written is ever touched.
  const known = typeof path === "string" && WRITTEN.has(path);
  return (
    known && typeof fields.get("after") === "string" && (before === undefined || typeof before === "string")
  );
}

function restore(root: string, { path, before }: FileChange): void {
  try {
    if (before === undefined) rmSync(join(root, path), { force: true });
    else write(root, path, before);
  } catch {
    // The first failure is what is told; a file that cannot be put back stays in the diff of git.
  }
}

function write(root: string, path: string, text: string): void {
  const file = join(root, path);
  if (!existsSync(dirname(file))) mkdirSync(dirname(file), { recursive: true });
  refuseOutside(root, file);
  writeFileSync(file, text);
}

/** A link in the repository must not lead a write out of it. */
function refuseOutside(root: string, file: string): void {
  const real = existsSync(file) ? realpathSync(file) : join(realpathSync(dirname(file)), basename(file));
  const isLink = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (!real.startsWith(`${realpathSync(root)}${sep}`) || (isLink && !existsSync(file)))
    throw new Error("it is a link that leads out of the repository");
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function nothingToUndo(reason: string): Result<never> {
  return fail({
    code: "BW833",
    message: `there is nothing to undo: ${reason}`,
    fix: "take the section and .orchestrator/bootstrap.lock out by hand; git diff shows them",
  });
}
