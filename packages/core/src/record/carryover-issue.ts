import { plainBlock, plainLine } from "../projection/plain-text.ts";
import { roleTitles } from "../plan/role.ts";
import { dispositionOf, explainOpen } from "../run/disposition.ts";
import { lastAttempt, outcomeOf } from "../run/outcome.ts";
import type { RunState, TaskState } from "../run/state.ts";

/**
 * An issue for planned work that did not finish. Title and body quote plan and agents: hostile text that is
 * never part of a command line. `identity` is equal for the same task of the same plan, also where its words
 * changed; `description` is what other programs make their mark from.
 */
export type IssueDraft = {
  readonly title: string;
  readonly labels: readonly string[];
  /** Without marks; whoever files it puts them below. */
  readonly body: string;
  readonly identity: string;
  readonly description: string;
};

/** The label by which carried work is found again. */
export const CARRYOVER_LABEL = "type:carryover";

const MOST_TITLE = 80;
const MOST_BRIEF = 4_000;

/** The issue for one carried task; the words of labels and title are those of `docs/spec/projections.md`. */
export function carryoverIssue(state: RunState, task: TaskState): IssueDraft {
  const { id, title, scope } = task.task;
  const globs = scope.kind === "write" ? scope.globs : [];
  return {
    title: `[Carryover] ${tagOf(state, task)}${plainLine(title, MOST_TITLE)}`,
    labels: [priorityOf(state, task), "status:ready", CARRYOVER_LABEL],
    body: [facts(state, task), quote(task.task.brief)].join("\n\n"),
    identity: [state.session?.schedule.title ?? "", id, ...globs.toSorted()].join("\n"),
    description: title,
  };
}

/** The sentences of a carried task whose plan names its issue, for a comment there. */
export function carryoverNote(state: RunState, task: TaskState): string {
  return facts(state, task);
}

function facts(state: RunState, task: TaskState): string {
  const { id, scope, role, doneWhen } = task.task;
  const session = state.session?.id ?? "";
  const attempts = task.attempts.length;
  const globs = scope.kind === "write" ? scope.globs.map(inCode).join(", ") : "read-only";
  return [
    `Planned work that did not finish in session ${inCode(session)}.`,
    "",
    `- Task: ${inCode(id)}, wave ${task.wave}, ${roleTitles[role]}`,
    `- Why: ${inCode(reasonOf(state, task))}`,
    `- Attempts: ${attempts}${attempts === 0 ? "" : `, results kept under ${inCode(`refs/breakwater/${session}/tasks/${id}/`)}`}`,
    `- Scope: ${globs}`,
    ...doneWhen.map((each) => `- Done when: ${inCode(each)}`),
  ].join("\n");
}

function reasonOf(state: RunState, task: TaskState): string {
  const disposition = dispositionOf(state, task);
  return disposition !== undefined && "reason" in disposition ? disposition.reason : explainOpen(state, task);
}

function tagOf(state: RunState, { task }: TaskState): string {
  const attempt = lastAttempt(state, task.id);
  const kind = attempt === undefined ? undefined : outcomeOf(state, attempt)?.kind;
  return kind === "spiral" || kind === "failed" ? `[${kind.toUpperCase()}] ` : "";
}

function priorityOf(state: RunState, task: TaskState): string {
  const own = task.task.priority ?? "";
  if (/^[A-Za-z][\w-]{0,30}$/u.test(own)) return `priority::${own.toLowerCase()}`;
  return tagOf(state, task) === "" ? "priority::medium" : "priority::high";
}

/** On one line, in code, so that no name, link or command of the tracker in it means anything. */
function inCode(text: string): string {
  const plain = plainLine(text, 400).replaceAll("`", "'").replaceAll("<!--", "<! --");
  return plain === "" ? "-" : `\`${plain}\``;
}

/** A fence that nothing in the text can end, and no mark in it that could be taken for ours. */
function quote(text: string): string {
  const plain = plainBlock(text, MOST_BRIEF).replaceAll("<!--", "<! --");
  if (plain.trim() === "") return "The plan gives no brief.";
  const longest = Math.max(2, ...[...plain.matchAll(/~+/gu)].map(([run]) => run.length));
  const fence = "~".repeat(longest + 1);
  return `Brief as planned:\n\n${fence}text\n${plain}\n${fence}`;
}
