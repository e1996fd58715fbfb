import type { RawPath } from "./raw-path.ts";

/** One `.gitignore` of the base: the folder it stands in (empty for the root) and its bytes as raw text. */
export type IgnoreFile = { readonly folder: RawPath; readonly text: string };

/**
 * Dependency folders and caches that are never part of a result, at any depth, as a folder or as a link to
 * one. A project that keeps such a path under version control keeps it: only untracked files are left out.
 */
const NEVER_RESULT: readonly string[] = ["node_modules", ".venv", "__pycache__"];

/**
 * Writes all rules of a commit as one exclude file for `git ls-files --exclude-from`, so that what an agent
 * did to the `.gitignore` files of its workspace decides nothing. `view` is the folder that git looks at
 * (empty for the root); rules for other folders are dropped. `leaveOut` are paths below the root that the
 * engine put there itself.
 */
export function excludeRules(
  files: readonly IgnoreFile[],
  leaveOut: readonly RawPath[] = [],
  view: RawPath = "",
): string {
  const depth = (folder: string): number => (folder === "" ? 0 : folder.split("/").length);
  const ordered = [...files].sort((a, b) => depth(a.folder) - depth(b.folder));
  const rules = [
    ...NEVER_RESULT,
    ...ordered.flatMap((file) => rulesOf(file, view)),
    ...(view === "" ? leaveOut.map((path) => `/${escapeGlob(path)}`) : []),
  ];
  return rules.map((rule) => `${rule}\n`).join("");
}

function rulesOf(file: IgnoreFile, view: RawPath): string[] {
  const above = file.folder === "" || view === file.folder || view.startsWith(`${file.folder}/`);
  if (view !== "" && !above) return [];
  return file.text
    .replace(/^\xef\xbb\xbf/, "")
    .split("\n")
    .flatMap((line) => {
      const rule = parseRule(line);
      if (rule === undefined) return [];
      if (view === "") return [placeRule(rule, file.folder)];
      // Below the folder of the file only rules for any depth still mean the same.
      return rule.anchored ? [] : [placeRule(rule, "")];
    });
}

type Rule = { readonly negated: boolean; readonly anchored: boolean; readonly pattern: string };

function parseRule(line: string): Rule | undefined {
  const text = line.replace(/\r$/, "");
  if (text === "" || text.startsWith("#")) return undefined;
  const negated = text.startsWith("!");
  const pattern = negated ? text.slice(1) : text;
  if (pattern.replace(/[ \t]+$/, "") === "") return undefined;
  const anchored = pattern.replace(/\/ *$/, "").includes("/");
  return { negated, anchored, pattern: pattern.replace(/^\//, "") };
}

function placeRule(rule: Rule, folder: RawPath): string {
  const below = folder === "" ? "/" : `/${escapeGlob(folder)}/`;
  return `${rule.negated ? "!" : ""}${below}${rule.anchored ? "" : "**/"}${rule.pattern}`;
}

/** A folder that is named like a pattern means itself. A newline cannot be written down: `?` stands for it. */
function escapeGlob(path: RawPath): string {
  return path.replace(/[\\*?[\] ]/g, "\\$&").replace(/[\n\r]/g, "?");
}
