import { foldCase } from "../scope/path-name.ts";

type Change = { readonly path: string; readonly kind: "added" | "modified" | "deleted" | "type-changed" };
type Clash = { readonly rule: string; readonly message: string };

/**
 * Additions whose name, or the name of a folder above them, another path of the resulting tree has in a
 * different spelling, so that a case-insensitive or normalising file system would make one file of both.
 *
 * Clashes that the tree already had are not reported. Two additions that clash are both held, because neither
 * has the better right. Reads `existing` once.
 */
export function clashesOf(
  changes: readonly Change[],
  existing: Iterable<string>,
): ReadonlyMap<string, Clash> {
  const added = changes.filter((change) => change.kind === "added").map((change) => change.path);
  if (added.length === 0) return new Map();
  const wanted = new Set(added.flatMap((path) => prefixesOf(path).map(foldCase)));
  const gone = new Set(changes.filter((change) => change.kind === "deleted").map((change) => change.path));
  const before = spellings(existing, wanted, gone);
  const within = spellings(added, wanted, NONE);
  const clashes = new Map<string, Clash>();
  for (const path of added) {
    const clash = clashOf(path, before, within);
    if (clash !== undefined) clashes.set(path, clash);
  }
  return clashes;
}

const NONE: ReadonlySet<string> = new Set();

/** Folded name -> the spellings in use, of files and of folders, with a file that shows each. */
type Spellings = ReadonlyMap<string, ReadonlyMap<string, string>>;

function spellings(
  paths: Iterable<string>,
  wanted: ReadonlySet<string>,
  without: ReadonlySet<string>,
): Spellings {
  const found = new Map<string, Map<string, string>>();
  for (const path of paths) {
    if (without.has(path)) continue;
    for (const prefix of prefixesOf(path)) {
      const folded = foldCase(prefix);
      if (!wanted.has(folded)) break;
      const known = found.get(folded);
      if (known === undefined) found.set(folded, new Map([[prefix, path]]));
      else if (!known.has(prefix)) known.set(prefix, path);
    }
  }
  return found;
}

function clashOf(path: string, before: Spellings, within: Spellings): Clash | undefined {
  for (const prefix of prefixesOf(path)) {
    const folded = foldCase(prefix);
    const old = before.get(folded);
    if (old?.has(prefix) === true) continue;
    const other = firstOther(old, prefix) ?? firstOther(within.get(folded), prefix);
    if (other !== undefined) return clash(path, other);
  }
  return undefined;
}

function firstOther(known: ReadonlyMap<string, string> | undefined, prefix: string): string | undefined {
  for (const [spelling, path] of known ?? []) if (spelling !== prefix) return path;
  return undefined;
}

function clash(path: string, other: string): Clash {
  const why = path.normalize("NFC") === other.normalize("NFC") ? "normalisation" : "case or normalisation";
  return {
    rule: "audit:name-clash",
    message: `${path} differs from ${other} only in ${why}, so some file systems would make one file of both`,
  };
}

/** `a`, `a/b`, `a/b/c` for `a/b/c`. */
function prefixesOf(path: string): readonly string[] {
  const prefixes: string[] = [];
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
    prefixes.push(path.slice(0, slash));
  }
  return [...prefixes, path];
}
