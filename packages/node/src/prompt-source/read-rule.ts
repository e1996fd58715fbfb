import type { ScopedRule } from "@breakwater/core";
import { readFrontMatter, splitFrontMatter } from "./front-matter.ts";

/**
 * Reads a rule file: Markdown, and before it front matter with `globs` or `paths` (a list, or one text with
 * commas) and `expires` (a date). Undefined for a rule that has expired, has no text, or has damaged front matter.
 */
export function readRule(name: string, text: string, now: number): ScopedRule | undefined {
  const { front: written, body } = splitFrontMatter(text);
  const front = written === undefined ? {} : readFrontMatter(written);
  if (front === undefined || body === "") return undefined;
  const { expires } = front;
  const end =
    expires instanceof Date ? expires.getTime() : Date.parse(typeof expires === "string" ? expires : "");
  if (end <= now) return undefined;
  return { name, globs: globsOf(front.globs ?? front.paths), text: body };
}

function globsOf(value: unknown): readonly string[] {
  const listed: readonly unknown[] = Array.isArray(value)
    ? value
    : typeof value === "string"
      ? value.split(",")
      : [];
  return listed.flatMap((each) => (typeof each === "string" && each.trim() !== "" ? [each.trim()] : []));
}
