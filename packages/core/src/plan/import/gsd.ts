import { headingOf } from "./checklist.ts";
import { pathsIn } from "./imported-plan.ts";
import type { ImportedPlan, ImportedTask } from "./imported-plan.ts";

/**
 * Reads a `PLAN.md` of GSD: `<task>` elements with name, files, action, verify and done. Tasks run one after the
 * other; the front matter's truths become criteria of the last one.
 */
export function readGsd(text: string): ImportedPlan {
  const bodies = elements(text, "task");
  const tasks = bodies.map((body, at): ImportedTask => {
    const part = (name: string): string => (elements(body, name)[0] ?? "").trim();
    const verify = part("verify");
    const isCommand = /^[\w./-]+(?: [^\n]*)?$/.test(verify) && !/[.!?]$/.test(verify) && COMMAND.test(verify);
    const files = part("files");
    return {
      ref: String(at + 1),
      title: part("name").replace(/^Task \d+\s*[:.-]\s*/i, "") || `Task ${at + 1}`,
      brief: part("action"),
      files: files.split(/[,\n]/).map((file) => file.trim().split(/\s/)[0] ?? ""),
      doneWhen: [part("done"), isCommand ? "" : verify].filter((each) => each !== ""),
      verify: isCommand ? [verify] : [],
      depends: at === 0 ? [] : [String(at)],
    };
  });
  const objective = (elements(text, "objective")[0] ?? "").trim();
  const truths = listBelow(text, "truths");
  const last = tasks.at(-1);
  const whole =
    last === undefined
      ? tasks
      : [...tasks.slice(0, -1), { ...last, doneWhen: [...(last.doneWhen ?? []), ...truths] }];
  const other = listBelow(text, "depends_on");
  const notes =
    other.length === 0
      ? []
      : [`the plan waits for ${other.join(", ")}: import those too, or run them before`];
  const named = [...new Set(tasks.flatMap(({ files = [] }) => files))];
  const unused = listBelow(text, "files_modified").filter((file) => !named.includes(file));
  if (unused.length > 0) notes.push(`no task names ${unused.join(", ")}`);
  return { title: titleOf(text, objective), intent: objective, tasks: whole.map(withPaths), notes };
}

const COMMAND =
  /^(?:npm|npx|pnpm|yarn|node|python3?|pytest|uv|go|cargo|make|tsc|curl|bash|sh|grep|test|ls|cat|\.\/)\b/;

function withPaths(task: ImportedTask): ImportedTask {
  const files = (task.files ?? []).filter((file) => file !== "");
  return { ...task, files: files.length > 0 ? files : pathsIn(task.brief ?? "") };
}

function titleOf(text: string, objective: string): string {
  const first = objective.split(/[.\n]/)[0]?.trim() ?? "";
  return headingOf(text) ?? (first === "" ? "Imported plan" : first);
}

/** The insides of all elements of a name, in order; nesting of the same name does not occur in these files. */
function elements(text: string, name: string): readonly string[] {
  const found: string[] = [];
  const opening = new RegExp(`<${name}(?:\\s[^<>]*)?>`, "g");
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const end = text.indexOf(`</${name}>`, opening.lastIndex);
    if (end === -1) break;
    found.push(text.slice(opening.lastIndex, end));
    opening.lastIndex = end;
  }
  return found;
}

/** The items of `key: [a, b]`, or of the list below `key:`, in the front matter. */
function listBelow(text: string, key: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => new RegExp(`^\\s*${key}:`).test(line));
  if (at === -1) return [];
  const inline = /:\s*\[(.*)\]\s*$/.exec(lines[at] ?? "")?.[1];
  if (inline !== undefined)
    return inline
      .split(",")
      .map(bare)
      .filter((item) => item !== "");
  const items: string[] = [];
  for (const line of lines.slice(at + 1)) {
    const item = /^\s+-\s+(.*)$/.exec(line)?.[1];
    if (item === undefined) break;
    items.push(bare(item));
  }
  return items;
}

function bare(item: string): string {
  return item.trim().replace(/^["']|["']$/g, "");
}
