import {
  commitId,
  isHeld,
  taskOfAttempt,
  treeId,
  weighFindings,
  type AttemptId,
  type AttemptReport,
  type AttemptState,
  type Command,
  type CommitId,
  type Fact,
  type RunState,
} from "@breakwater/core";
import type { Agenda } from "../memory/agenda.ts";
import type { Random } from "../memory/random.ts";
import type { PerformerPort, Tell } from "../port.ts";
import type { World } from "./world.ts";

type CommandOf<Type extends Command["type"]> = Extract<Command, { readonly type: Type }>;

/** What a simulated performer works with. `alive` turns false when its coordinator dies. */
export type Stage = {
  readonly world: World;
  readonly agenda: Agenda;
  readonly random: Random;
  readonly alive: () => boolean;
  /** The state as of the newest durable fact. */
  readonly state: () => RunState;
  /** Notes what the publisher was given. */
  readonly published: (state: RunState) => void;
};

/**
 * Carries out commands in the simulated world. Each has an effect and a report, at different moments: a
 * crash may fall before the effect, between the two, or after both.
 */
export function simulatedPerformer(stage: Stage): PerformerPort {
  return {
    perform: async (command, tell) => schedule(stage, command, tell),
    reconcile: async (command, tell) => schedule(stage, command, tell),
    adopt: async (attempt, tell) => adopt(stage, attempt, tell),
    publish: async (state) => stage.published(state),
  };
}

function schedule(stage: Stage, command: Command, tell: Tell): void {
  const { agenda, random, alive } = stage;
  agenda.after(random.below(3_000), () => {
    if (!alive()) return;
    const fact = effectOf(stage, command);
    agenda.after(random.below(500), () => {
      if (!alive()) return;
      tell({ fact, cause: command.id });
      if (command.type === "start-agent" && fact.type === "attempt.started")
        follow(stage, command.attempt, tell);
    });
  });
}

function effectOf(stage: Stage, command: Command): Fact {
  const { world } = stage;
  switch (command.type) {
    case "prepare-workspace":
      return world.fate(command.attempt).workspaceFails
        ? {
            type: "workspace.failed",
            attempt: command.attempt,
            failure: { code: "BW710", message: "no space" },
          }
        : { type: "workspace.prepared", attempt: command.attempt, path: `/workspaces/${command.attempt}` };
    case "start-agent":
      return startProcess(stage, command);
    case "nudge-agent":
      return { type: "attempt.nudged", attempt: command.attempt, delivered: true };
    case "stop-agent":
      return stopProcess(stage, command);
    case "snapshot-result":
      return snapshot(world, command);
    case "check-findings":
      return checkFindings(world, command.attempt);
    case "merge-result":
      return merge(world, command);
    case "audit-result":
      return audit(world, command);
    case "advance-integration":
      return advance(world, command);
    case "run-gate":
      return { type: "gate.finished", run: command.run, report: world.gateReport(command) };
    case "check-review":
      return checkReview(world, command);
    case "ask-person": {
      const { decision, question } = command;
      return { type: "decision.asked", decision, question };
    }
    case "file-carryover":
      return { type: "carryover.filed", task: command.task, where: "carryover.md" };
    case "discard-workspace":
      return { type: "workspace.discarded", attempt: command.attempt };
    case "settle-issue":
      return { type: "issue.settled", issue: command.issue, done: command.done, where: `#${command.issue}` };
    case "advance-branch":
      return advanceBranch(world, command, stage.state());
  }
}

/** The user may have committed meanwhile; then the merged line is put onto that, and nothing moves yet. */
function advanceBranch(
  world: World,
  { branch, base, head, last }: CommandOf<"advance-branch">,
  { integration }: RunState,
): Fact {
  const advanced = { type: "branch.advanced", branch, from: base, to: head } as const;
  if (world.branch === head) return advanced;
  world.letUserCommit(base);
  if (world.branch === base) {
    world.branch = head;
    return advanced;
  }
  if (last === true)
    return { type: "close.refused", failure: { code: "BW725", message: "the branch moved once more" } };
  const onto = world.branch;
  const replayed = world.replay(integration.head, onto);
  const line = integration.line.map(({ attempt, commit }) => ({ task: taskOfAttempt(attempt), commit }));
  return { type: "close.replayed", onto, head: replayed.commit, tree: replayed.tree, line };
}

