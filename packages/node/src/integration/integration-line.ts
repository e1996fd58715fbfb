import { ok } from "@breakwater/core";
import type { CommitId, Result, SessionId } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { sessionRefs } from "./ref-name.ts";
import { compareAndSwap, createRef, deleteRefs, listRefs, readRef } from "./refs.ts";
import type { RefMove } from "./refs.ts";

/** Which session of which repository. */
export type SessionPlace = { readonly context: GitContext; readonly session: SessionId };

/** What a session holds in git; a commit is absent where its ref is. */
export type SessionRefValues = {
  readonly base?: CommitId;
  readonly integration?: CommitId;
  readonly all: readonly { readonly ref: string; readonly commit: CommitId }[];
};

/**
 * Writes the base and integration refs of a session. Refs that are there already stay where they are, so
 * that a repeated start after a crash never takes back what was merged; the answer says where they are.
 */
export async function openSessionRefs(
  place: SessionPlace,
  base: CommitId,
): Promise<Result<SessionRefValues>> {
  const refs = sessionRefs(place.session);
  for (const ref of [refs.base, refs.integration]) {
    const made = await createRef(place.context, ref, base);
    if (!made.ok) return made;
  }
  return readSessionRefs(place);
}

/** All refs of a session in one look. */
export async function readSessionRefs(place: SessionPlace): Promise<Result<SessionRefValues>> {
  const refs = sessionRefs(place.session);
  const listed = await listRefs(place.context, refs.prefix);
  if (!listed.ok) return listed;
  const at = (name: string): CommitId | undefined => listed.value.find(({ ref }) => ref === name)?.commit;
  const base = at(refs.base);
  const integration = at(refs.integration);
  return ok({
    ...(base === undefined ? {} : { base }),
    ...(integration === undefined ? {} : { integration }),
    all: listed.value,
  });
}

/**
 * Moves the integration ref from one commit to another in one step. Where it is elsewhere nothing moves and
 * `found` says where; where it is at `to` already, an earlier call did it and the answer is `moved`.
 */
export async function advanceIntegration(
  place: SessionPlace,
  move: { readonly from: CommitId; readonly to: CommitId },
): Promise<Result<RefMove>> {
  const ref = sessionRefs(place.session).integration;
  const swapped = await compareAndSwap(place.context, ref, move);
  if (!swapped.ok || swapped.value.moved) return swapped;
  return swapped.value.found === move.to ? ok({ moved: true }) : swapped;
}

/** Whether the integration ref is at `commit` right now; for finding out after a crash. */
export async function isIntegrationAt(place: SessionPlace, commit: CommitId): Promise<Result<boolean>> {
  const now = await readRef(place.context, sessionRefs(place.session).integration);
  return now.ok ? ok(now.value === commit) : now;
}

/** Forgets a whole session in git, in one transaction; how many refs there were. What they held may go. */
export function deleteSessionRefs(place: SessionPlace): Promise<Result<number>> {
  return deleteRefs(place.context, sessionRefs(place.session).prefix);
}
