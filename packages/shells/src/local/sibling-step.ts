import { grantOf, faultOfWrite, type AttemptState, type Fact, type RunState } from "@breakwater/core";
import type { Tell } from "@breakwater/engine";
import { forecastConflicts, rawChanges, snapshotProgress, workspaceContext } from "@breakwater/node";
import type { LocalMachine } from "./machine.ts";
import type { CommandOf } from "./step.ts";

/**
 * Tells which running attempts are touched by what has just landed: paths of their scope that changed, and
 * those on which their work of this moment would conflict. A warning binds nobody, so what cannot be found
 * out is left out; the merge itself decides.
 */
export async function warnSiblings(
  machine: LocalMachine,
  { attempt: landed, from, to }: CommandOf<"advance-integration">,
  tell: Tell,
): Promise<void> {
  const running = runningBeside(machine.state(), landed);
  if (running.length === 0) return;
  const { context } = machine.repository;
  const changes = await rawChanges(context, from, to);
  if (!changes.ok) return;
  const paths = changes.value.filter(({ decodable }) => decodable).map(({ path }) => path);
  for (const sibling of running) {
    const touched = pathsInScope(machine.state(), sibling, paths);
    if (touched.length === 0) continue;
    const conflicts = await conflictsOf(machine, sibling, to);
    const fact: Fact = {
      type: "attempt.overlapped",
      attempt: sibling.id,
      landed,
      commit: to,
      paths: touched,
      conflicts,
    };
    tell({ fact });
  }
}

/** Attempts that work from an older head than the one that has just come about. */
function runningBeside(state: RunState, landed: AttemptState["id"]): readonly AttemptState[] {
  return [...state.attempts.values()].filter(
    (each) => each.id !== landed && each.started !== undefined && each.report === undefined,
  );
}

function pathsInScope(state: RunState, sibling: AttemptState, paths: readonly string[]): readonly string[] {
  const task = state.tasks.get(sibling.task);
  if (task === undefined) return [];
  const grant = grantOf(task.task.scope);
  return paths.filter((path) => faultOfWrite(grant, path) === undefined);
}

/** The work of a running attempt is recorded as progress, which also keeps it if the machine dies. */
async function conflictsOf(
  machine: LocalMachine,
  sibling: AttemptState,
  head: CommandOf<"advance-integration">["to"],
): Promise<readonly string[]> {
  const found = await machine.workspaces.find(sibling.id);
  if (found === undefined || found.isolation === "none") return [];
  const { path, gitDir, dependencies, pristine } = found;
  const context = workspaceContext(machine.repository, { path, gitDir });
  const { session } = machine;
  const request = { context, workspace: { path, gitDir }, base: sibling.base, attempt: sibling.id, session };
  const taken = await snapshotProgress({ ...request, leaveOut: dependencies, pristine, now: machine.now() });
  if (!taken.ok) return [];
  const siblings = [{ attempt: sibling.id, commit: taken.value.commit }];
  const forecast = await forecastConflicts({ context: machine.repository.context, head, siblings });
  return forecast.ok ? (forecast.value[0]?.paths ?? []) : [];
}
