import { join } from "node:path";
import { plainLine } from "@breakwater/core";
import { writeLeftSession, type Repository } from "@breakwater/node";
import type { CommandContext } from "../command-context.ts";
import { listSessions, type SessionPlace } from "./session-place.ts";
import { readSession } from "./session-store.ts";

/** How many earlier sessions are looked at, the newest. */
const MOST = 20;

/**
 * Gives earlier sessions that nobody closed a record that says so, and tells which. The caller holds the
 * lease, so that none of them runs. What cannot be read or written holds nothing up; it is told.
 */
export async function recordLeftSessions(
  repository: Pick<Repository, "controlDir">,
  current: SessionPlace,
  context: Pick<CommandContext, "stderr" | "output">,
): Promise<void> {
  const metrics = join(repository.controlDir, "metrics");
  const places = listSessions(repository).filter(({ id }) => id !== current.id);
  const told = context.output === "quiet" || context.output === "json" ? undefined : context.stderr;
  for (const place of places.slice(0, MOST)) {
    const session = readSession(place);
    const written = session.ok ? await writeLeftSession(metrics, session.value.state) : session;
    if (written.ok && written.value) told?.write(`recorded ${place.id}, which nobody closed\n`);
    if (!written.ok) told?.write(`${written.failure.code} ${plainLine(written.failure.message, 300)}\n`);
  }
}
