import { bearsIntegrity, integrityFindings, ok } from "@breakwater/core";
import type { IntegrityFinding, Result, TextChange } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { readBlob, sizeOf } from "../object/read-object.ts";
import type { FileChange } from "./tree-change.ts";

/** A larger text is not looked at, and that is told; tests and configurations are written by people. */
const LARGEST_TEXT = 1024 * 1024;
/** The most that is read of one change in all. */
const LARGEST_CHANGE = 32 * 1024 * 1024;

/**
 * Reads the tests, sources and configurations among `changes` and says what the change does to the checks
 * that judge it. What is too large to be read is a finding itself, because unknown is never pass.
 */
export async function findIntegrity(
  context: GitContext,
  changes: readonly FileChange[],
): Promise<Result<readonly IntegrityFinding[]>> {
  const texts: TextChange[] = [];
  const unread: IntegrityFinding[] = [];
  let room = LARGEST_CHANGE;
  for (const change of changes.filter(({ path }) => bearsIntegrity(path))) {
    const [before, after] = [await textOf(context, change, "old"), await textOf(context, change, "new")];
    if (!before.ok) return before;
    if (!after.ok) return after;
    room -= (before.value?.length ?? 0) + (after.value?.length ?? 0);
    if (before.value === "too large" || after.value === "too large" || room < 0)
      unread.push(notRead(change.path));
    else texts.push(textChange(change.path, before.value, after.value));
  }
  return ok([...integrityFindings(texts), ...unread]);
}

function textChange(path: string, before: string | undefined, after: string | undefined): TextChange {
  return { path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

async function textOf(
  context: GitContext,
  change: FileChange,
  side: "old" | "new",
): Promise<Result<string | undefined>> {
  const [mode, id] = side === "old" ? [change.oldMode, change.oldId] : [change.newMode, change.newId];
  if (!mode.startsWith("100")) return ok(undefined);
  const size = await sizeOf(context, id);
  if (!size.ok) return size;
  if (size.value === undefined || size.value > LARGEST_TEXT) return ok("too large");
  const read = await readBlob(context, id);
  return read.ok ? ok(read.value.toString("utf8")) : read;
}

function notRead(path: string): IntegrityFinding {
  return {
    path,
    rule: "integrity:unread",
    message: `${path} is too large to be looked at, so nobody knows what became of its checks`,
  };
}
