import { nearMatch } from "../../near-match.ts";
import { matchGlob } from "../../scope/glob-match.ts";
import { literalPathOf, parseGlob, staticPrefix } from "../../scope/glob.ts";
import { protectedName } from "../../scope/protected-name.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { PlanTask, SessionType } from "../plan.ts";
import type { PlanSource } from "../plan-source.ts";
import { placeInTask } from "../plan-source.ts";
import type { ScopeBook, ScopeEntry } from "../scope-book.ts";

/** What judging scopes needs; without `files` nothing is said about what exists. */
export type ScopeTerms = {
  readonly source: PlanSource;
  readonly book: ScopeBook;
  readonly session: SessionType;
  readonly files?: readonly string[];
};

/** What is wrong with the scopes of single tasks: BW206, BW210, BW211, BW212, BW213. */
export function lintScopes(tasks: readonly PlanTask[], terms: ScopeTerms): readonly Diagnostic[] {
  const folders = terms.files === undefined ? undefined : foldersOf(terms.files);
  return tasks.flatMap((task) => [
    ...roleFit(task, terms.source),
    ...unreadable(task, terms),
    ...terms.book
      .entriesOf(task)
      .flatMap((entry) => [
        ...guarded(task, entry, terms.source),
        ...misplaced(task, entry, { ...terms, folders }),
      ]),
    ...unbounded(task, terms),
  ]);
}

function roleFit(task: PlanTask, source: PlanSource): readonly Diagnostic[] {
  const writes = task.scope.kind === "write" && task.scope.globs.length > 0;
  const where = placeInTask(source, task.id, { key: "scope" });
  if (task.role === "discovery" && task.scope.kind === "write") {
    return [
      {
        code: "BW206",
        severity: "error",
        message: `${task.id} is a discovery task and has a write scope`,
        where,
        why: "Discovery delivers findings; what it would write nobody agreed to yet",
        fix: "write `scope: read-only`, or give the task a role that writes",
      },
    ];
  }
  if (task.role === "discovery" || writes) return [];
  const given = source.tasks.get(task.id)?.keys.has("scope") === true;
  return [
    {
      code: "BW206",
      severity: "error",
      message: given
        ? `${task.id} (${task.role}) may write nothing`
        : `${task.id} (${task.role}) has no scope`,
      where,
      why: "a task of this role changes files, and only files in its scope can land",
      fix: "name the files it may write, such as - scope: `src/limit/**`; a task that only reads has the role discovery",
    },
  ];
}

function unreadable(task: PlanTask, { source, book }: ScopeTerms): readonly Diagnostic[] {
  const inScope = book.voidsOf(task).map(({ item, failure }): Diagnostic => {
    const where = placeInTask(source, task.id, { key: "scope", item });
    return { ...failure, severity: "error", where };
  });
  const others = (["shared", "reads"] as const).flatMap((key) =>
    task[key].flatMap((text, item): readonly Diagnostic[] => {
      const glob = parseGlob(text);
      if (glob.ok) return [];
      return [{ ...glob.failure, severity: "error", where: placeInTask(source, task.id, { key, item }) }];
    }),
  );
  return [...inScope, ...others];
}

function guarded(
  task: PlanTask,
  { glob, item, text }: ScopeEntry,
  source: PlanSource,
): readonly Diagnostic[] {
  const literal = literalPathOf(glob);
  const rule = protectedName(literal ?? staticPrefix(glob));
  if (rule === undefined || (literal !== undefined && rule.unlock === "literal")) return [];
  return [
    {
      code: "BW211",
      severity: "error",
      message: `${task.id} asks for ${text}, and ${rule.name} is ${rule.what}`,
      where: placeInTask(source, task.id, { key: "scope", item }),
      why:
        rule.unlock === "never"
          ? "no scope allows this path, so nothing of it could land"
          : "only an entry that is exactly one such file allows it",
      fix: rule.unlock === "never" ? "leave the entry out" : "name the file itself",
    },
  ];
}

function misplaced(
  task: PlanTask,
  { glob, item, text }: ScopeEntry,
  { source, files, folders }: ScopeTerms & { readonly folders: ReadonlySet<string> | undefined },
): readonly Diagnostic[] {
  if (files === undefined || folders === undefined) return [];
  const prefix = staticPrefix(glob);
  const parent = prefix.slice(0, Math.max(0, prefix.lastIndexOf("/")));
  if (parent === "" || folders.has(parent) || files.some((file) => matchGlob(glob, file))) return [];
  const near = nearMatch(parent, [...folders]);
  return [
    {
      code: "BW212",
      severity: "warning",
      message: `${text} matches no file, and there is no folder ${parent}/`,
      where: placeInTask(source, task.id, { key: "scope", item }),
      fix: near === undefined ? "check the spelling; a new folder is fine" : `typo? nearest: ${near}/`,
    },
  ];
}

/** Few files say nothing about a share of them. */
const fewFiles = 20;

function unbounded(task: PlanTask, { source, book, session, files }: ScopeTerms): readonly Diagnostic[] {
  if (session === "housekeeping") return [];
  const entries = book.entriesOf(task);
  const whole = entries.find(({ glob }) => glob.shape.kind === "folder" && glob.shape.path === "");
  const matched = (files ?? []).filter((file) => entries.some(({ glob }) => matchGlob(glob, file))).length;
  const share = files === undefined || files.length < fewFiles ? 0 : matched / files.length;
  if (whole === undefined && share <= 0.4) return [];
  const extent = whole === undefined ? `${Math.round(share * 100)} % of the tracked files` : "every file";
  return [
    {
      code: "BW213",
      severity: "warning",
      message: `the scope of ${task.id} covers ${extent} and does not constrain anything`,
      where: placeInTask(
        source,
        task.id,
        whole === undefined ? { key: "scope" } : { key: "scope", item: whole.item },
      ),
      fix: "name the folders that the task is about",
    },
  ];
}

function foldersOf(files: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const file of files) {
    for (let end = file.lastIndexOf("/"); end > 0; end = file.lastIndexOf("/", end - 1)) {
      const folder = file.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}
