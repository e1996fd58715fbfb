import type { DocsTask } from "../plan/plan.ts";
import { matchGlob } from "../scope/glob-match.ts";
import { parseGlob } from "../scope/glob.ts";

/** A file that differs between two trees; a side is absent where it has no such file or one that is no text. */
export type ChangedText = { readonly path: string; readonly before?: string; readonly after?: string };

/**
 * What became of a documentation task: `ok` has new substance, `partial` says itself that a source is
 * missing, `gap` is untouched or changed in layout alone, `error` cannot be judged and is never ok.
 */
export type DocsVerdict = {
  readonly task: string;
  readonly target: string;
  readonly result: "ok" | "partial" | "gap" | "error";
  readonly why: string;
};

/** Judges documentation tasks by the files that really changed. */
export function verifyDocs(
  tasks: readonly DocsTask[],
  changed: readonly ChangedText[],
): readonly DocsVerdict[] {
  return tasks.map((task) => ({ task: task.id, target: task.targetPattern, ...judge(task, changed) }));
}

const REVIEW_WANTED = "<!-- REVIEW: source needed -->";

function judge(task: DocsTask, changed: readonly ChangedText[]): Pick<DocsVerdict, "result" | "why"> {
  const glob = parseGlob(task.targetPattern);
  if (!glob.ok) return { result: "error", why: glob.failure.message };
  const own = changed.filter(({ path }) => matchGlob(glob.value, path));
  const there = own.filter(({ after }) => after !== undefined);
  if (there.length === 0) return { result: "gap", why: "no file of its pattern changed" };
  const open = there.find((each) => newLines(each).some((line) => line.includes(REVIEW_WANTED)));
  if (open !== undefined) return { result: "partial", why: `${open.path} says that a source is missing` };
  const solid = there.find((each) => substance(each.before ?? "") !== substance(each.after ?? ""));
  if (solid === undefined) return { result: "gap", why: "only layout changed" };
  return { result: "ok", why: `${solid.path} changed` };
}

function newLines({ before = "", after = "" }: ChangedText): readonly string[] {
  const old = new Set(before.split(/\r?\n/u));
  return after.split(/\r?\n/u).filter((line) => !old.has(line));
}

/** The words of a text without blanks, marks of Markdown and comments, which say nothing to its reader. */
function substance(text: string): string {
  return text.replace(/<!--[^]*?-->/gu, "").replace(/[\s#*_>|`~=+-]+/gu, "");
}
