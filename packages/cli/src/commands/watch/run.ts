import { exitCodeOf, phaseOf, replay, type RunState } from "@breakwater/core";
import { followJournal } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { withSession } from "../../session/session-command.ts";
import { openSessionView, type SessionView } from "../../session/session-view.ts";
import type { SessionPlace } from "../../session/session-place.ts";

/** Shows a session as it goes on, from its journal; leaving changes nothing. */
export function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  return withSession(context, input.argument("session"), async ({ session: { place } }) => {
    const view = openSessionView(context);
    const stop = new AbortController();
    const leave = (): void => stop.abort();
    process.once("SIGINT", leave);
    try {
      const seen = await follow(place, view, stop);
      view.close();
      if (!seen.ok) return reportFailure({ failure: seen.failure }, context);
      return input.flag("exit-status") ? exitCodeOf(seen.value).code : EXIT.done;
    } finally {
      process.off("SIGINT", leave);
      view.close();
    }
  });
}

type Seen =
  | { readonly ok: true; readonly value: RunState }
  | { readonly ok: false; readonly failure: Parameters<typeof reportFailure>[0]["failure"] };

async function follow(place: SessionPlace, view: SessionView, stop: AbortController): Promise<Seen> {
  let state = replay([]);
  for await (const news of followJournal({ path: place.journal, signal: stop.signal })) {
    if (!news.ok) return news;
    for (const recorded of news.value) {
      state = replay([recorded], state);
      view.tell(recorded, state);
    }
    if (isOver(state)) stop.abort();
  }
  return { ok: true, value: state };
}

function isOver(state: RunState): boolean {
  const { kind } = phaseOf(state);
  return kind === "settled" || kind === "closed" || kind === "refused";
}
