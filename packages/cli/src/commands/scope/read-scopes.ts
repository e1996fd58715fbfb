import { fail, ok } from "@breakwater/core";
import type { NamedScope, Result } from "@breakwater/core";
import { listFiles, openRepository } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";

const largestInput = 4 * 1024 * 1024;

/**
 * Scopes from stdin: JSON that maps each owner to its entries, or a list of `{id, globs}`. The failure is
 * BW018.
 */
export async function readScopes(context: CommandContext): Promise<Result<readonly NamedScope[]>> {
  let value: unknown;
  try {
    value = JSON.parse(await context.stdin.readAll(largestInput));
  } catch {
    return notScopes("it is not JSON");
  }
  if (typeof value !== "object" || value === null) return notScopes("it is neither a list nor an object");
  const pairs: readonly (readonly [unknown, unknown])[] = Array.isArray(value)
    ? value.map((each: unknown) => pairOf(each))
    : Object.entries(value);
  const scopes: NamedScope[] = [];
  for (const [id, globs] of pairs) {
    if (typeof id !== "string" || !isTextList(globs)) return notScopes("an owner has no list of texts");
    scopes.push({ id, globs });
  }
  return ok(scopes);
}

function pairOf(value: unknown): readonly [unknown, unknown] {
  if (typeof value !== "object" || value === null) return [undefined, undefined];
  return ["id" in value ? value.id : undefined, "globs" in value ? value.globs : undefined];
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function notScopes(reason: string): Result<never> {
  return fail({
    code: "BW018",
    message: `the scopes on stdin cannot be read: ${reason}`,
    fix: `pipe in {"T1": ["src/a/**"], "T2": ["src/b/**"]} or [{"id": "T1", "globs": ["src/a/**"]}]`,
  });
}

/** The tracked files around the working folder, or `undefined` outside of a fit repository. */
export async function trackedFiles(context: CommandContext): Promise<readonly string[] | undefined> {
  const repository = await openRepository(context.cwd);
  if (!repository.ok) return undefined;
  const files = await listFiles(repository.value.context, repository.value.commit);
  return files.ok ? files.value.map(({ path }) => path) : undefined;
}
