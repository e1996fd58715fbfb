import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { CommandLine } from "@breakwater/agents";
import {
  dispositionOf,
  gateId,
  replay,
  type GateSpec,
  type RecordedFact,
  type Request,
  type RunState,
} from "@breakwater/core";
import {
  lostCommits,
  openSessionTrial,
  openSteering,
  REPORT_DONE,
  trialSchedule,
  type SessionEnd,
  type SessionOrder,
  type SessionProcess,
  type SessionTrial,
  type Steering,
  type TrialTask,
} from "@breakwater/testkit";

/** One fault, what has to come of it, and how it is brought about. */
export type Fault = {
  readonly name: string;
  /** One end for each process that held the session, in order; several where chance decides. */
  readonly ends: readonly (string | RegExp)[];
  readonly exits: readonly (number | string | readonly number[])[];
  /** How often agents were started in all, where that is fixed. */
  readonly starts?: number;
  /** Left out of the short form: it mounts disks, or is one more of its kind. */
  readonly long?: boolean;
  readonly play: (stage: Stage) => Promise<void>;
};

/** How one process that held the session came to its end. */
export type Stretch = { readonly end: string; readonly exit: number | string };

/** What a fault came to. */
export type Played = {
  readonly stretches: readonly Stretch[];
  readonly starts: number;
  /** Facts and commits that are gone although they were acknowledged. */
  readonly lost: readonly string[];
  readonly leftovers: readonly string[];
  /** What the processes wrote to stderr, for a row that is not as expected. */
  readonly told: readonly string[];
};

/** A repository, its session and a hand on both. */
export type Stage = {
  readonly trial: SessionTrial;
  readonly steering: Steering;
  /** Begins the session with its two tasks; `first` is what T1 does before its work, in its first attempt. */
  readonly begin: (first?: readonly object[], order?: Beginning) => SessionProcess;
  /** Takes the session over. */
  readonly resume: (order?: SessionOrder) => SessionProcess;
  /** Waits for the end of a process; meanwhile a parked session is repaired and woken. */
  readonly finish: (holder: SessionProcess, repair?: () => void) => Promise<SessionEnd>;
  /** What a person does when the cause is gone: retries what was carried over, or else closes. */
  readonly makeUp: () => Promise<void>;
};

/** With `oneByOne` T2 waits for T1. */
type Beginning = SessionOrder & { readonly oneByOne?: boolean };

/** A process that has not ended after this hangs; milliseconds. */
const PATIENCE_MS = 180_000;

const CHECK: GateSpec = { id: gateId("check"), command: "test -s src/a" };

/** Plays a fault on a stage of its own and looks at what is left. */
export async function playFault(fault: Fault, program: CommandLine): Promise<Played> {
  const trial = await openSessionTrial(program, { "src/a": "1\n" });
  const steering = await openSteering();
  const ends: SessionEnd[] = [];
  try {
    await fault.play(stageOn(trial, steering, ends));
    const { facts, state } = await trial.read();
    const wrong = isDone(state) ? wrongFiles(trial, state) : [];
    return {
      stretches: ends.map((end) => stretchOf(end, facts)),
      starts: trial.counted().length,
      lost: [...lostFacts(ends, facts), ...lostCommits(trial.scratch, facts), ...wrong],
      leftovers: trial.leftovers(),
      told: ends.flatMap(({ stderr }) => stderr.split("\n")).filter((line) => line !== ""),
    };
  } finally {
    await steering.close();
    release(trial.scratch.home);
    trial.dispose();
  }
}

function stageOn(trial: SessionTrial, steering: Steering, ends: SessionEnd[]): Stage {
  const usual = { runtimeOptions: { steering: steering.path } };
  const finish: Stage["finish"] = async (holder, repair = () => {}) => {
    void wakeWheneverParked(trial, holder, repair);
    const hung = setTimeout(() => holder.signal("SIGKILL"), PATIENCE_MS);
    const end = await holder.ended;
    clearTimeout(hung);
    ends.push(end);
    return end;
  };
  const resume: Stage["resume"] = (order = {}) => trial.start({ ...usual, ...order });
  return {
    trial,
    steering,
    begin: (first = [], { oneByOne = false, ...order } = {}) => {
      const schedule = trialSchedule(tasksOf(trial, first, oneByOne), [CHECK]);
      return trial.start({ ...usual, schedule, ...order });
    },
    resume,
    finish,
    makeUp: async () => {
      const { state } = await trial.read();
      await finish(resume({ requests: requestsToMakeUp(state) }));
    },
  };
}

