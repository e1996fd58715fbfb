import { spawnSync } from "node:child_process";
import type { CommandLine } from "@breakwater/agents";
import { dispositionOf, gateId, type GateSpec, type RecordedFact, type RunState } from "@breakwater/core";
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
  readonly exits: readonly (number | readonly number[])[];
  /** How often agents were started in all, where that is fixed. */
  readonly starts?: number;
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
};

/** A repository, its session and a hand on both. */
export type Stage = {
  readonly trial: SessionTrial;
  readonly steering: Steering;
  /** Begins the session with its two tasks; `first` is what T1 does before its work, in its first attempt. */
  readonly begin: (first?: readonly object[], order?: SessionOrder) => SessionProcess;
  /** Takes the session over. */
  readonly resume: (order?: SessionOrder) => SessionProcess;
  /** Waits for the end of a process; meanwhile a parked session is repaired and woken. */
  readonly finish: (holder: SessionProcess, repair?: () => void) => Promise<SessionEnd>;
};

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
      stretches: ends.map((end, index) => stretchOf(end, index === ends.length - 1 ? state : undefined)),
      starts: trial.counted().length,
      lost: [...lostFacts(ends, facts), ...lostCommits(trial.scratch, facts), ...wrong],
      leftovers: trial.leftovers(),
    };
  } finally {
    await steering.close();
    release(trial.scratch.home);
    trial.dispose();
  }
}

function stageOn(trial: SessionTrial, steering: Steering, ends: SessionEnd[]): Stage {
  const usual = { runtimeOptions: { steering: steering.path } };
  return {
    trial,
    steering,
    begin: (first = [], order = {}) =>
      trial.start({ ...usual, schedule: trialSchedule(tasksOf(trial, first), [CHECK]), ...order }),
    resume: (order = {}) => trial.start({ ...usual, ...order }),
    finish: async (holder, repair = () => {}) => {
      void wakeWheneverParked(trial, holder, repair);
      const hung = setTimeout(() => holder.signal("SIGKILL"), PATIENCE_MS);
      const end = await holder.ended;
      clearTimeout(hung);
      ends.push(end);
      return end;
    },
  };
}

function tasksOf(trial: SessionTrial, first: readonly object[]): readonly TrialTask[] {
  const work = (file: string): readonly object[] => [{ write: file, content: "2\n" }, REPORT_DONE];
  const once = first.length === 0 ? [] : [{ "if-attempt": 1, then: first }];
  return [
    { id: "T1", scope: ["src/a"], steps: [trial.counting("T1"), ...once, ...work("src/a")] },
    { id: "T2", scope: ["src/b"], steps: [trial.counting("T2"), ...work("src/b")] },
  ];
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

function stretchOf(end: SessionEnd, last: RunState | undefined): Stretch {
  const parked = new Set(
    end.lines.filter((line) => line.type === "session.parked").map((line) => `parked ${String(line.reason)}`),
  );
  const result = end.lines.findLast((line) => line.type === "session.result");
  const refused = /^BW\d+/.exec(String(result?.reason ?? ""));
  const told = [...end.failures, ...(refused === null ? [] : [refused[0]])];
  const outcome = told.length > 0 || last === undefined ? told : [outcomeOf(last)];
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
  const { stdout } = spawnSync("findmnt", ["-rno", "TARGET"], { cwd: "/", encoding: "utf8" });
  const mounts = (stdout ?? "").split("\n").filter((target) => target.startsWith(`${home}/`));
  for (const target of mounts.toReversed()) succeeds("umount", "-l", target);
}
