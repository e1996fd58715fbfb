import { numberOfAttempt } from "../ids.ts";
import { plainLine } from "../projection/plain-text.ts";
import type { Correction, Resumed } from "../run/fact.ts";
import type { RunState, TaskState } from "../run/state.ts";
import { repositoryState } from "./context.ts";
import { statusLines } from "./instruction.ts";
import { quoted } from "./quoted.ts";
import type { PromptAttempt } from "./prompt.ts";

/**
 * What an agent reads that goes on with its own conversation: what happened, what is different and what
 * remains. Everything else stands in the conversation already and holds on.
 */
export function resumptionPrompt(
  state: RunState,
  task: TaskState,
  attempt: PromptAttempt & { readonly correction: Correction & { readonly resume: Resumed } },
): string {
  const { id, correction } = attempt;
  const parts = [
    `# Go on: ${plainLine(task.task.title, 200)}`,
    `This is attempt ${numberOfAttempt(id)} of the same task, in the same conversation. Task, scope, rules and what done means are as you read them at its beginning.`,
    ["## What happened", "", ...quoted(correction.brief, 6_000)].join("\n"),
    [
      "## Your workspace",
      "",
      ...workspaceLines(state, attempt),
      ...repositoryState(state, task, attempt),
    ].join("\n"),
    ["## What remains", "", ...remainingLines(state, correction.resume)].join("\n"),
    ["## Limits and report", "", ...statusLines(task.task)].join("\n"),
  ];
  return `${parts.join("\n\n")}\n`;
}

function workspaceLines(
  state: RunState,
  {
    id,
    correction: { resume, carry },
  }: PromptAttempt & { readonly correction: Correction & { readonly resume: Resumed } },
): readonly string[] {
  const [before, now] = [resume.from, id].map((each) => state.attempts.get(each)?.workspace);
  const moved =
    now === undefined || now === before
      ? []
      : [
          `It is now \`${plainLine(now)}\`. The folder of before is gone: use relative paths, or paths below the new one.`,
        ];
  const files =
    carry === undefined
      ? "It holds no change of yours: what you had changed before, if anything, is not there."
      : "It holds your files as you left them. Whatever ran when you were interrupted may have been done in half, or not at all: look at a file before you rely on it, and repeat nothing that is done.";
  return [...moved, files];
}

function remainingLines(state: RunState, { from }: Resumed): readonly string[] {
  const claim = state.attempts.get(from)?.report?.claim;
  const rest = "Do what of the task is not done yet, then verify it as agreed and report.";
  return claim?.kind === "partial"
    ? [rest, "", "You had said that this remains:", "", ...quoted(claim.remaining, 2_000)]
    : [rest];
}
