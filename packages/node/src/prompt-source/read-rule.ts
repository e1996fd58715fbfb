import type { ScopedRule } from "@breakwater/core";
import { parseDocument } from "yaml";

/**
 * Reads a rule file: Markdown, and before it front matter with `globs` or `paths` (a list, or one text with
 * commas) and `expires` (a date). Undefined for a rule that has expired, has no text, or has damaged front matter.
 */
export function readRule(name: string, text: string, now: number): ScopedRule | undefined {
  const parts = /^---\r?\n([\s\S]*?)\r?\n---\r?\n?([\s\S]*)$/u.exec(text);
  const front = parts === null ? {} : frontOf(parts[1] ?? "");
  const body = (parts === null ? text : (parts[2] ?? "")).trim();
  if (front === undefined || body === "") return undefined;
  const { expires } = front;
  const end =
    expires instanceof Date ? expires.getTime() : Date.parse(typeof expires === "string" ? expires : "");
  if (end <= now) return undefined;
  return { name, globs: globsOf(front.globs ?? front.paths), text: body };
}

function frontOf(text: string): Readonly<Record<string, unknown>> | undefined {
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

function globsOf(value: unknown): readonly string[] {
  const listed: readonly unknown[] = Array.isArray(value)
    ? value
    : typeof value === "string"
      ? value.split(",")
      : [];
  return listed.flatMap((each) => (typeof each === "string" && each.trim() !== "" ? [each.trim()] : []));
}
