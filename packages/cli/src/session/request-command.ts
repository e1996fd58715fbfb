import type { RunState } from "@breakwater/core";
import type { InboxRequest } from "@breakwater/node";
import type { CommandContext } from "../command-context.ts";
import { reportFailure } from "../errors/report-failure.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { jsonLine } from "../output/json-line.ts";
import { deliver } from "./deliver-request.ts";
import { withSession } from "./session-command.ts";

/** A request that is made from what the session is like, and what is said when it was taken. */
export type Asking = { readonly request: InboxRequest; readonly said: string };

/** Asks something of a session, running or not, and says what became of it. */
export function askSession(
  context: CommandContext,
  wanted: string | undefined,
  asking: (state: RunState) => Asking,
): Promise<ExitCode> {
  return withSession(context, wanted, async ({ checkout, session }) => {
    const { request, said } = asking(session.state);
    const delivered = await deliver(checkout, session, request);
    if (!delivered.ok) return reportFailure({ failure: delivered.failure }, context);
    const { reached, facts } = delivered.value;
    if (context.output === "json") {
      context.stdout.write(
        jsonLine("request", { request: request.type, session: session.place.id, reached, facts }),
      );
      return EXIT.done;
    }
    const already = facts === 0 ? " (it was so already)" : "";
    const later = reached === "stored" ? "; the session is not running: breakwater resume" : "";
    context.stdout.write(`${said}${already}${later}\n`);
    return EXIT.done;
  });
}
