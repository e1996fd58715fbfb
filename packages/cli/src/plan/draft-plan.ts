import { randomBytes } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  attemptId,
  attemptLimits,
  DRAFT_FILE,
  fail,
  ok,
  plainLine,
  plannerPrompt,
  sessionId,
  taskId,
  type AttemptReport,
  type Diagnostic,
  type Failure,
  type PlannerBrief,
  type Result,
} from "@breakwater/core";
import { exportCommit } from "@breakwater/node";
import {
  attemptFiles,
  doorsOfCheckout,
  startAttempt,
  watchAttempt,
  type AttemptOrder,
} from "@breakwater/shells";
import type { CommandContext } from "../command-context.ts";
import { countDiagnostics, countText } from "../errors/report-diagnostics.ts";
import type { Workplace } from "../session/open-workplace.ts";
import { loadPlan } from "./load-plan.ts";
import { inheritedNames } from "../session/inherited-names.ts";

/** What a planner came to: the text of its last draft and what lint still says about it. */
export type DraftedPlan = {
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
  /** How often the planner ran: once, and once for each repair. */
  readonly rounds: number;
};

export type DraftOrder = {
  readonly brief: Omit<PlannerBrief, "names" | "faults">;
  /** Options of the runtime, such as the folder of scripts. */
  readonly runtimeOptions: Readonly<Record<string, unknown>>;
  readonly model?: string;
};

/** A draft with errors goes back to its planner so often and no more. */
const MOST_REPAIRS = 2;

const MOST_DRAFT_BYTES = 512 * 1024;

/**
 * Lets an agent draft a plan in a copy of HEAD that is thrown away: it may read everything there and write
 * one file. Lint sends errors back at most twice. Fails with BW835 where no draft came.
 */
export async function draftPlan(
  { repository, config }: Workplace,
  order: DraftOrder,
  context: CommandContext,
): Promise<Result<DraftedPlan>> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "breakwater-plan-")));
  const workspace = join(folder, "copy");
  try {
    mkdirSync(workspace);
    const exported = await exportCommit(repository, workspace);
    if (!exported.ok) return exported;
    const names = readdirSync(workspace).toSorted();
    let faults: readonly string[] | undefined;
    for (let round = 1; ; round += 1) {
      const prompt = plannerPrompt({ ...order.brief, names, ...(faults === undefined ? {} : { faults }) });
      const ended = await runPlanner({ checkout: repository.root, folder, workspace, round, prompt, order });
      if (!ended.ok) return ended;
      const text = readDraft(workspace);
      if (text === undefined) return fail(noDraft(ended.value));
      const diagnostics = await lintDraft(folder, text, { context, workplace: { repository, config } });
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      if (errors.length === 0 || round > MOST_REPAIRS) return ok({ text, diagnostics, rounds: round });
      const count = countText(countDiagnostics(errors));
      context.stderr.write(`draft ${round}: ${count}; the planner corrects it\n`);
      faults = errors.map(
        ({ code, where, message, fix }) =>
          `${code} line ${where.line}: ${message}${fix === undefined ? "" : `; ${fix}`}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

type PlannerRun = {
  readonly checkout: string;
  readonly folder: string;
  readonly workspace: string;
  readonly round: number;
  readonly prompt: string;
  readonly order: DraftOrder;
};

async function runPlanner({
  checkout,
  folder,
  workspace,
  round,
  prompt,
  order,
}: PlannerRun): Promise<Result<AttemptReport>> {
  const attempt = attemptId(taskId("P1"), round);
  const terms = {
    attempt,
    workspace,
    scope: { kind: "write", globs: [DRAFT_FILE] },
    enforcement: "strict",
  } as const;
  const spec: AttemptOrder = {
    version: 1,
    ...terms,
    door: await doorsOfCheckout(checkout)(terms, join(folder, "scratch")),
    session: sessionId("plan"),
    token: randomBytes(16).toString("hex"),
    agent: order.brief.agent,
    ...(order.model === undefined ? {} : { model: order.model }),
    prompt,
    limits: attemptLimits[order.brief.session],
    ...attemptFiles(attempt, { folder: join(folder, "attempt"), eventFolder: join(folder, "events") }),
    environment: {},
    allowEnvironment: inheritedNames(process.env),
    runtimeOptions: order.runtimeOptions,
    unattendedMs: 1_000,
  };
  const started = await startAttempt(spec);
  if (!started.ok) return started;
  let report: AttemptReport | undefined;
  await watchAttempt(started.value, (event) => {
    if (event.kind === "exited") report = event.report;
  }).ended;
  return report === undefined ? fail(noDraft(undefined)) : ok(report);
}

function readDraft(workspace: string): string | undefined {
  try {
    const bytes = readFileSync(join(workspace, DRAFT_FILE));
    return bytes.length > MOST_DRAFT_BYTES ? undefined : bytes.toString("utf8");
  } catch {
    return undefined;
  }
}

async function lintDraft(
  folder: string,
  text: string,
  { context, workplace }: { readonly context: CommandContext; readonly workplace: Workplace },
): Promise<readonly Diagnostic[]> {
  const file = join(folder, DRAFT_FILE);
  writeFileSync(file, text);
  const { diagnostics } = await loadPlan(context, file, {}, workplace);
  return diagnostics.filter(({ where }) => where.file === file);
}

function noDraft(report: AttemptReport | undefined): Failure {
  const ending = report?.ending;
  const said =
    ending === undefined
      ? "nothing was heard of it"
      : "message" in ending
        ? ending.message
        : "reason" in ending
          ? ending.reason
          : ending.kind;
  return {
    code: "BW835",
    message: `the planner left no draft: ${plainLine(said, 300)}`,
    why: "An agent drafts into one file of a copy; without that file there is nothing to show.",
    fix: "Try another agent with --agent, or begin with breakwater plan new",
  };
}
