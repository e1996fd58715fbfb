import {
  commitTypeOf,
  fail,
  ok,
  taskOfAttempt,
  type CommitId,
  type Fact,
  type Failure,
  type RunState,
  type TaskId,
} from "@breakwater/core";
import {
  advanceBranch,
  branchConflicts,
  closeCommits,
  readCommitter,
  replayOntoBranch,
  type GitContext,
  type LineEntry,
} from "@breakwater/node";
import type { LocalMachine } from "./machine.ts";
import type { CommandOf, Step } from "./step.ts";

/**
 * Writes the user's commits and moves the branch to them; the only step that touches the checkout. Where the
 * branch is elsewhere, the merged tasks are put onto it instead, for the gates to judge.
 */
export async function advanceBranchTo(
  machine: LocalMachine,
  command: CommandOf<"advance-branch">,
): Step<Fact> {
  const { branch, base, head, tree, commits, style, last } = command;
  const context = withUsersFilters(machine.repository.context);
  const committer = await readCommitter(context);
  if (!committer.ok) return committer;
  const state = machine.state();
  const written = await closeCommits({
    context,
    session: machine.session,
    base,
    head,
    tree,
    line: landingLine(state),
    mode: commits,
    ...(style === undefined ? {} : { style }),
    title: state.session?.schedule.title ?? "Breakwater session",
    committer: committer.value,
    now: state.now,
  });
  if (!written.ok) return written;
  const to = written.value.head;
  const moved = await advanceBranch({ context, branch, from: base, to });
  if (moved.ok) return ok({ type: "branch.advanced", branch, from: base, to });
  const { code } = moved.failure;
  return code === "BW725" && last !== true ? replayed(machine, { branch, to, moved: moved.failure }) : moved;
}

/** The tasks on what the branch has become; a conflict names its paths and what to do. */
async function replayed(
  machine: LocalMachine,
  { branch, to, moved }: { readonly branch: string; readonly to: CommitId; readonly moved: Failure },
): Step<Fact> {
  const state = machine.state();
  const { context } = machine.repository;
  const base = state.session?.base.commit;
  if (base === undefined) return fail(moved);
  const built = await replayOntoBranch({ context, branch, base, line: lineOf(state) });
  if (!built.ok) return built;
  const { value } = built;
  switch (value.kind) {
    case "gone":
      return fail(moved);
    case "conflicted":
      return fail(branchConflicts({ branch, to, task: value.entry.task, paths: value.paths }));
    case "built": {
      const { onto, head, tree } = value;
      const line = value.line.map(({ task, commit }) => ({ task, commit }));
      return ok({ type: "close.replayed", onto, head, tree, line });
    }
  }
}

/** The files that are written at close are the user's own, so their filters apply. */
function withUsersFilters({ gitDir, commonDir, cwd, workTree }: GitContext): GitContext {
  return { gitDir, commonDir, cwd, ...(workTree === undefined ? {} : { workTree }) };
}

/** The line that would land: the replayed one where the branch had moved. */
function landingLine(state: RunState): readonly LineEntry[] {
  const { replayed: again } = state.close;
  if (again === undefined) return lineOf(state);
  return again.line.map(({ task, commit }) => ({ task, commit, ...wordsOf(state, task) }));
}

function lineOf(state: RunState): readonly LineEntry[] {
  return state.integration.line.map(({ attempt, commit }) => {
    const task = taskOfAttempt(attempt);
    return { task, commit, ...wordsOf(state, task) };
  });
}

function wordsOf(state: RunState, task: TaskId): Pick<LineEntry, "title" | "type"> {
  return { title: state.tasks.get(task)?.task.title ?? task, type: commitTypeOf(state, task) };
}
