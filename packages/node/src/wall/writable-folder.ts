import { lstat, mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";

/**
 * Folders that can be made writable as they are. One that a link leads to is none of the scope's, and one
 * that is not there yet is made, since only what exists can be shown.
 */
export async function usableFolders(
  workspace: string,
  folders: readonly string[],
  overlay: boolean,
): Promise<readonly string[]> {
  const usable: string[] = [];
  for (const folder of folders) {
    const path = join(workspace, folder);
    const before = await realpath(path).catch(() => undefined);
    if (before === undefined && !(await hasPlainWay(workspace, folder))) continue;
    if (before === undefined) await mkdir(path, { recursive: true });
    if ((await realpath(path)) === path && (await lstat(path)).isDirectory()) usable.push(folder);
    else if (overlay) usable.push(...(await usableFolders(workspace, [parentOf(folder)], overlay)));
  }
  return usable;
}

/** Whether making a folder would follow no link. */
async function hasPlainWay(workspace: string, folder: string): Promise<boolean> {
  const parent = parentOf(folder);
  const path = join(workspace, parent);
  const real = await realpath(path).catch(() => undefined);
  if (real === path) return (await lstat(path)).isDirectory() && !(await isThere(join(workspace, folder)));
  if (real !== undefined || parent === "") return false;
  return hasPlainWay(workspace, parent);
}

function parentOf(folder: string): string {
  return folder.includes("/") ? folder.slice(0, folder.lastIndexOf("/")) : "";
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