function startProcess({ world, agenda, state }: Stage, { attempt, resume }: CommandOf<"start-agent">): Fact {
  const fate = world.fate(attempt);
  if (!world.processes.has(attempt) && isHeld(state())) return { type: "attempt.held", attempt };
  if (fate.startFails) {
    return {
      type: "attempt.not-started",
      attempt,
      failure: { code: "BW741", message: "the client is not installed" },
    };
  }
  const known = world.processes.get(attempt);
  if (known === undefined) {
    const endsAt = fate.hangs === "no" ? agenda.now() + fate.runMs : Number.POSITIVE_INFINITY;
    const held = { conversation: resume ?? conversationOf(attempt), resumed: resume !== undefined };
    world.processes.set(attempt, { starts: 1, startedAt: agenda.now(), endsAt, ...held });
  }
  return { type: "attempt.started", attempt, pid: 1, token: attempt };
}

/** A new conversation has an id without dots, as clients give them. */
const conversationOf = (attempt: AttemptId): string => `c-${attempt.replace(".", "-")}`;

function stopProcess({ world, agenda }: Stage, { attempt, reason, force }: CommandOf<"stop-agent">): Fact {
  const running = world.processes.get(attempt);
  if (
    running !== undefined &&
    (world.fate(attempt).hangs !== "for-ever" || (force && world.fate(attempt).runMs % 2 === 0))
  ) {
    running.stopped = reason;
    running.endsAt = Math.min(running.endsAt, agenda.now() + 1_000);
  }
  return { type: "attempt.stopping", attempt, reason };
}

/** Watches a process: some progress, then its end, if this coordinator lives that long. */
function follow(stage: Stage, attempt: AttemptId, tell: Tell): void {
  const { agenda, world, random, alive } = stage;
  const running = world.processes.get(attempt);
  if (running === undefined) return;
  if (world.fate(attempt).converses) {
    const runtimeSession = running.conversation;
    const usage = { turns: 0, toolCalls: 0, denials: 0 };
    tell({ fact: { type: "attempt.progressed", attempt, usage, now: "reading", runtimeSession } });
  }
  const look = (): void => {
    if (!alive()) return;
    if (agenda.now() >= running.endsAt) {
      tell({ fact: { type: "attempt.exited", attempt, report: reportOf(stage, attempt) } });
      return;
    }
    if (random.chance(0.05)) {
      tell({
        fact: { type: "scope.denied", attempt, tool: "write", path: "x", rule: "scope", allowed: false },
      });
    }
    const wait = Math.min(running.endsAt - agenda.now(), 30_000);
    agenda.after(wait, look);
  };
  look();
}

function reportOf({ world }: Stage, attempt: AttemptId): AttemptReport {
  const fate = world.fate(attempt);
  const running = world.processes.get(attempt);
  if (running?.resumed === true && fate.forgets) return forgotten;
  const ending =
    running?.stopped === undefined ? fate.ending : ({ kind: "stopped", reason: running.stopped } as const);
  return {
    ending,
    exitCode: ending.kind === "completed" ? 0 : null,
    claim: fate.claim,
    usage: { turns: 3, toolCalls: 9, denials: 0, ...(fate.usd === undefined ? {} : { usd: fate.usd }) },
    findings: fate.findings,
    questions: [],
    ...(attempt.startsWith("review-") && fate.review !== undefined ? { review: fate.review } : {}),
  };
}

