import { plainLine, type PromptAdditions, type Schedule } from "@breakwater/core";
import { readPromptAdditions } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import type { Workplace } from "../../session/open-workplace.ts";

/**
 * What records and rules of the project add to prompts, as its configuration says. A design to review against
 * is answered here, once a session: there is no such review yet.
 */
export function promptAdditions(
  { repository, config }: Workplace,
  schedule: Schedule,
  context: CommandContext,
): Promise<PromptAdditions> {
  const { entries, platform } = config;
  const { persistence, pencil } = entries;
  if (pencil.value !== undefined && context.output !== "quiet")
    context.stderr.write(`pencil: a review against ${plainLine(pencil.value)} is not supported yet\n`);
  return readPromptAdditions(repository, {
    parts: entries["prompt-additions"].value ?? [],
    reasoning: entries["reasoning-output"].value === true,
    groundedFiles: persistence.value === false ? 0 : (entries["grounding-injection-max-files"].value ?? 0),
    learnings: entries["learnings-surface-top-n"].value ?? 0,
    stateDir: platform.stateDir,
    schedule,
    now: context.now().getTime(),
  });
}
