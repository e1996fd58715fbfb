import {
  fail,
  ok,
  type AttemptId,
  type CommitId,
  type Fact,
  type RunState,
  type Survey,
  type TaskScope,
} from "@breakwater/core";
import {
  attributeSharedTree,
  snapshotResult,
  surveyResult,
  workspaceContext,
  type SnapshotRequest,
} from "@breakwater/node";
import type { LocalMachine } from "./machine.ts";
import type { CommandOf, Step } from "./step.ts";

/** Makes the folder in which an attempt works. */
export async function prepareWorkspace(
  { workspaces }: LocalMachine,
  { attempt, base, isolation, carry }: CommandOf<"prepare-workspace">,
): Step<Fact> {
  const order = { attempt, base, isolation, ...(carry === undefined ? {} : { carry }) };
  const made = await workspaces.prepare(order);
  return made.ok ? ok({ type: "workspace.prepared", attempt, path: made.value.path }) : made;
}

/** Records what an attempt left as a commit under its ref. */
export async function snapshotWorkspace(
  machine: LocalMachine,
  command: CommandOf<"snapshot-result">,
): Step<Fact> {
  const { attempt, base, workspace } = command;
  const found = await machine.workspaces.find(attempt);
  if (found === undefined) return fail(vanished(workspace));
  const { path, gitDir, dependencies, isolation, pristine } = found;
  const context = workspaceContext(machine.repository, { path, gitDir });
  const request: SnapshotRequest = {
    context,
    workspace: { path, gitDir },
    base,
    attempt,
    session: machine.session,
    leaveOut: dependencies,
    pristine,
    now: machine.now(),
  };
  const taken = isolation === "none" ? await takeOwnPart(machine, request) : await snapshotResult(request);
  if (!taken.ok) return taken;
  const { commit, tree, changed } = taken.value;
  return ok({
    type: "result.snapshotted",
    attempt,
    commit,
    tree,
    changed,
    ...(await survey(machine, command, commit)),
  });
}

/** A look that fails costs nothing but the advice that it would have given. */
async function survey(
  { repository }: LocalMachine,
  { base, survey: order }: CommandOf<"snapshot-result">,
  commit: CommitId,
): Promise<{ readonly survey?: Survey }> {
  if (order === undefined) return {};
  const found = await surveyResult(repository.context, { commit, base, order });
  return found.ok ? { survey: found.value } : {};
}

/** In a tree that several attempts share, a result is what lies in the attempt's own scope. */
async function takeOwnPart(
  machine: LocalMachine,
  request: SnapshotRequest,
): ReturnType<typeof snapshotResult> {
  const state = machine.state();
  const scope = scopeOf(state, request.attempt);
  const others = [...state.attempts.values()]
    .filter((each) => each.id !== request.attempt && each.workspace === request.workspace.path)
    .filter((each) => each.discarded !== true)
    .map((each) => ({ attempt: each.id, scope: scopeOf(state, each.id) }));
  const taken = await attributeSharedTree({ ...request, scope, others });
  return taken.ok ? ok(taken.value.result) : taken;
}

function scopeOf(state: RunState, attempt: AttemptId): TaskScope {
  const task = state.attempts.get(attempt)?.task;
  const found = task === undefined ? undefined : state.tasks.get(task);
  return found?.task.scope ?? { kind: "read-only" };
}

/** Gives a workspace back; its content is under a ref. */
export async function discardWorkspace(
  { workspaces }: LocalMachine,
  { attempt, result }: CommandOf<"discard-workspace">,
): Step<Fact> {
  const gone = await workspaces.discard(attempt, result);
  return gone.ok ? ok({ type: "workspace.discarded", attempt }) : gone;
}

function vanished(workspace: string): {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
} {
  return {
    code: "BW761",
    message: `the workspace ${workspace} is gone`,
    fix: "Leave the folders of a running session alone; the task gets another attempt.",
  };
}
