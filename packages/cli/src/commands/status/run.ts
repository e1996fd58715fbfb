import { attentionOf, boardOf, nextCommand, sessionWallOf } from "@breakwater/core";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { jsonLine } from "../../output/json-line.ts";
import { withSession } from "../../session/session-command.ts";
import { statusLines } from "../../session/status-text.ts";

/** Shows one session once: everything is folded from its journal, so nothing is asked of anybody. */
export function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  return withSession(context, input.argument("session"), ({ session: { state } }) => {
    const now = context.now().getTime();
    const board = boardOf(state, now);
    const attention = attentionOf(state);
    const next = nextCommand(state);
    const wall = sessionWallOf(state);
    if (context.output === "json") context.stdout.write(jsonLine("status", { board, attention, wall, next }));
    else
      context.stdout.write(`${statusLines({ board, attention, now }, { next, wall }, context).join("\n")}\n`);
    return EXIT.done;
  });
}
