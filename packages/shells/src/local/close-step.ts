import { ok, taskOfAttempt, type Fact, type RunState } from "@breakwater/core";
import {
  advanceBranch,
  closeCommits,
  readCommitter,
  type GitContext,
  type LineEntry,
} from "@breakwater/node";
import type { LocalMachine } from "./machine.ts";
import type { CommandOf, Step } from "./step.ts";

/** Writes the user's commits and moves the branch to them; the only step that touches the checkout. */
export async function advanceBranchTo(
  machine: LocalMachine,
  command: CommandOf<"advance-branch">,
): Step<Fact> {
  const { branch, base, head, tree, commits } = command;
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
    line: lineOf(state),
    mode: commits,
    title: state.session?.schedule.title ?? "Breakwater session",
    committer: committer.value,
    now: state.now,
  });
  if (!written.ok) return written;
  const to = written.value.head;
  const moved = await advanceBranch({ context, branch, from: base, to });
  return moved.ok ? ok({ type: "branch.advanced", branch, from: base, to }) : moved;
}

/** The files that are written at close are the user's own, so their filters apply. */
function withUsersFilters({ gitDir, commonDir, cwd, workTree }: GitContext): GitContext {
  return { gitDir, commonDir, cwd, ...(workTree === undefined ? {} : { workTree }) };
}

function lineOf(state: RunState): readonly LineEntry[] {
  return state.integration.line.map(({ attempt, commit }) => {
    const task = taskOfAttempt(attempt);
    return { task, title: state.tasks.get(task)?.task.title ?? task, commit };
  });
}
