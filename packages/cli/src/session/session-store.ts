import { join } from "node:path";
import {
  ok,
  phaseOf,
  replay,
  sessionId,
  type RecordedFact,
  type Result,
  type RunState,
  type SessionId,
} from "@breakwater/core";
import { readJournal, type Repository } from "@breakwater/node";
import { findPlace, listSessions, type SessionPlace } from "./session-place.ts";

/** A session as its journal tells it, read without holding its lease. */
export type StoredSession = {
  readonly place: SessionPlace;
  readonly facts: readonly RecordedFact[];
  readonly state: RunState;
};

/** The folder of the lease: one live session for each checkout. */
export function leaseFolder(repository: Pick<Repository, "controlDir">): string {
  return join(repository.controlDir, "runtime", "lease");
}

/** The folder in which orders wait that the project's tracker did not take. */
export function issueQueue(repository: Pick<Repository, "controlDir">): string {
  return join(repository.controlDir, "runtime", "issues");
}

/** Reads a session whole. */
export function readSession(place: SessionPlace): Result<StoredSession> {
  const facts: RecordedFact[] = [];
  const read = readJournal({
    path: place.journal,
    onFacts: (block) => {
      for (const fact of block) facts.push(fact);
    },
  });
  return read.ok ? ok({ place, facts, state: replay(facts) }) : read;
}

/** The session that a person means: the one whose id begins with `wanted`, or else the newest. */
export function findSession(
  repository: Pick<Repository, "controlDir">,
  wanted: string | undefined,
): Result<StoredSession> {
  const place = findPlace(repository, wanted);
  return place.ok ? readSession(place.value) : place;
}

/** The newest session that has not come to its end, if any. */
export function unfinishedSession(
  repository: Pick<Repository, "controlDir">,
): Result<StoredSession | undefined> {
  const [place] = listSessions(repository);
  if (place === undefined) return ok(undefined);
  const read = readSession(place);
  if (!read.ok) return read;
  return ok(isUnfinished(read.value.state) ? read.value : undefined);
}

/** True while a session could still go on. A settled one is over, though it may be closed later. */
export function isUnfinished(state: RunState): boolean {
  switch (phaseOf(state).kind) {
    case "none":
    case "refused":
    case "settled":
    case "closed":
      return false;
    case "awaiting-approval":
    case "baseline":
    case "wave":
    case "final":
    case "closing":
      return true;
  }
}

/** `<branch>-<YYYY-MM-DD>-<HHmm>` in UTC; a second one in the same minute gets `-2`, and so on. */
export function newSessionId(repository: Pick<Repository, "controlDir" | "branch">, now: Date): SessionId {
  const branch = repository.branch.replace(/[^A-Za-z0-9._-]/g, "-").replace(/^[.-]+/, "") || "session";
  const time = now.toISOString();
  const name = `${branch}-${time.slice(0, 10)}-${time.slice(11, 13)}${time.slice(14, 16)}`;
  const taken = new Set(listSessions(repository).map((each): string => each.id));
  let id = name;
  for (let n = 2; taken.has(id); n += 1) id = `${name}-${n}`;
  return sessionId(id);
}
