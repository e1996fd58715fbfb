import { plainLine } from "../projection/plain-text.ts";
import { dispositionOf } from "../run/disposition.ts";
import { tasksOfIssue } from "../run/decide/issues.ts";
import type { RunState } from "../run/state.ts";

/** What a session says in an issue that its plan names, in Markdown; words of the plan stand in code. */
export function issueNote(state: RunState, issue: number, done: boolean): string {
  const { advanced } = state.close;
  const session = `\`${state.session?.id ?? ""}\``;
  const tasks = tasksOfIssue(state, issue).map((task) => {
    const kind = dispositionOf(state, task)?.kind ?? "open";
    return `- ${kind}: \`${task.task.id}\` \`${plainLine(task.task.title, 200).replaceAll("`", "'")}\``;
  });
  return [
    done
      ? `All that session ${session} planned for this is done.`
      : `Session ${session} has ended, and not all that it planned for this is done.`,
    "",
    ...tasks,
    "",
    advanced === undefined
      ? "Nothing landed."
      : `It is on the branch \`${advanced.branch.replaceAll("`", "'")}\` at ${advanced.to}, which may not be pushed yet.`,
  ].join("\n");
}