/** How a client ends that cannot find the conversation it is to go on with. */
const forgotten: AttemptReport = {
  ending: { kind: "error", class: "crash", message: "no such conversation" },
  exitCode: 1,
  claim: { kind: "missing" },
  usage: { turns: 0, toolCalls: 0, denials: 0 },
  findings: [],
  questions: [],
};

function adopt(stage: Stage, attempt: AttemptState, tell: Tell): void {
  stage.agenda.after(stage.random.below(200), () => {
    if (!stage.alive()) return;
    tell({ fact: { type: "attempt.adopted", attempt: attempt.id } });
    follow(stage, attempt.id, tell);
  });
}

function snapshot(world: World, { attempt, survey }: CommandOf<"snapshot-result">): Fact {
  const { changed, folders } = world.fate(attempt);
  const [glob = ""] = survey?.globs ?? [];
  const found = Array.from({ length: glob === "" ? 0 : folders }, (_, n) => ({
    path: glob.replace("**", `f${n}`),
    files: 1,
  }));
  return {
    type: "result.snapshotted",
    attempt,
    commit: commitId(`result-${attempt}`),
    tree: treeId(`result-tree-${attempt}`),
    changed,
    ...(survey === undefined ? {} : { survey: { folders: found, regions: [] } }),
  };
}

function checkFindings(world: World, attempt: AttemptId): Fact {
  const { findings, rejected } = world.fate(attempt);
  const [first] = findings;
  if (first === undefined || rejected === 0)
    return { type: "findings.checked", attempt, accepted: findings, rejected: [] };
  return {
    type: "findings.checked",
    attempt,
    accepted: [],
    rejected: [{ finding: first, reason: "no such path" }],
  };
}

/** The fate says how many of the findings, from the first on, are refuted. */
function checkReview(world: World, command: CommandOf<"check-review">): Fact {
  const { review, wave, from, to, attempt } = command;
  const { review: said, rejected } = world.fate(attempt);
  const { sure, possible, dropped } = weighFindings(said?.findings ?? []);
  const named = [...sure, ...possible];
  return {
    ...({ type: "review.finished", review, wave, from, to, verdict: said?.verdict ?? "blocked" } as const),
    dimensions: {},
    findings: named.slice(rejected),
    rejected: named.slice(0, rejected).map((finding) => ({ finding, reason: "no such line" })),
    dropped: dropped.length,
  };
}

function merge(world: World, { attempt, head }: CommandOf<"merge-result">): Fact {
  if (world.fate(attempt).conflicts && head !== commitId("base")) {
    return { type: "candidate.conflicted", attempt, head, paths: ["src/shared.ts"] };
  }
  return { type: "candidate.built", attempt, head, ...world.commit(head, attempt, "whole") };
}

function audit(world: World, { attempt, candidate, head, keepRest }: CommandOf<"audit-result">): Fact {
  const tree = treeOf(world, candidate);
  const stray =
    world.fate(attempt).strays || world.tasks.get(attempt.split(".")[0] ?? "")?.scope.kind === "read-only";
  if (!stray) return { type: "candidate.audited", attempt, commit: candidate, tree, held: [] };
  const held = [{ path: "elsewhere.ts", rule: "out-of-scope", message: "not in scope" }];
  const kept = keepRest ? world.commit(head, attempt, "kept") : undefined;
  const quarantine = `refs/quarantine/${attempt}`;
  return {
    type: "candidate.audited",
    attempt,
    commit: candidate,
    tree,
    held,
    quarantine,
    ...(kept === undefined ? {} : { kept }),
  };
}

function advance(world: World, { attempt, from, to }: CommandOf<"advance-integration">): Fact {
  if (world.head !== from && world.head !== to) {
    return { type: "integration.refused", attempt, expected: from, found: world.head };
  }
  world.head = to;
  return { type: "integration.advanced", attempt, from, to, tree: treeOf(world, to) };
}

function treeOf(world: World, commit: CommitId): ReturnType<typeof treeId> {
  return world.commits.get(commit)?.tree ?? treeId("nowhere");
}
