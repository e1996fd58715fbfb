import { existsSync } from "node:fs";
import { join } from "node:path";
import { fail, ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import type { ConfigEntry, GitContext } from "../git/git-context.ts";
import { pathText, splitNul } from "../git/nul-list.ts";
import { git, gitDiscover } from "../git/run-git.ts";
import { refusals } from "./refusal.ts";
import type { TrackedFile } from "./tree-listing.ts";
import { isTrue } from "./unfit.ts";

/** Every config variable that applies to the checkout around a folder; the last value of a key wins, as in git. */
export async function readConfig(cwd: string): Promise<Result<ReadonlyMap<string, string>>> {
  const listed = await gitDiscover(cwd, ["config", "--list", "-z", "--includes"]);
  if (!listed.ok) return listed;
  return ok(
    new Map(
      splitNul(listed.value.stdout).map((entry) => {
        const [key = "", ...value] = entry.toString("utf8").split("\n");
        return [key, value.join("\n")] as const;
      }),
    ),
  );
}

/**
 * Config that takes foreign programs out of every later call. An empty filter is none at all. A merge
 * driver is replaced by one that always reports a conflict, because an empty one would silently take our
 * side.
 */
export function neutralOverrides(config: ReadonlyMap<string, string>): readonly ConfigEntry[] {
  const filters = subsections(config, /^filter\.(.+)\.(?:clean|smudge|process|required)$/s);
  const drivers = subsections(config, /^merge\.(.+)\.driver$/s);
  return [
    ...filters.flatMap((name): ConfigEntry[] => [
      [`filter.${name}.clean`, ""],
      [`filter.${name}.smudge`, ""],
      [`filter.${name}.process`, ""],
      [`filter.${name}.required`, "false"],
    ]),
    ...drivers.map((name): ConfigEntry => [`merge.${name}.driver`, "false"]),
  ];
}

/**
 * The content filters that tracked files ask for. One that git itself calls required, and LFS always, is
 * refused with BW709; the names of the others are returned.
 */
export async function inspectFilters(
  context: GitContext,
  { config, files }: { readonly config: ReadonlyMap<string, string>; readonly files: readonly TrackedFile[] },
): Promise<Result<readonly string[]>> {
  if (!mayFilter(context, config, files)) return ok([]);
  const users = await filterUsers(context);
  if (!users.ok) return users;
  for (const [filter, paths] of users.value) {
    const required = filter === "lfs" || isTrue(config.get(`filter.${filter}.required`));
    if (required) return fail(refusals.filtered(filter, paths[0] ?? "", paths.length));
  }
  const skipped = [...users.value.keys()].filter(
    (name) =>
      config.has(`filter.${name}.clean`) ||
      config.has(`filter.${name}.smudge`) ||
      config.has(`filter.${name}.process`),
  );
  return ok(skipped);
}

/** Git is asked only where a filter is configured, or a file that could ask for one is there. */
function mayFilter(
  { commonDir }: GitContext,
  config: ReadonlyMap<string, string>,
  files: readonly TrackedFile[],
): boolean {
  const isConfigured = [...config.keys()].some((key) => key.startsWith("filter."));
  if (isConfigured || config.has("core.attributesfile")) return true;
  if (existsSync(join(commonDir, "info", "attributes"))) return true;
  return files.some(({ path }) => path === ".gitattributes" || path.endsWith("/.gitattributes"));
}

async function filterUsers(context: GitContext): Promise<Result<ReadonlyMap<string, readonly string[]>>> {
  const listed = await git(context, ["ls-files", "-z"]);
  if (!listed.ok) return listed;
  if (listed.value.stdout.length === 0) return ok(new Map());
  const asked = await git(context, ["check-attr", "-z", "--cached", "--stdin", "filter"], {
    stdin: listed.value.stdout,
  });
  if (!asked.ok) return asked;
  const users = new Map<string, string[]>();
  const fields = splitNul(asked.value.stdout);
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const filter = fields[at + 2]?.toString("utf8") ?? "";
    const path = fields[at];
    if (path === undefined || ["unspecified", "unset", "set", ""].includes(filter)) continue;
    users.set(filter, [...(users.get(filter) ?? []), pathText(path)]);
  }
  return ok(users);
}

function subsections(config: ReadonlyMap<string, string>, shape: RegExp): readonly string[] {
  const names = [...config.keys()].flatMap((key) => shape.exec(key)?.[1] ?? []);
  return [...new Set(names)];
}
