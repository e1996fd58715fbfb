import { existsSync, realpathSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import {
  attemptId,
  attemptPrompt,
  attentionOf,
  boardOf,
  explainScope,
  fail,
  type Failure,
  nearMatch,
  nextCommand,
  ok,
  parseScope,
  type Result,
  type RunState,
  scopeAllows,
  taskId,
  type TaskState,
} from "@breakwater/core";
import { hostAttempts } from "@breakwater/shells";
import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { CommandContext } from "../command-context.ts";
import { countDiagnostics, diagnosticJson } from "../errors/report-diagnostics.ts";
import { loadPlan } from "../plan/load-plan.ts";
import { locateCheckout } from "../session/locate-checkout.ts";
import { lookAtSession } from "../session/session-command.ts";
import { toolAnswer } from "./tool-answer.ts";

const session = z
  .string()
  .max(200)
  .optional()
  .describe("The beginning of a session id; the newest session when absent.");
const id = z.string().min(1).max(100);
const LOOKS = { readOnlyHint: true, destructiveHint: false, openWorldHint: false };

/** Registers the tools that only read: `status`, `lint`, `brief`, `scope_check` and `gate`. */
export function addReadingTools(server: McpServer, context: CommandContext): void {
  addStatus(server, context);
  addLint(server, context);
  addBrief(server, context);
  addScopeCheck(server, context);
  addGate(server, context);
}

function addStatus(server: McpServer, context: CommandContext): void {
  const description =
    "Where a session of Breakwater stands: waves, tasks, gates, what waits for the person, and the next command.";
  server.registerTool(
    "status",
    { description, inputSchema: z.strictObject({ session }), annotations: LOOKS },
    async ({ session: wanted }) => {
      const now = context.now().getTime();
      return toolAnswer(
        await ofSession(context, wanted, (state) =>
          ok({ board: boardOf(state, now), attention: attentionOf(state), next: nextCommand(state) }),
        ),
      );
    },
  );
}

function addLint(server: McpServer, context: CommandContext): void {
  const inputSchema = z.strictObject({
    file: z.string().min(1).max(1_000).describe("The plan file, from the root of the checkout."),
  });
  const description =
    "Whether a plan file can be run: each error and warning with its place, its reason and its fix.";
  server.registerTool("lint", { description, inputSchema, annotations: LOOKS }, async ({ file }) => {
    const inside = insideCheckout(context.cwd, file);
    if (!inside.ok) return toolAnswer(inside);
    const {
      diagnostics,
      hash,
      file: shown,
    } = await loadPlan({ ...context, cwd: inside.value.root }, inside.value.file);
    const counts = countDiagnostics(diagnostics);
    return toolAnswer(
      ok({
        file: shown,
        ok: counts.errors === 0,
        ...counts,
        hash,
        diagnostics: diagnostics.map(diagnosticJson),
      }),
    );
  });
}

function addBrief(server: McpServer, context: CommandContext): void {
  const inputSchema = z.strictObject({
    task: id.optional().describe("The task."),
    ticket: id.optional().describe("The ticket of an attempt that was handed out, instead of a task."),
    session,
  });
  const description =
    "What one task of a session is about: role, scope, checks, and the complete prompt that its agent gets. An agent that was given a ticket calls it first, with the ticket.";
  server.registerTool("brief", { description, inputSchema, annotations: LOOKS }, async (asked) => {
    const looked = lookAtSession(context, asked.session);
    if (!looked.ok) return toolAnswer(looked);
    const { state, place } = looked.value.session;
    const offers = asked.ticket === undefined ? [] : await hostAttempts(place.folder, state);
    const wanted = asked.task ?? asked.ticket ?? "";
    const offered = offers.find(({ offer }) => offer.ticket === asked.ticket)?.task;
    const task = asked.task === undefined ? offered : state.tasks.get(taskId(asked.task));
    return toolAnswer(
      task === undefined ? fail(unknownName(wanted, [...state.tasks.keys()])) : ok(briefOf(state, task)),
    );
  });
}

function briefOf(state: RunState, taskState: TaskState): object {
  const { task, wave, attempts } = taskState;
  const attempt = attempts.at(-1);
  const known = attempt === undefined ? undefined : state.attempts.get(attempt);
  const { correction } = known ?? {};
  const named = { id: attempt ?? attemptId(task.id, 1), ...(correction === undefined ? {} : { correction }) };
  return {
    task: task.id,
    title: task.title,
    role: task.role,
    wave,
    agent: task.agent,
    scope: task.scope,
    verify: task.verify,
    doneWhen: task.doneWhen,
    attempts,
    workspace: known?.workspace,
    prompt: attemptPrompt(state, taskState, named),
  };
}

function addScopeCheck(server: McpServer, context: CommandContext): void {
  const inputSchema = z.strictObject({
    path: z.string().max(4_096).describe("A path from the root of the repository."),
    task: id.optional().describe("The task whose scope is meant."),
    entries: z
      .array(z.string().max(512))
      .max(200)
      .optional()
      .describe("The entries of a scope, instead of a task."),
    session,
  });
  const description = "Whether a scope lets a path be written, and by which entry.";
  server.registerTool("scope_check", { description, inputSchema, annotations: LOOKS }, async (asked) => {
    const entries =
      asked.task === undefined
        ? ok(asked.entries ?? [])
        : await entriesOf(context, asked.task, asked.session);
    if (!entries.ok) return toolAnswer(entries);
    const scope = parseScope(entries.value);
    if (!scope.ok) return toolAnswer(scope);
    const verdict = scopeAllows(scope.value, asked.path);
    return toolAnswer(
      ok({ path: asked.path, entries: entries.value, verdict, lines: explainScope(scope.value, asked.path) }),
    );
  });
}

function entriesOf(
  context: CommandContext,
  wanted: string,
  of: string | undefined,
): Promise<Result<readonly string[]>> {
  return ofSession(context, of, (state) => {
    const scope = state.tasks.get(taskId(wanted))?.task.scope;
    if (scope === undefined) return fail(unknownName(wanted, [...state.tasks.keys()]));
    return ok(scope.kind === "write" ? scope.globs : []);
  });
}

function addGate(server: McpServer, context: CommandContext): void {
  const inputSchema = z.strictObject({ gate: id.optional().describe("One gate; all when absent."), session });
  const description =
    "What the gates of a session showed last: command, tree, exit and new failures. Gates are run by the session, never from here.";
  server.registerTool(
    "gate",
    { description, inputSchema, annotations: LOOKS },
    async ({ gate, session: of }) =>
      toolAnswer(
        await ofSession(context, of, (state) => {
          const { gates } = boardOf(state, context.now().getTime());
          const found = gate === undefined ? gates : gates.filter((row) => row.id === gate);
          const names = gates.map((row): string => row.id);
          return found.length === 0 && gate !== undefined
            ? fail(unknownName(gate, names))
            : ok({ gates: found });
        }),
      ),
  );
}

/** Reads a session and derives an answer from its state. */
async function ofSession<Value>(
  context: CommandContext,
  wanted: string | undefined,
  derive: (state: RunState) => Result<Value>,
): Promise<Result<Value>> {
  const looked = lookAtSession(context, wanted);
  return looked.ok ? derive(looked.value.session.state) : looked;
}

function unknownName(wanted: string, names: readonly string[]): Failure {
  const near = nearMatch(wanted, names);
  const known = names.slice(0, 50).join(", ");
  return {
    code: "BW771",
    message: `there is nothing called ${JSON.stringify(wanted)} in this session`,
    fix: near === undefined ? `There are: ${known}` : `Did you mean ${near}?`,
  };
}

/** A file that a model names is read only where links do not lead out of the checkout. */
function insideCheckout(cwd: string, file: string): Result<{ readonly root: string; readonly file: string }> {
  const checkout = locateCheckout(cwd);
  if (!checkout.ok) return checkout;
  const root = realpathSync(checkout.value.root);
  const path = resolve(root, file);
  const known = existsSync(path) ? realpathSync(path) : nearestReal(path);
  const inside = relative(root, known);
  if (!file.includes("\0") && inside !== ".." && !inside.startsWith("../")) return ok({ root, file });
  return fail({
    code: "BW792",
    message: `${JSON.stringify(file)} is not inside this checkout`,
    why: "A tool reads no file elsewhere because a model asks for it.",
    fix: "Name a plan file by its path from the root of the checkout.",
  });
}

function nearestReal(path: string): string {
  for (let folder = dirname(path); ; folder = dirname(folder))
    if (existsSync(folder)) return realpathSync(folder);
}
