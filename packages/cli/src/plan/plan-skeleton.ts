import { RUNTIMES } from "@breakwater/agents";
import {
  fail,
  ok,
  plainLine,
  planOfWork,
  readDocsSeeds,
  renderPlanMarkdown,
  type DocsSeed,
  type Result,
  type SessionType,
} from "@breakwater/core";
import { readIssue, type Repository, type SessionConfig } from "@breakwater/node";
import type { CommandContext } from "../command-context.ts";

/** What a skeleton is made of: words of a person, or the issue that `from` names (`issue:N`). */
export type SkeletonOrder = {
  readonly goal: string;
  readonly from?: string;
  readonly session: SessionType;
};

/** Where it is made; outside of a repository there is none. */
export type SkeletonPlace = { readonly repository?: Repository; readonly config: SessionConfig };

/** Writes the skeleton of a plan by rules, without an agent; what could not be placed is told on stderr. */
export async function planSkeleton(
  { goal, from, session }: SkeletonOrder,
  place: SkeletonPlace,
  context: CommandContext,
): Promise<Result<string>> {
  const { config } = place;
  const words = await wordsOf(goal, from, { ...place, context });
  if (!words.ok) return words;
  const { entries } = config;
  const agents = entries["agents-per-wave"].value;
  const { plan, notes } = planOfWork({
    ...words.value,
    session,
    agent: entries.agent.value ?? RUNTIMES[0]?.name ?? "claude",
    cap: agents?.bySession[session] ?? agents?.usual ?? 6,
    docs: docsSeedsOf(goal, config),
  });
  for (const note of notes) context.stderr.write(`note: ${plainLine(note, 300)}\n`);
  return ok(renderPlanMarkdown(plan));
}

/** The documentation that a goal asks for; none unless the project plans documentation, for whom it does. */
export function docsSeedsOf(goal: string, { entries }: SessionConfig): readonly DocsSeed[] {
  const docs = entries["docs-orchestrator"].value;
  if (docs?.enabled !== true) return [];
  return readDocsSeeds(goal).filter(({ audience }) => docs.audiences.includes(audience));
}

type Words = { readonly title: string; readonly text: string; readonly issue?: number };

async function wordsOf(
  goal: string,
  from: string | undefined,
  { repository, config, context }: SkeletonPlace & { readonly context: CommandContext },
): Promise<Result<Words>> {
  const [first = "", ...rest] = goal.trim().split("\n");
  if (from === undefined) return ok({ title: first, text: rest.join("\n").trim() });
  const number = Number(/^issue:([1-9]\d{0,8})$/.exec(from)?.[1]);
  if (Number.isNaN(number))
    return fail({ code: "BW013", message: `--from ${plainLine(from)} is no issue`, fix: "--from issue:12" });
  const tracker = config.entries.vcs.value;
  const issue = await readIssue({
    number,
    cwd: repository?.root ?? context.cwd,
    env: context.env,
    ...(tracker === undefined ? {} : { tracker }),
    ...(repository === undefined ? {} : { context: repository.context }),
  });
  if (!issue.ok) return issue;
  const { title, body } = issue.value;
  return ok({ title: first === "" ? title : first, text: body, issue: number });
}
