import { parseDocument } from "yaml";

/** A Markdown file: the text between its first two lines of `---`, where there are any, and what follows. */
export function splitFrontMatter(text: string): { readonly front?: string; readonly body: string } {
  const parts = /^---\r?\n([\s\S]*?)\r?\n---\r?\n?([\s\S]*)$/u.exec(text);
  return parts === null ? { body: text.trim() } : { front: parts[1] ?? "", body: (parts[2] ?? "").trim() };
}

/** Front matter as YAML; `undefined` where it is damaged. */
export function readFrontMatter(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const document = parseDocument(text);
    if (document.errors.length > 0) return undefined;
    // An alias is refused: a few bytes of them can stand for any number of values.
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return undefined;
  }
}
