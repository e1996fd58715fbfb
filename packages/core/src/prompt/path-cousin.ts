import type { PathCousin } from "./addition.ts";

/**
 * The files that a plan is to make although files of the same name are there: entries of scopes without a
 * pattern that name no file, by their base name without its ending. Names that many files have do not count.
 */
export function pathCousins(entries: readonly string[], files: readonly string[]): readonly PathCousin[] {
  const there = new Set(files);
  const wanted = new Set(
    entries.filter((entry) => !/[*?{}]|\/$/u.test(entry) && !there.has(entry) && isTelling(stemOf(entry))),
  );
  if (wanted.size === 0) return [];
  const byStem = new Map<string, string[]>();
  for (const file of files) {
    const others = byStem.get(stemOf(file)) ?? [];
    if (others.length < MOST_COUSINS) byStem.set(stemOf(file), [...others, file]);
  }
  return [...wanted].flatMap((path) => {
    const others = byStem.get(stemOf(path)) ?? [];
    return others.length === 0 ? [] : [{ path, others }];
  });
}

const MOST_COUSINS = 5;
const COMMON = new Set(["index", "utils", "main", "config"]);

function isTelling(stem: string): boolean {
  return stem.length > 3 && !COMMON.has(stem);
}

function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const dot = name.indexOf(".", 1);
  return dot === -1 ? name : name.slice(0, dot);
}
