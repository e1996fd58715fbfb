import { matchGlob } from "../../scope/glob-match.ts";
import { literalPathOf, parseGlob, staticPrefix } from "../../scope/glob.ts";
import type { Role } from "../plan.ts";
import { roles } from "../role.ts";
import type { Schedule } from "../schedule.ts";
import { agentsFor, complexityOf, sourceFolders, type AgentCount, type Complexity } from "./complexity.ts";

/** How large a session is by what it may write, and the agents that work of this size is worth. */
export type SessionSize = Complexity & {
  /** Files that its tasks may write: those that are named, and tracked ones that a pattern matches. */
  readonly files: number;
  readonly folders: readonly string[];
  readonly issues: number;
  readonly roles: readonly (AgentCount & { readonly role: Role })[];
  /** The most agents that any role of it is worth; at least one. */
  readonly most: number;
};

/** The size of a schedule by the table of `docs/spec/planning.md`. */
export function sizeOf(schedule: Schedule, files: readonly string[]): SessionSize {
  const paths = writablePaths(schedule, files);
  const folders = sourceFolders(paths);
  const issues = new Set([...schedule.issues, ...schedule.tasks.flatMap(({ issue }) => issue ?? [])]).size;
  const complexity = complexityOf({ files: paths.length, folders: folders.length, issues });
  const cap = schedule.agentsPerWave;
  const present = roles.filter((role) => schedule.tasks.some((task) => task.role === role));
  const counts = present.map((role) => ({
    role,
    ...agentsFor(schedule.session, complexity.tier, { role, cap }),
  }));
  const most = Math.max(1, ...counts.map((count) => count.most));
  return { ...complexity, files: paths.length, folders, issues, roles: counts, most };
}

/** A pattern that matches nothing yet stands for one new file. */
function writablePaths({ tasks }: Schedule, files: readonly string[]): readonly string[] {
  const entries = new Set(tasks.flatMap(({ scope }) => (scope.kind === "write" ? scope.globs : [])));
  const paths = new Set<string>();
  for (const entry of entries) {
    const glob = parseGlob(entry);
    if (!glob.ok) continue;
    const literal = literalPathOf(glob.value);
    const prefix = staticPrefix(glob.value);
    const matched =
      literal === undefined
        ? files.filter((file) => file.startsWith(prefix) && matchGlob(glob.value, file))
        : [literal];
    for (const path of matched) paths.add(path);
    if (matched.length === 0) paths.add(`${prefix}/${entry}`.replace(/^\//, ""));
  }
  return [...paths];
}
