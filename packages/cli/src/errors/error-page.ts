import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The pages of all error codes by code, in Markdown. */
export type ErrorPages = ReadonlyMap<string, string>;

/**
 * Reads the pages that lie beside the bundle, or those of the repository where the programme runs from its
 * sources. Throws where there are neither.
 */
export function readErrorPages(): ErrorPages {
  const bundled = join(import.meta.dirname, "errors.json");
  if (existsSync(bundled)) return pagesOfJson(readFileSync(bundled, "utf8"));
  return pagesOfFolder(join(import.meta.dirname, "..", "..", "..", "..", "docs", "errors"));
}

function pagesOfJson(text: string): ErrorPages {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) throw new Error("Reading errors.json: it holds no pages");
  const texts = Object.entries(value).flatMap(([code, page]) =>
    typeof page === "string" ? [[code, page] as const] : [],
  );
  return new Map(texts);
}

function pagesOfFolder(folder: string): ErrorPages {
  const names = readdirSync(folder).filter((name) => /^BW\d{3}\.md$/.test(name));
  return new Map(names.map((name) => [name.slice(0, -3), readFileSync(join(folder, name), "utf8")]));
}

/** The reason that the page of a code gives, its first paragraph; undefined where there is no page. Never throws. */
export function reasonOnPage(code: string): string | undefined {
  try {
    const [, reason] = /^## Why\n+((?:.+\n?)+)/mu.exec(readErrorPages().get(code) ?? "") ?? [];
    return reason?.trim().replaceAll("\n", " ");
  } catch {
    return undefined;
  }
}

/** A page's heading without its code. */
export function pageTitle(page: string): string {
  return /^# BW\d{3}: (.*)$/m.exec(page)?.[1] ?? "";
}
