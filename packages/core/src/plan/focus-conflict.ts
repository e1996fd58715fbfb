import { parseGlob } from "../scope/glob.ts";
import { matchGlob } from "../scope/glob-match.ts";
import { plainLine } from "../projection/plain-text.ts";
import type { Schedule } from "./schedule.ts";

/**
 * What a priority focus asks for and its plan does not: files that no task may write and tasks that there are
 * not. The plan wins; these are sentences for the person who gave the focus. Empty where there is no focus.
 */
export function focusConflicts({ focus, tasks }: Pick<Schedule, "focus" | "tasks">): readonly string[] {
  if (focus === undefined) return [];
  const words = [...new Set(focus.split(/[\s,;()"'`]+/).map((word) => word.replace(/[.:!?]+$/, "")))];
  const ids = tasks.map(({ id }) => String(id));
  const globs = tasks.flatMap(({ scope }) => (scope.kind === "write" ? scope.globs : [])).flatMap(globOf);
  const prefixes = new Set(ids.map((id) => id.replace(/\d+$/, "")));
  return words.flatMap((word) => {
    const id = /^([A-Z]{1,4})\d{1,3}$/.exec(word);
    if (id !== null && prefixes.has(id[1] ?? "") && !ids.includes(word))
      return [`${word} is no task of this plan; the plan holds`];
    if (!looksLikePath(word)) return [];
    const path = word.replace(/^\.\//, "").replace(/\/$/, "");
    const isCovered = globs.some((glob) => matchGlob(glob, path) || matchGlob(glob, `${path}/x`));
    return isCovered ? [] : [`no task may write ${plainLine(path, 200)}; the plan holds`];
  });
}

function globOf(entry: string): readonly Extract<ReturnType<typeof parseGlob>, { ok: true }>["value"][] {
  const glob = parseGlob(entry);
  return glob.ok ? [glob.value] : [];
}

/** A word with a folder and letters, or a name with a known kind of ending; addresses of the web are none. */
function looksLikePath(word: string): boolean {
  if (word.length > 300 || word.includes("://") || word.startsWith("/") || word.startsWith("@")) return false;
  return /^(?:\.\/)?[\w.-]+(?:\/[\w.-]+)+\/?$/.test(word)
    ? /\.|src|test|lib|docs|packages|app/.test(word)
    : /^[\w-]+\.(?:[cm]?[jt]sx?|py|go|rs|md|json|ya?ml|toml|css|html|java|rb|c|h|cpp|sh)$/.test(word);
}
