/** The entries of a list that is written with commas; a comma within braces belongs to the entry. */
export function splitEntries(text: string): readonly string[] {
  const entries: string[] = [];
  let depth = 0;
  let entry = "";
  for (const char of text) {
    if (char === "," && depth === 0) {
      entries.push(entry);
      entry = "";
      continue;
    }
    if (char === "{") depth += 1;
    if (char === "}" && depth > 0) depth -= 1;
    entry += char;
  }
  return [...entries, entry].map((each) => each.trim()).filter((each) => each !== "");
}
