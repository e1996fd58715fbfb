import { realpath, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, resolve, sep } from "node:path";

/** Where a check runs; `root` and `folder` are real paths, and `report` lies inside `root`. */
export type GateFolder = { readonly root: string; readonly folder: string; readonly report?: string };

/**
 * Resolves a check's folder and report inside the workspace. Both are given by the plan, but links on the way
 * are content of the tree, so the real paths decide. Gives the reason where one leads outside.
 */
export async function resolveGateFolder(
  workspace: string,
  spec: { readonly cwd?: string; readonly report?: string },
): Promise<GateFolder | { readonly refused: string }> {
  const root = await realpathOf(workspace);
  if (root === undefined) return { refused: `the workspace ${workspace} does not exist` };
  const { cwd = ".", report } = spec;
  if (isAbsolute(cwd)) return { refused: `the folder ${cwd} is not relative to the repository` };
  const folder = await realpathOf(resolve(root, cwd));
  if (folder === undefined || !(await stat(folder)).isDirectory())
    return { refused: `the folder ${cwd} does not exist` };
  if (!isInside(root, folder)) return { refused: `the folder ${cwd} lies outside the repository` };
  if (report === undefined) return { root, folder };
  const file = await resolveReport(root, folder, report);
  return file === undefined
    ? { refused: `the report ${report} lies outside the repository` }
    : { root, folder, report: file };
}

/**
 * The real place of a report, whose folders may not exist yet. The last name is not followed where it is a
 * link: it is removed before the run and refused when read.
 */
export async function resolveReport(
  root: string,
  folder: string,
  report: string,
): Promise<string | undefined> {
  if (isAbsolute(report)) return undefined;
  const wanted = resolve(folder, report);
  const missing = [basename(wanted)];
  let parent = dirname(wanted);
  let real = await realpathOf(parent);
  while (real === undefined && parent !== dirname(parent)) {
    missing.unshift(basename(parent));
    parent = dirname(parent);
    real = await realpathOf(parent);
  }
  if (real === undefined || !isInside(root, real)) return undefined;
  const file = join(real, ...missing);
  // The report of an earlier run is removed; nothing that belongs to git may be.
  return file === root || file.split(sep).includes(".git") ? undefined : file;
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

async function realpathOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    return undefined;
  }
}
