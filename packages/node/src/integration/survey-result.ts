import {
  foldersOf,
  ok,
  parseScope,
  regionsOf,
  scopeAllows,
  type CommitId,
  type Region,
  type Result,
  type Survey,
  type SurveyOrder,
} from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { listFiles, type TrackedFile } from "../repository/tree-listing.ts";
import { readBlobs, sizesOf } from "./blob.ts";

/** The longest file in which regions are looked for. */
const MOST_BYTES = 500_000;
const MOST_FILES = 4;

/**
 * Looks at what an attempt left, as its commit holds it: in which folders its scope has files, and where in the
 * named files it edited, or what they declare. Reads only; a file that is not there has no regions.
 */
export async function surveyResult(
  context: GitContext,
  {
    commit,
    base,
    order,
  }: { readonly commit: CommitId; readonly base: CommitId; readonly order: SurveyOrder },
): Promise<Result<Survey>> {
  const left = await listFiles(context, commit);
  if (!left.ok) return left;
  const folders = foldersOf(pathsWithin(left.value, order.globs));
  const files = order.files.slice(0, MOST_FILES);
  if (files.length === 0) return ok({ folders, regions: [] });
  const found = await listFiles(context, base);
  if (!found.ok) return found;
  const regions = await Promise.all(files.map((file) => regionsIn(context, file, [found.value, left.value])));
  return ok({ folders, regions: regions.flat() });
}

function pathsWithin(files: readonly TrackedFile[], globs: readonly string[]): readonly string[] {
  const scope = parseScope(globs);
  if (globs.length === 0 || !scope.ok) return [];
  return files.map((each) => each.path).filter((path) => scopeAllows(scope.value, path).kind === "allowed");
}

async function regionsIn(
  context: GitContext,
  file: string,
  [base, left]: readonly [readonly TrackedFile[], readonly TrackedFile[]],
): Promise<readonly Region[]> {
  const [was, is] = [base, left].map((files) => files.find((each) => each.path === file && isText(each)));
  if (is === undefined) return [];
  const objects = was === undefined || was.object === is.object ? [is.object] : [is.object, was.object];
  const sizes = await sizesOf(context, objects);
  if (!sizes.ok || sizes.value.some((size) => (size ?? Infinity) > MOST_BYTES)) return [];
  const texts = await readBlobs(context, objects);
  if (!texts.ok) return [];
  const [after = "", before] = texts.value.map((bytes) => bytes?.toString("utf8") ?? "");
  return regionsOf({ file, after, ...(before === undefined ? {} : { before }) });
}

const isText = ({ kind }: TrackedFile): boolean => kind === "file" || kind === "executable";
