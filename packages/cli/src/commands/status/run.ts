import { glanceOf } from "@breakwater/core";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import type { ExitCode } from "../../exit-code.ts";
import { withSession } from "../../session/session-command.ts";
import { tellGlance } from "./tell-glance.ts";

/** Shows one session once: everything is folded from its journal, so nothing is asked of anybody. */
export function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  return withSession(context, input.argument("session"), ({ session: { state } }) =>
    tellGlance(glanceOf(state, context.now().getTime()), context),
  );
}
