import { matchGlob } from "../scope/glob-match.ts";
import { literalPathOf } from "../scope/glob.ts";
import { parseGlob } from "../scope/glob.ts";
import { dispositionOf, explainOpen } from "../run/disposition.ts";
import { finalReview, type ReviewRow } from "../projection/review-row.ts";
import type { RunState, TaskState } from "../run/state.ts";

/** One planned or added task at close: what became of it and by which evidence. */
export type CloseItem = {
  readonly task: string;
  readonly title: string;
  readonly planned: boolean;
  readonly disposition: "done" | "no-op" | "carried" | "dropped" | "open";
  /** Commit and tree of a proof, findings, or the reason why it is not done. */
  readonly evidence: string;
};

/** Files that tasks named one by one or as patterns, against those that changed. */
export type Grounding = {
  readonly planned: readonly string[];
  readonly touched: readonly string[];
  /** Touched, and in the scope of no planned task. */
  readonly unplanned: readonly string[];
  /** Named one by one, and not touched. */
  readonly untouched: readonly string[];
};

/** What a person wants to know before the branch moves; nothing in it is a claim of an agent. */
export type CloseReview = {
  readonly items: readonly CloseItem[];
  /** Work that came up while the session ran, with what it came from. */
  readonly emergent: readonly EmergentItem[];
  readonly grounding: Grounding;
  /** The last review of the session; absent where nobody was asked for one. */
  readonly review?: ReviewRow;
};

/** A task that no plan had: a repair of what a gate blamed, or an answer to a finding. */
export type EmergentItem = { readonly task: string; readonly title: string; readonly reason: string };

/** Reviews a session against the paths that differ between its base and its head. */
export function closeReview(state: RunState, touched: readonly string[]): CloseReview {
  const tasks = [...state.tasks.values()];
  const review = finalReview(state);
  return {
    items: tasks.map((each) => itemOf(state, each)),
    emergent: tasks.flatMap(emergentOf),
    grounding: groundingOf(tasks, touched),
    ...(review === undefined ? {} : { review }),
  };
}

function emergentOf({ task }: TaskState): readonly EmergentItem[] {
  const { id, title, source } = task;
  if (source.kind !== "fix" && source.kind !== "finding") return [];
  return [{ task: id, title, reason: `${source.of}: ${source.reason}` }];
}

function itemOf(state: RunState, task: TaskState): CloseItem {
  const { id, title, source } = task.task;
  const found = dispositionOf(state, task);
  const common = { task: id, title, planned: source.kind === "plan" };
  if (found === undefined) return { ...common, disposition: "open", evidence: explainOpen(state, task) };
  if (found.kind !== "done") return { ...common, disposition: found.kind, evidence: found.reason };
  const { evidence } = found;
  const text = evidence === "findings" ? "checked findings" : landed(state, task);
  return { ...common, disposition: "done", evidence: text };
}

function landed(state: RunState, { attempts }: TaskState): string {
  const last = attempts.flatMap((id) => state.attempts.get(id)?.advanced ?? []).at(-1);
  return last === undefined ? "proven" : `commit ${last.to.slice(0, 12)}, tree ${last.tree.slice(0, 12)}`;
}

function groundingOf(tasks: readonly TaskState[], touched: readonly string[]): Grounding {
  const entries = tasks
    .filter(({ task }) => task.source.kind === "plan")
    .flatMap(({ task }) => (task.scope.kind === "write" ? task.scope.globs : []));
  const planned = [...new Set(entries)];
  const globs = planned.flatMap((entry) => {
    const glob = parseGlob(entry);
    return glob.ok ? [glob.value] : [];
  });
  const there = new Set(touched);
  return {
    planned,
    touched,
    unplanned: touched.filter((path) => !globs.some((glob) => matchGlob(glob, path))),
    untouched: globs.flatMap((glob) => literalPathOf(glob) ?? []).filter((path) => !there.has(path)),
  };
}
