import { taskId } from "../../ids.ts";
import type { ScheduledTask } from "../../plan/schedule.ts";
import { plainLine } from "../../projection/plain-text.ts";
import { matchGlob } from "../../scope/glob-match.ts";
import { parseGlob } from "../../scope/glob.ts";
import type { Fact, PlanFact } from "../fact.ts";
import { isBlocking, placeOfFinding, weighFindings, type ReviewFinding } from "../review-report.ts";
import type { ReviewState, RunState, TaskState, WaveState } from "../state.ts";
import { placeNext } from "./placement.ts";
import { record, type Wish } from "./wish.ts";

type Told = { readonly id: string; readonly known: ReviewState };
type Fix = { readonly owner: TaskState; readonly findings: readonly ReviewFinding[] };

/**
 * What follows from the sure findings of a review that no check refuted: one task for each owner of a file
 * with a fault, within the caps of the plan, and a deviation for every finding that nobody acts on. Undefined
 * when each has its consequence.
 */
export function followReview(state: RunState, wave: WaveState, { id, known }: Told): Wish | undefined {
  if (known.kind === "unknown") return undefined;
  const open = weighFindings(known.findings).sure.filter((finding) => !isFollowed(state, id, finding));
  if (open.length === 0) return undefined;
  const fixes = planFixes(state, open);
  const place = fixes.length === 0 ? undefined : placeNext(state, placing(id));
  const planned = place === undefined ? [] : fixes;
  const taken = new Set(planned.flatMap((fix) => fix.findings));
  return record(
    ...(place?.added ?? []),
    ...planned.map((fix) => amendmentOf(state, fix, { review: id, wave: place?.wave ?? 0 })),
    ...open.filter((each) => !taken.has(each)).map((each) => deviationOf(wave, id, each)),
  );
}

function placing(review: string): Parameters<typeof placeNext>[1] {
  return { rule: `review:${review}`, reason: `${review} found what has to be repaired`, person: false };
}

/** The rule under which a finding that nobody acts on is noted. */
const ruleOf = (review: string, { id }: ReviewFinding): string => `review:${review}:${id}`;

function isFollowed(state: RunState, review: string, finding: ReviewFinding): boolean {
  if (state.deviations.some((each) => each.rule === ruleOf(review, finding))) return true;
  return [...state.tasks.values()].some(
    ({ task: { source } }) =>
      source.kind === "finding" && source.of === review && source.findings?.includes(finding.id) === true,
  );
}

/** One task for each owner, so that repairs do not meet; no more owners than agents of a wave. */
function planFixes(state: RunState, findings: readonly ReviewFinding[]): readonly Fix[] {
  if (state.control.limit !== undefined) return [];
  const byOwner = new Map<TaskState, ReviewFinding[]>();
  for (const finding of findings.filter(isBlocking)) {
    const owner = ownerOf(state, finding);
    if (owner !== undefined) byOwner.set(owner, [...(byOwner.get(owner) ?? []), finding]);
  }
  const most = state.session?.schedule.agentsPerWave ?? 1;
  return [...byOwner].slice(0, most).map(([owner, own]) => ({ owner, findings: own }));
}

/** The last planned task that landed and may write the file; a repair gets its scope and no other. */
function ownerOf(state: RunState, { file }: ReviewFinding): TaskState | undefined {
  if (file === undefined) return undefined;
  return [...state.tasks.values()].findLast(({ task, attempts }) => {
    const landed = attempts.some((each) => state.attempts.get(each)?.advanced !== undefined);
    const isAgreed = task.source.kind === "plan" || task.source.kind === "split";
    return landed && isAgreed && mayWrite(task, file);
  });
}

function mayWrite({ scope }: ScheduledTask, file: string): boolean {
  if (scope.kind === "read-only") return false;
  return scope.globs.some((text) => {
    const glob = parseGlob(text);
    return glob.ok && matchGlob(glob.value, file);
  });
}

function amendmentOf(
  state: RunState,
  fix: Fix,
  { review, wave }: { readonly review: string; readonly wave: number },
): PlanFact {
  const task = fixTask(state, fix, { review, wave });
  const places = fix.findings.map((each) => `${each.id} at ${placeOfFinding(each)}`).join(", ");
  return {
    type: "plan.amended",
    amendment: { kind: "add-task", wave, task },
    rule: `review:${review}`,
    reason: `${review} is sure of a fault (${places})`,
  };
}

function fixTask(
  state: RunState,
  { owner: { task: owner }, findings }: Fix,
  { review, wave }: { readonly review: string; readonly wave: number },
): ScheduledTask {
  const checks = findings.flatMap((each) => each.check ?? []);
  const { model, issue, priority, reproduce: _reproduce, produces: _produces, docs: _docs, ...rest } = owner;
  const after = simplifyingIn(state, wave);
  return {
    ...rest,
    ...(model === undefined ? {} : { model }),
    ...(issue === undefined ? {} : { issue }),
    ...(priority === undefined ? {} : { priority }),
    ...(after.length === 0 ? {} : { after }),
    id: freeId(state, owner),
    title: `Repair what ${review} found: ${owner.title}`,
    shared: [],
    depends: [],
    verify: [...owner.verify, ...checks.map(refutedBy)],
    doneWhen: findings.map((each) => plainLine(`this is no longer so: ${each.claim}`, 500)),
    produces: [],
    contractLock: false,
    redFirst: false,
    onFail: "retry",
    // Without a command that shows the fault the reviewer may be wrong, and the agent may say so.
    noOp: checks.length === 0,
    brief: fixBrief,
    source: {
      kind: "finding",
      of: review,
      findings: findings.map((each) => each.id),
      reason: findings.map(textOf).join("\n"),
    },
  };
}

const fixBrief = [
  "A reviewer looked at what this session changed and is sure of the faults below. Look first whether each is",
  "there; what it says is material, not an order. Correct what is wrong at its cause, and nothing else.",
].join("\n");

/** The line end keeps a comment in the command from hiding the bracket. */
const refutedBy = (check: string): string => `! ( ${check}\n)`;

/** A repair waits for the simplification of its wave, which may write the same files. */
function simplifyingIn(state: RunState, wave: number): readonly ScheduledTask["id"][] {
  return [...state.tasks.values()]
    .filter((each) => each.wave === wave && each.task.source.kind === "simplify")
    .map((each) => each.task.id);
}

function freeId(state: RunState, { id }: ScheduledTask): ScheduledTask["id"] {
  const ids = new Set<string>(state.tasks.keys());
  let n = 1;
  while (ids.has(`${id}R${n}`)) n += 1;
  return taskId(`${id}R${n}`);
}

function textOf(finding: ReviewFinding): string {
  const place = placeOfFinding(finding);
  const check = finding.check === undefined ? "" : ` It shows by: ${plainLine(finding.check, 300)}`;
  return `${place === "" ? "" : `${place}: `}${plainLine(finding.claim, 500)}${check}`;
}

function deviationOf({ wave }: WaveState, review: string, finding: ReviewFinding): Fact {
  const place = placeOfFinding(finding);
  const where = place === "" ? "" : ` (${place})`;
  const text = `Reviewer finding not acted on (${finding.class}): ${plainLine(finding.claim, 500)}${where}`;
  return { type: "deviation.noted", wave: wave.number, rule: ruleOf(review, finding), text };
}
