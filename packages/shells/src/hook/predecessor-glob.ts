/**
 * Whether an entry of a predecessor's scope manifest matches a path relative to the project's root. This is
 * that program's own small language and not the one of plans (`docs/spec/door.md`, "The predecessor's
 * manifest"): `*` within a name, `**` for any number of folders, a `/` at the end for everything below;
 * everything else is literal, `!`, `?`, braces and brackets included.
 */
export function predecessorMatches(entry: string, path: string): boolean {
  const pattern = entry.startsWith("./") ? entry.slice(2) : entry;
  if (pattern === "") return false;
  if (pattern.endsWith("/")) return !pattern.includes("*") && path.startsWith(pattern);
  return matchNames(pattern.split("/"), path.split("/"));
}

/** Linear in names for each `**`: what was tried before is not tried again. */
function matchNames(pattern: readonly string[], names: readonly string[]): boolean {
  let reachable = new Set([0]);
  for (const [at, part] of pattern.entries()) {
    const next = new Set<number>();
    for (const from of reachable) {
      if (part === "**")
        for (let to = from + (at === pattern.length - 1 ? 1 : 0); to <= names.length; to += 1) next.add(to);
      else if (from < names.length && matchName(part, names[from] ?? "")) next.add(from + 1);
    }
    reachable = next;
  }
  return reachable.has(names.length);
}

/** `*` stands for any characters; greedy from the left with the last piece at the end. */
function matchName(pattern: string, name: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === name;
  const last = rest.pop() ?? "";
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last))
    return false;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0 || found + piece.length > name.length - last.length) return false;
    at = found + piece.length;
  }
  return true;
}
