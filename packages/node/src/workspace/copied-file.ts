import { copyFile, lstat, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fail, literalPathOf, matchGlob, ok, parseGlob } from "@breakwater/core";
import type { Failure, Glob, Result } from "@breakwater/core";
import { pathText, splitNul } from "../git/nul-list.ts";
import { git } from "../git/run-git.ts";
import type { Repository } from "../repository/repository.ts";
import { DEPENDENCY_NAMES } from "./dependency-table.ts";

/** What the globs of `workspace-copy` brought into a workspace, and the secrets that they did not. */
export type CopiedFiles = { readonly copied: readonly string[]; readonly withheld: readonly string[] };

/**
 * Copies ignored files of the checkout that match one of `globs` into the workspace at `path`. A file that
 * looks like a secret is copied only when an entry names it in full. Links and folders of dependencies are
 * left out. An invalid entry is a failure, and so is one that names a tracked file (BW719).
 */
export async function copyIgnoredFiles(
  repository: Pick<Repository, "root" | "context">,
  path: string,
  globs: readonly string[],
): Promise<Result<CopiedFiles>> {
  const entries: Glob[] = [];
  for (const source of globs) {
    const glob = parseGlob(source);
    if (!glob.ok) return glob;
    entries.push(glob.value);
  }
  if (entries.length === 0) return ok({ copied: [], withheld: [] });
  const ignored = await ignoredFiles(repository);
  if (!ignored.ok) return ignored;
  const unknown = entries.find((glob) => isTracked(glob, ignored.value));
  if (unknown !== undefined) return fail(notIgnored(unknown.source));
  const wanted = ignored.value.filter((file) => entries.some((glob) => matchGlob(glob, file)));
  const [withheld, allowed] = [
    wanted.filter((f) => isWithheld(f, entries)),
    wanted.filter((f) => !isWithheld(f, entries)),
  ];
  return ok({ copied: await copyAll(repository.root, path, allowed), withheld });
}

/** Names of files that commonly hold credentials, by the last segment of the path. */
const SECRET =
  /^(?:\.env(?:\..*)?|\.envrc|\.netrc|\.npmrc|\.pypirc|\.htpasswd|id_(?:rsa|dsa|ecdsa|ed25519).*|credentials.*|secrets?\..*|service-account.*\.json|.*\.(?:pem|key|p12|pfx|jks|keystore|kdbx))$/i;

function isWithheld(path: string, globs: readonly Glob[]): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return SECRET.test(name) && !globs.some((glob) => literalPathOf(glob) === path);
}

function isTracked(glob: Glob, ignored: readonly string[]): boolean {
  const literal = literalPathOf(glob);
  return literal !== undefined && !ignored.includes(literal);
}

async function ignoredFiles(repository: Pick<Repository, "context">): Promise<Result<readonly string[]>> {
  const args = ["ls-files", "--others", "--ignored", "--exclude-standard", "-z"];
  const listed = await git(repository.context, args, { maxBytes: 512 * 1024 * 1024 });
  if (!listed.ok) return listed;
  const paths = splitNul(listed.value.stdout).map(pathText);
  return ok(paths.filter((path) => !path.split("/").some((name) => DEPENDENCY_NAMES.includes(name))));
}

async function copyAll(root: string, path: string, files: readonly string[]): Promise<readonly string[]> {
  const copied: string[] = [];
  for (const file of files) {
    if (!(await lstat(join(root, file))).isFile()) continue;
    await mkdir(dirname(join(path, file)), { recursive: true });
    await copyFile(join(root, file), join(path, file));
    copied.push(file);
  }
  return copied;
}

function notIgnored(entry: string): Failure {
  return {
    code: "BW719",
    message: `workspace-copy names ${entry}, which is not an ignored file of the checkout`,
    why: "Tracked files are in every workspace already, and untracked ones would count as work of the agent.",
    fix: "Take the entry out, or make the file and let .gitignore cover it.",
  };
}
