import {
  type AttentionItem,
  attentionOf,
  decisionId,
  fail,
  type Failure,
  ok,
  type Result,
} from "@breakwater/core";
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  type McpServer,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import type { CommandContext } from "../command-context.ts";
import { deliver } from "../session/deliver-request.ts";
import { whoAsks } from "../session/person.ts";
import { type LookedAt, lookAtSession } from "../session/session-command.ts";
import { toolAnswer } from "./tool-answer.ts";

const inputSchema = z.strictObject({
  question: z.string().min(1).max(100).describe("The id of the question, as `status` shows it."),
  session: z.string().max(200).optional().describe("The beginning of a session id; the newest when absent."),
});

/**
 * Registers `decision`: it shows a question to the person in the host's own form and hands the answer to the
 * session. The model names the question and cannot name the answer. A host without forms is told the command.
 */
export function addDecision(server: McpServer, context: CommandContext): void {
  const description =
    "Ask the person a question that waits in a session, in the host's own form, and hand the person's answer to the session. The answer is the person's alone.";
  const annotations = { readOnlyHint: false, destructiveHint: true, openWorldHint: false };
  server.registerTool(
    "decision",
    { description, inputSchema, annotations },
    async ({ question, session }, { mcpReq }) => {
      const found = await findQuestion(context, question, session);
      if (!found.ok) return toolAnswer(found);
      const { item, looked } = found.value;
      const options = item.options.map((option) => option.id);
      const schema = z.object({ option: z.enum(options) });
      const answer = acceptedContent(mcpReq.inputResponses, "answer", schema);
      if (answer !== undefined) return toolAnswer(await answerWith(looked, question, answer.option));
      if (mcpReq.inputResponses?.["answer"] !== undefined) return toolAnswer(fail(notAnswered(item)));
      if (!canAsk(server, mcpReq)) return toolAnswer(fail(noForm(item)));
      return inputRequired({
        inputRequests: {
          answer: inputRequired.elicit({ message: messageOf(item), requestedSchema: schema }),
        },
      });
    },
  );
}

/** What the client said of itself: with each call, or once at the beginning where it speaks the older protocol. */
function canAsk(server: McpServer, { envelope }: ServerContext["mcpReq"]): boolean {
  const said: unknown =
    new Map(Object.entries(envelope ?? {})).get(CLIENT_CAPABILITIES_META_KEY) ??
    server.server.getClientCapabilities();
  return typeof said === "object" && said !== null && "elicitation" in said;
}

type FoundQuestion = { readonly item: AttentionItem; readonly looked: LookedAt };

async function findQuestion(
  context: CommandContext,
  question: string,
  session: string | undefined,
): Promise<Result<FoundQuestion>> {
  const looked = lookAtSession(context, session);
  if (!looked.ok) return looked;
  const open = attentionOf(looked.value.session.state).filter(({ kind }) => kind === "decision");
  const item = open.find(({ id }) => id === question);
  if (item !== undefined) return ok({ item, looked: looked.value });
  return fail({
    code: "BW771",
    message: `there is no open question ${JSON.stringify(question)} in this session`,
    fix: open.length === 0 ? "Nothing waits for an answer." : `Open: ${open.map(({ id }) => id).join(", ")}`,
  });
}

async function answerWith(
  { checkout, session }: LookedAt,
  question: string,
  option: string,
): Promise<Result<object>> {
  const by = `${whoAsks()} (in a host)`;
  const request = { type: "answer", decision: decisionId(question), option, by } as const;
  const delivered = await deliver(checkout, session, request);
  return delivered.ok ? ok({ question, option, ...delivered.value }) : delivered;
}

function messageOf({ text, why, options, fallback }: AttentionItem): string {
  const lines = options.map(
    ({ id, label, consequence, recommended }) =>
      `${id}: ${label}${recommended ? " (recommended)" : ""}: ${consequence}`,
  );
  const byItself = fallback === undefined ? [] : [`Without an answer: ${fallback.option}`];
  return [text, ...(why === undefined ? [] : [why]), ...lines, ...byItself].join("\n").slice(0, 8_000);
}

function commandsOf({ options }: AttentionItem): string {
  return options.map(({ command }) => command).join(" | ");
}

function noForm(item: AttentionItem): Failure {
  return {
    code: "BW793",
    message: `this host has no form to ask the person in, and ${item.id} is the person's to answer`,
    fix: `Show the person the question and run the command of the choice: ${commandsOf(item)}`,
  };
}

function notAnswered(item: AttentionItem): Failure {
  return {
    code: "BW793",
    message: `the person gave no answer to ${item.id}`,
    why: "It goes on waiting; where it has a default and a deadline, the default is taken then.",
    fix: `Ask again later, or let the person run: ${commandsOf(item)}`,
  };
}
