const MOST_NAMES = 32;
const NAME = String.raw`[A-Za-z_$][\w$]*`;
/** Ways in which a language gives a known function another name; each has the old and the new one. */
const RENAMINGS: readonly RegExp[] = [
  new RegExp(String.raw`\b(${NAME})\s+as\s+(${NAME})`, "g"),
  new RegExp(String.raw`[{,]\s*(${NAME})\s*:\s*(${NAME})\s*(?=[,}][^=;]{0,200}=)`, "g"),
];
const ASSIGNED = new RegExp(
  String.raw`\b(${NAME})\s*=\s*((?:${NAME}\s*\(\s*["'][\w:/]+["']\s*\)\s*\.\s*|${NAME}\s*\.\s*)+${NAME})\s*(?=[;,\n]|$)`,
  "g",
);

/**
 * Code in which functions are called by their own names: renaming imports and assignments are undone, and
 * `f["name"](` and `getattr(f, "name")(` read `f.name(`. Takes time in proportion to the length.
 */
export function withPlainNames(code: string): string {
  const plain = code
    .replaceAll(/\[\s?(["'`])([A-Za-z_]\w*)\1\s?\]\s?(?=\()/g, ".$2")
    .replaceAll(/\bgetattr\s?\(\s?([\w.]+|__import__\(["']\w+["']\))\s?,\s?(["'])(\w+)\2\s?\)/g, "$1.$3");
  const names = new Map<string, string>();
  for (const pattern of RENAMINGS)
    for (const [, from, to] of plain.matchAll(pattern)) remember(to, from, names);
  for (const [, to, from] of plain.matchAll(ASSIGNED)) remember(to, from, names);
  if (names.size === 0) return plain;
  return plain.replaceAll(/(?<![.\w$"'])[A-Za-z_$][\w$]*(?=\s?[.(])/g, (name) => names.get(name) ?? name);
}

function remember(to: string | undefined, from: string | undefined, names: Map<string, string>): void {
  if (to !== undefined && from !== undefined && to !== from && names.size < MOST_NAMES) names.set(to, from);
}
