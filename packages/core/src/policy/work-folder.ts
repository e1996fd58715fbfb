import { staticPrefix, type Glob } from "../scope/glob.ts";

/** A folder in which a task has files to look at. */
export type WorkFolder = { readonly path: string; readonly files: number };

const MOST_FOLDERS = 50;

/** The folders of the first level at which paths part, in order; none where they lie in one folder. */
export function foldersOf(paths: readonly string[]): readonly WorkFolder[] {
  let prefix = "";
  for (;;) {
    const counts = new Map<string, number>();
    for (const path of paths) {
      const end = path.startsWith(prefix) ? path.indexOf("/", prefix.length) : -1;
      if (end === -1) continue;
      const folder = path.slice(0, end);
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    const [only] = counts.keys();
    if (only === undefined) return [];
    if (counts.size > 1) return sorted(counts);
    prefix = `${only}/`;
  }
}

function sorted(counts: ReadonlyMap<string, number>): readonly WorkFolder[] {
  return [...counts]
    .map(([path, files]) => ({ path, files }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .slice(0, MOST_FOLDERS);
}

/** What of a glob lies in a folder, as globs; none where it cannot be said as such. */
export function globWithin(glob: Glob, folder: string): string | undefined {
  const { source, shape } = glob;
  const prefix = staticPrefix(glob);
  if (prefix === folder || prefix.startsWith(`${folder}/`)) return source;
  const above = prefix === "" || folder.startsWith(`${prefix}/`);
  if (!above) return undefined;
  if (shape.kind === "folder") return `${folder}/**`;
  const rest = source.slice(prefix === "" ? 0 : prefix.length + 1);
  return rest.startsWith("**/") ? `${folder}/${rest}` : undefined;
}
