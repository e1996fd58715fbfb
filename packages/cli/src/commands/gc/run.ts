import { phaseOf } from "@breakwater/core";
import { deleteSessionRefs, sweepWorkspaces, type Repository } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { jsonLine } from "../../output/json-line.ts";
import { openWorkplace } from "../../session/open-workplace.ts";
import { listSessions } from "../../session/session-place.ts";
import { isUnfinished, readSession, type StoredSession } from "../../session/session-store.ts";

const DAY_MS = 24 * 60 * 60_000;
const DEFAULT_DAYS = 30;

/** What became of one session. */
type Tidied = {
  readonly session: string;
  readonly folders: number;
  readonly refs: number;
  readonly kept: readonly string[];
};

/** Removes what sessions that are over left behind; journals and reports stay. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const workplace = await openWorkplace(context);
  if (!workplace.ok) return reportFailure({ failure: workplace.failure }, context);
  const { repository } = workplace.value;
  const named = new Set(input.list("session"));
  const olderThan = (input.number("older-than") ?? DEFAULT_DAYS) * DAY_MS;
  const tidied: Tidied[] = [];
  for (const place of listSessions(repository)) {
    const session = readSession(place);
    // A journal that cannot be read may be all that is left of somebody's work: it is left alone.
    if (!session.ok || isUnfinished(session.value.state)) continue;
    const forget = named.has(place.id) || isOld(session.value, context.now().getTime() - olderThan);
    tidied.push(await tidy(repository, session.value, { forget, dryRun: input.flag("dry-run") }));
  }
  tell(tidied, context);
  return EXIT.done;
}

function isOld({ state }: StoredSession, before: number): boolean {
  return phaseOf(state).kind === "closed" && state.now < before;
}

async function tidy(
  repository: Repository,
  { place }: StoredSession,
  { forget, dryRun }: { readonly forget: boolean; readonly dryRun: boolean },
): Promise<Tidied> {
  if (dryRun)
    return { session: place.id, folders: 0, refs: 0, kept: forget ? ["would forget its refs"] : [] };
  const swept = await sweepWorkspaces({ repository, session: place.id });
  const refs = forget
    ? await deleteSessionRefs({ context: repository.context, session: place.id })
    : undefined;
  const kept = swept.ok
    ? swept.value.kept.map(({ path, reason }) => `${path}: ${reason}`)
    : [swept.failure.message];
  return {
    session: place.id,
    folders: swept.ok ? swept.value.removed.length : 0,
    refs: refs?.ok === true ? refs.value : 0,
    kept: refs?.ok === false ? [...kept, refs.failure.message] : kept,
  };
}

function tell(tidied: readonly Tidied[], context: CommandContext): void {
  if (context.output === "json") return context.stdout.write(jsonLine("gc", { sessions: tidied }));
  for (const { session, folders, refs, kept } of tidied) {
    context.stdout.write(`${session}: ${folders} folders and ${refs} refs removed\n`);
    for (const each of kept) context.stdout.write(`  kept: ${each}\n`);
  }
  if (tidied.length === 0) context.stdout.write("nothing to remove\n");
}
