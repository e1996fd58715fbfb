import { plainLine } from "@breakwater/core";
import { flushIssueQueue, openIssueDesk, waitingOrders, type IssueTracker } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import { jsonLine } from "../../output/json-line.ts";
import type { Workplace } from "../../session/open-workplace.ts";
import { issueQueue } from "../../session/session-store.ts";

/** Whether earlier sessions of this checkout left orders that the tracker did not take. */
export async function issuesWait({ repository }: Workplace): Promise<boolean> {
  return (await waitingOrders(issueQueue(repository))).length > 0;
}

/** Files what earlier closes could not, and says what came of it. The caller holds the lease. */
export async function fileWaitingIssues(
  { repository }: Workplace,
  tracker: IssueTracker,
  context: CommandContext,
): Promise<void> {
  const { filed, left, refused } = await flushIssueQueue(openIssueDesk(tracker, issueQueue(repository)));
  if (filed.length + left.length + refused.length === 0) return;
  if (context.output === "json")
    return context.stdout.write(jsonLine("issues.filed", { filed, left, refused }));
  for (const { number, url } of filed)
    context.stderr.write(`filed what waited: #${number} ${plainLine(url, 200)}\n`);
  for (const { file, failure } of left)
    context.stderr.write(`still waits: ${plainLine(file, 300)}: ${plainLine(failure.message, 300)}\n`);
  for (const { failure } of refused)
    context.stderr.write(`waits no longer: ${plainLine(failure.message, 300)}\n`);
}
