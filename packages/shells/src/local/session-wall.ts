import { fail, ok, type Result, type RunState } from "@breakwater/core";
import {
  noWall,
  placeOfWorkspace,
  wallBroken,
  wallLadder,
  type Repository,
  type WallNetwork,
  type WallSetup,
  type WorkspaceFolder,
} from "@breakwater/node";
import type { OrderedWall } from "../attempt/order.ts";

/** What shall be walled: a workspace with its lane. `name` tells its wall from others of the same folder. */
export type WallSubject = {
  readonly workspace: WorkspaceFolder;
  readonly tmp: string;
  readonly name: string;
  readonly network: WallNetwork;
};

/**
 * The wall for something in a session whose plan says `required`, `preferred` or `off`; undefined where none
 * is to be put up. Failures: BW774 (one is required and none holds) and BW790 (one stood in this session,
 * and none holds any more: a wall is never dropped in silence).
 */
export async function orderWall(
  { repository, state }: { readonly repository: Repository; readonly state: () => RunState },
  subject: WallSubject,
): Promise<Result<OrderedWall | undefined>> {
  const setup = await sessionSetup(state());
  if (!setup.ok || setup.value === undefined) return setup.ok ? ok(undefined) : setup;
  const { workspace, tmp, name, network } = subject;
  const place = await placeOfWorkspace({ repository, workspace, tmp, name });
  return ok({ setup: setup.value, place, network });
}

async function sessionSetup(state: RunState): Promise<Result<WallSetup | undefined>> {
  const policy = state.session?.schedule.wall ?? "off";
  if (policy === "off") return ok(undefined);
  const ladder = await wallLadder();
  if (ladder.setup !== undefined) return ok(ladder.setup);
  if (policy === "required") return fail(noWall(ladder, "the plan requires"));
  const earlier = [...state.attempts.values()].find(({ started }) => (started?.wall ?? "none") !== "none");
  if (earlier === undefined) return ok(undefined);
  return fail(
    wallBroken(earlier.started?.wall ?? "none", "stood in this session and does not hold any more"),
  );
}
