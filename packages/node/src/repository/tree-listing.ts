import { isUtf8 } from "node:buffer";
import { ok } from "@breakwater/core";
import type { CommitId, Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { pathText, splitNul } from "../git/nul-list.ts";
import { git } from "../git/run-git.ts";

/** What a tracked path is. */
export type TrackedKind = "file" | "executable" | "symlink" | "submodule";

/** One path of a commit, as it is shown and matched. */
export type TrackedFile = {
  readonly path: string;
  readonly kind: TrackedKind;
  readonly object: string;
};

type Listing = { readonly commit: CommitId; readonly files: Promise<Result<readonly TrackedFile[]>> };

/** The last listing of each context: what a commit holds never changes. */
const listings = new WeakMap<GitContext, Listing>();

/** All paths of a commit in git's order, submodules as one entry each. Asked again for the same, it remembers. */
export async function listFiles(
  context: GitContext,
  commit: CommitId,
): Promise<Result<readonly TrackedFile[]>> {
  const known = listings.get(context);
  if (known?.commit === commit) return known.files;
  const files = readListing(context, commit);
  listings.set(context, { commit, files });
  const read = await files;
  if (!read.ok) listings.delete(context);
  return read;
}

async function readListing(context: GitContext, commit: CommitId): Promise<Result<readonly TrackedFile[]>> {
  const listed = await git(context, ["ls-tree", "-r", "-z", "--full-tree", commit], {
    maxBytes: 512 * 1024 * 1024,
  });
  if (!listed.ok) return listed;
  const { stdout } = listed.value;
  return ok(isUtf8(stdout) ? textEntries(stdout.toString("utf8")) : splitNul(stdout).map(parseEntry));
}

/** Decoding once is several times faster than once for each of thousands of names. */
function textEntries(text: string): readonly TrackedFile[] {
  const files: TrackedFile[] = [];
  let start = 0;
  for (let end = text.indexOf("\0"); end !== -1; end = text.indexOf("\0", start)) {
    const tab = text.indexOf("\t", start);
    files.push({
      path: text.slice(tab + 1, end),
      kind: kindOfMode(text.slice(start, start + 6)),
      object: text.slice(text.lastIndexOf(" ", tab) + 1, tab),
    });
    start = end + 1;
  }
  return files;
}

/** `<mode> <type> <object>\t<path>` */
function parseEntry(entry: Buffer): TrackedFile {
  const tab = entry.indexOf(0x09);
  const [mode = "", , object = ""] = entry.subarray(0, tab).toString("latin1").split(" ");
  return { path: pathText(entry.subarray(tab + 1)), kind: kindOfMode(mode), object };
}

function kindOfMode(mode: string): TrackedKind {
  if (mode === "160000") return "submodule";
  if (mode === "120000") return "symlink";
  return mode === "100755" ? "executable" : "file";
}
