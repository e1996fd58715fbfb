import { handReport, takeOffer } from "@breakwater/agents";
import { boardOf, fail, type Failure, nextCommand, ok, type Result } from "@breakwater/core";
import { type HostAttempt, hostAttempts, openTicket } from "@breakwater/shells";
import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { CommandContext } from "../command-context.ts";
import { lookAtSession, type LookedAt } from "../session/session-command.ts";
import { toolAnswer } from "./tool-answer.ts";

const session = z
  .string()
  .max(200)
  .optional()
  .describe("The beginning of a session id; the newest when absent.");

/** Registers `next` and `report`, by which a host's own subagents work on tasks of the agent `host`. */
export function addHostTools(server: McpServer, context: CommandContext): void {
  addNext(server, context);
  addReport(server, context);
}

function addNext(server: McpServer, context: CommandContext): void {
  const description =
    "What a host shall hand to its own subagents now: one new subagent for each entry of `dispatch`, started with exactly its `prompt`. Call it again after each report, until `over` is true.";
  const annotations = { readOnlyHint: false, destructiveHint: false, openWorldHint: false };
  server.registerTool(
    "next",
    { description, inputSchema: z.strictObject({ session }), annotations },
    async ({ session: wanted }) => {
      const looked = lookAtSession(context, wanted);
      return toolAnswer(looked.ok ? ok(await handOut(looked.value, context)) : looked);
    },
  );
}

async function handOut({ checkout, session: stored }: LookedAt, context: CommandContext): Promise<object> {
  const { state, place } = stored;
  const offers = await hostAttempts(place.folder, state);
  const { status } = boardOf(state, context.now().getTime());
  const dispatch = offers.map((each) => {
    openTicket(checkout.root, each.offer.ticket, each.door);
    return dispatchOf(each, !takeOffer(each.door));
  });
  const over = ["refused", "settled", "closing", "closed"].includes(status);
  return { dispatch, status, over, next: nextCommand(state) };
}

function dispatchOf({ attempt, task, order, offer }: HostAttempt, handedOutBefore: boolean): object {
  const { workspace, scope, limits } = order;
  return {
    attempt,
    task: task.task.id,
    title: task.task.title,
    role: task.task.role,
    scope,
    workspace,
    ...(handedOutBefore ? { waitsFor: WAITS } : {}),
    limits: { toolCalls: limits.toolCalls, wallMs: limits.wallMs },
    ticket: offer.ticket,
    handedOutBefore,
    prompt: promptOf(order.prompt, { attempt, workspace, ticket: offer.ticket }),
  };
}

/** A subagent that ended without its report would be waited for until the attempt's time is over. */
const WAITS =
  "its subagent, which has not reported; where it has ended, hand its last message to `report` with this ticket";

/** The whole prompt of a subagent: who it is, where it works, its task, how it reports. */
function promptOf(
  prompt: string,
  {
    attempt,
    workspace,
    ticket,
  }: { readonly attempt: string; readonly workspace: string; readonly ticket: string },
): string {
  return `Before anything else call the tool \`brief\` of the MCP server \`breakwater\` with the ticket ${ticket}: it makes you known as the agent of the attempt ${attempt}. Until then none of your calls is let through.

Work only below ${workspace}. It is a checkout of its own: name files by absolute paths below it, and begin each command with \`cd ${workspace} && \`.

${prompt}
When you are through, give your last message, with its STATUS line, to the tool \`report\` with the ticket ${ticket}, and end.
`;
}

const reportSchema = z.strictObject({
  attempt: z.string().min(1).max(100).optional().describe("May be left out: the ticket names it."),
  ticket: z.string().regex(/^[0-9a-f]{32}$/u),
  message: z.string().min(1).max(262_144).describe("The last message of the agent, with its STATUS line."),
  session,
});

function addReport(server: McpServer, context: CommandContext): void {
  const description =
    "Hand in what the agent of an attempt says of its work. It is a claim: the result is then recorded, audited and checked. The first report of an attempt counts, and nothing it does afterwards.";
  const annotations = { readOnlyHint: false, destructiveHint: false, openWorldHint: false };
  server.registerTool("report", { description, inputSchema: reportSchema, annotations }, async (asked) => {
    const looked = lookAtSession(context, asked.session);
    if (!looked.ok) return toolAnswer(looked);
    const { place, state } = looked.value.session;
    const offers = await hostAttempts(place.folder, state);
    const offered = offers.find(({ offer }) => offer.ticket === asked.ticket);
    return toolAnswer(handIn(offered, asked));
  });
}

function handIn(
  offered: HostAttempt | undefined,
  { attempt: said, ticket, message }: z.infer<typeof reportSchema>,
): Result<object> {
  const attempt = offered?.attempt ?? said ?? "this ticket";
  // A model may write the name at the end of a sentence; another name is a mix-up of two agents.
  if (offered !== undefined && said !== undefined && said.replace(/[.\s]+$/u, "") !== attempt)
    return fail(notTaken(said, `the ticket is that of ${attempt}`));
  const handed = offered === undefined ? "gone" : handReport(offered.door, ticket, message);
  switch (handed) {
    case "taken":
      return ok({ attempt, reported: true });
    case "wrong-ticket":
      return fail(notTaken(attempt, "the ticket is another attempt's"));
    case "reported-before":
      return fail(notTaken(attempt, "it was reported before"));
    case "gone":
      return fail(notTaken(attempt, "it does not wait for a report"));
  }
}

function notTaken(attempt: string, reason: string): Failure {
  return {
    code: "BW794",
    message: `the report on ${JSON.stringify(attempt)} was not taken: ${reason}`,
    fix: "Ask `next` for what is out, and report with the ticket that it gave.",
  };
}