function requestsToMakeUp(state: RunState): readonly Request[] {
  const open = [...state.tasks.values()].filter((task) => dispositionOf(state, task)?.kind !== "done");
  const retries = open.map(({ task }): Request => ({ type: "retry", task: task.id, by: "test" }));
  return retries.length > 0 ? retries : [{ type: "close", by: "test", commits: "per-task" }];
}

function tasksOf(trial: SessionTrial, first: readonly object[], oneByOne: boolean): readonly TrialTask[] {
  const task = (id: string, file: string, before: readonly object[]): TrialTask => ({
    id,
    scope: [file],
    verify: `grep -qx 2 ${file}`,
    steps: [trial.counting(id), ...before, { write: file, content: "2\n" }, REPORT_DONE],
  });
  const once = first.length === 0 ? [] : [{ "if-attempt": 1, then: first }];
  const last = task("T2", "src/b", []);
  return [task("T1", "src/a", once), oneByOne ? { ...last, more: ["depends: T1"] } : last];
}

/** What a person does who is told that the session rests: removes the cause and lets it go on. */
async function wakeWheneverParked(
  trial: SessionTrial,
  holder: SessionProcess,
  repair: () => void,
): Promise<void> {
  for (let count = 1; ; count += 1) {
    const parked = await holder.heard("session.parked", count).catch(() => undefined);
    if (parked === undefined) return;
    repair();
    await trial.ask({ type: "resume", by: "test" });
  }
}

function stretchOf(end: SessionEnd, facts: readonly RecordedFact[]): Stretch {
  const parked = new Set(
    end.lines.filter((line) => line.type === "session.parked").map((line) => `parked ${String(line.reason)}`),
  );
  const result = end.lines.findLast((line) => line.type === "session.result");
  const refused = /^BW\d+/.exec(String(result?.reason ?? ""));
  const told = [...end.failures, ...(refused === null ? [] : [refused[0]])];
  const last = Math.max(0, ...end.lines.map((line) => (typeof line.seq === "number" ? line.seq : 0)));
  const state = replay(facts.filter(({ seq }) => seq <= last));
  const outcome = told.length > 0 || result === undefined ? told : [outcomeOf(state)];
  return { end: [...parked, ...outcome].join(", "), exit: end.code ?? end.signal ?? "unknown" };
}

function outcomeOf(state: RunState): string {
  const tasks = [...state.tasks.values()].map(
    (task) => `${task.task.id} ${dispositionOf(state, task)?.kind ?? "open"}`,
  );
  return isDone(state) ? "done" : tasks.join(", ");
}

function isDone(state: RunState): boolean {
  const tasks = [...state.tasks.values()];
  return tasks.length > 0 && tasks.every((task) => dispositionOf(state, task)?.kind === "done");
}

function wrongFiles(trial: SessionTrial, state: RunState): readonly string[] {
  const { head } = state.integration;
  return ["src/a", "src/b"].filter((file) => trial.scratch.git("show", `${head}:${file}`) !== "2\n");
}

/** A fact is told only when it is durable; so each one that was told has to be in the journal still. */
function lostFacts(ends: readonly SessionEnd[], facts: readonly RecordedFact[]): readonly string[] {
  const kept = new Set(facts.map(({ seq, fact }) => `${seq} ${fact.type}`));
  return ends
    .flatMap(({ lines }) => lines)
    .filter((line) => typeof line.seq === "number" && !kept.has(`${line.seq} ${String(line.type)}`))
    .map((line) => `fact ${String(line.seq)} ${String(line.type)}`);
}

/** Runs a program of this machine; true when it succeeded. */
export function succeeds(...command: readonly string[]): boolean {
  const [file = "", ...args] = command;
  return spawnSync(file, args, { cwd: "/", stdio: "ignore" }).status === 0;
}

/** Unmounts what a fault mounted below a folder, the innermost first. */
function release(home: string): void {
  const file = "/proc/self/mounts";
  const mounts = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const targets = mounts.map((line) => line.split(" ")[1] ?? "");
  for (const target of targets.filter((each) => each.startsWith(`${home}/`)).toReversed())
    succeeds("umount", "-l", target);
}
