/** Whether an object of a JSON text has a key twice, which readers understand differently. */
export function hasRepeatedKey(text: string): boolean {
  const open: Set<string>[] = [];
  for (const match of text.matchAll(/"((?:\\.|[^"\\])*)"(\s*:)?|[{}]/g)) {
    if (match[0] === "{") open.push(new Set());
    else if (match[0] === "}") open.pop();
    else if (match[2] !== undefined) {
      const keys = open.at(-1);
      if (keys?.has(match[1] ?? "") === true) return true;
      keys?.add(match[1] ?? "");
    }
  }
  return false;
}
