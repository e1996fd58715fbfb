import { homedir } from "node:os";
import { basename, dirname, join } from "node:path/posix";
import { ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { readBlobs } from "./blob.ts";
import { openDisk } from "./disk-path.ts";
import { fileGit } from "./engine-git.ts";
import type { IgnoreFile } from "./ignore-rules.ts";
import type { IndexEntry } from "./index-entry.ts";
import { rawPath } from "./raw-path.ts";

/** Where ignore rules come from that no agent can write: the base commit, and files of the person. */
export type IgnoreSources = { readonly base: readonly IgnoreFile[]; readonly personal: readonly string[] };

/** Reads the rules of the base and finds the rule files of the person (absolute paths, weaker first). */
export async function ignoreSources(
  context: GitContext,
  entries: readonly IndexEntry[],
): Promise<Result<IgnoreSources>> {
  const [base, personal] = await Promise.all([baseRules(context, entries), personalRules(context)]);
  if (!base.ok) return base;
  return personal.ok ? ok({ base: base.value, personal: personal.value }) : personal;
}

async function baseRules(
  context: GitContext,
  entries: readonly IndexEntry[],
): Promise<Result<readonly IgnoreFile[]>> {
  const files = entries.filter((each) => basename(each.path) === ".gitignore" && each.mode.startsWith("100"));
  const ids = files.map((file) => file.oid);
  const texts = await readBlobs(context, ids);
  if (!texts.ok) return texts;
  return ok(
    files.map((file, at) => ({
      folder: dirname(file.path) === "." ? "" : dirname(file.path),
      text: texts.value[at]?.toString("latin1") ?? "",
    })),
  );
}

async function personalRules(context: GitContext): Promise<Result<readonly string[]>> {
  const args = ["config", "--type=path", "--get", "core.excludesFile"];
  const asked = await fileGit(context, args, { okCodes: [0, 1] });
  if (!asked.ok) return asked;
  const named = asked.value.stdout.toString("utf8").replace(/\n$/, "");
  const home = process.env["XDG_CONFIG_HOME"] ?? join(process.env["HOME"] ?? homedir(), ".config");
  const everywhere = named === "" ? join(home, "git", "ignore") : named;
  const there: string[] = [];
  for (const file of [everywhere, join(context.commonDir, "info", "exclude")])
    if (await isFile(file)) there.push(file);
  return ok(there);
}

async function isFile(file: string): Promise<boolean> {
  if (!file.startsWith("/")) return false;
  const found = await openDisk("").look(rawPath(file.slice(1)));
  return found?.isFile() === true || found?.isSymbolicLink() === true;
}
