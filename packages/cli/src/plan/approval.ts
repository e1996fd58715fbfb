import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fail, ok, planHash } from "@breakwater/core";
import type { PlanHash, Result } from "@breakwater/core";

/** A person's word that exactly this plan may run. `at` is ISO 8601 in UTC. */
export type Approval = {
  readonly hash: PlanHash;
  readonly title: string;
  /** The file that was approved, as it was named. */
  readonly file: string;
  readonly by: string;
  readonly at: string;
};

/** Where approvals are kept, relative to the root. */
export const APPROVALS = ".orchestrator/runtime/approvals";

/** Records an approval for `go` to find; one for the same content is replaced. Fails with BW831. */
export function recordApproval(root: string, approval: Approval): Result<string> {
  const folder = join(root, APPROVALS);
  const file = join(folder, `${approval.hash}.json`);
  try {
    mkdirSync(folder, { recursive: true });
    const draft = `${file}.${process.pid}.tmp`;
    writeFileSync(draft, `${JSON.stringify({ v: 1, ...approval }, null, 2)}\n`);
    renameSync(draft, file);
    return ok(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return fail({
      code: "BW831",
      message: `the approval cannot be written: ${reason}`,
      fix: `make ${folder} writable and approve again`,
    });
  }
}

/** The approval of a plan's content, or `undefined`. A record that is damaged or of another plan counts as none. */
export function findApproval(root: string, hash: PlanHash): Approval | undefined {
  const approval = readApproval(join(root, APPROVALS, `${hash}.json`));
  return approval?.hash === hash ? approval : undefined;
}

/** The newest approval of a file by its name, whatever was in it then; for telling that it has changed. */
export function earlierApproval(root: string, file: string): Approval | undefined {
  const folder = join(root, APPROVALS);
  return namesIn(folder)
    .flatMap((name) => readApproval(join(folder, name)) ?? [])
    .filter((approval) => approval.file === file)
    .toSorted((one, other) => (one.at < other.at ? 1 : -1))[0];
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readApproval(path: string): Approval | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const fields = new Map(Object.entries(value));
  const text = (name: string): string | undefined => {
    const field: unknown = fields.get(name);
    return typeof field === "string" ? field : undefined;
  };
  const [hash, by, at] = [text("hash"), text("by"), text("at")];
  if (fields.get("v") !== 1 || hash === undefined || by === undefined || at === undefined) return undefined;
  return { hash: planHash(hash), title: text("title") ?? "", file: text("file") ?? "", by, at };
}
