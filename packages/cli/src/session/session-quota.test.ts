import { dispositionOf, gateId, type GateSpec, type RecordedFact, type Schedule } from "@breakwater/core";
import {
  REPORT_DONE,
  trialSchedule,
  type SessionTrial,
  PATIENCE,
  useSteeredTrials,
} from "@breakwater/testkit";
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";

const THERE: GateSpec = { id: gateId("there"), command: "test -d src" };
const AT_ONCE = 16;
const TASKS = 20;
const RESET_MS = 20_000;

const trials = useSteeredTrials(new URL("session-program.test-support.ts", import.meta.url), {
  beforeAll,
  beforeEach,
  afterEach,
});
const { steering } = trials;

it(
  "a quota used up for one of 16 agents at work starts no further one, lets the 15 end, and goes on at the reset time to the tree of an undisturbed run",
  async () => {
    const trial = await openTrial();
    const settings = { memorySlots: AT_ONCE };
    const holder = trial.start({ schedule: schedule(true), settings, runtimeOptions: hand() });
    await Promise.all(ids(AT_ONCE).map((id) => steering.arrived(id === "T1" ? "cut" : "work", `${id}.1`)));
    steering.release("cut");
    await holder.heard("session.parked");
    expect(steering.arrivals()).toHaveLength(AT_ONCE);
    steering.release("work");
    expect((await holder.ended).code).toBe(0);
    const { facts, state } = await trial.read();
    expect(startsWhileParked(facts)).toEqual([]);
    expectReset(facts);
    expect([...state.tasks.values()].map((task) => dispositionOf(state, task)?.kind)).toEqual(
      Array.from({ length: TASKS }, () => "done"),
    );
    const other = await openTrial();
    const undisturbed = await other.run({ schedule: schedule(false), settings, runtimeOptions: hand() });
    expect(undisturbed.code).toBe(0);
    expect(state.integration.tree).toBe(undisturbed.state.integration.tree);
  },
  PATIENCE,
);

const hand = (): Record<string, unknown> => ({ steering: steering.path });

const ids = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `T${n + 1}`);

/** Twenty tasks, 16 at once; where the provider cuts, it cuts the first attempt of the first task. */
function schedule(cuts: boolean): Schedule {
  const quota = { "provider-error": "quota", message: "no more today", retryAfterMs: RESET_MS };
  const tasks = ids(TASKS).map((id) => ({
    id,
    scope: [`src/${id}`],
    steps: [
      ...(id === "T1" && cuts ? [{ "if-attempt": 1, then: [{ wait: "cut" }, quota] }] : [{ wait: "work" }]),
      { write: `src/${id}`, content: `${id}\n` },
      REPORT_DONE,
    ],
  }));
  const front = { agents: `{ default: scripted, max-parallel: ${AT_ONCE} }`, "agents-per-wave": TASKS };
  return trialSchedule(tasks, [THERE], front);
}

function openTrial(): Promise<SessionTrial> {
  return trials.open({ "src/readme": "here\n" });
}

/** What was started, or ordered to, from the report of the quota to the fact that ends the rest. */
function startsWhileParked(facts: readonly RecordedFact[]): readonly string[] {
  const cut = facts.findIndex(({ fact }) => fact.type === "attempt.exited" && fact.attempt === "T1.1");
  const woken = facts.findIndex(({ fact }) => fact.type === "session.unparked");
  expect([cut > 0, woken > cut]).toEqual([true, true]);
  return facts.slice(cut, woken).flatMap(({ fact }): readonly string[] => {
    if (fact.type === "attempt.opened" || fact.type === "attempt.started") return [fact.attempt];
    const ordered = fact.type === "command.issued" && fact.command.type === "start-agent";
    return ordered ? [fact.command.id] : [];
  });
}

/** It rests until the time that the provider named, counted from when the report came. */
function expectReset(facts: readonly RecordedFact[]): void {
  const cut = facts.find(({ fact }) => fact.type === "attempt.exited" && fact.attempt === "T1.1");
  const parked = facts.find(({ fact }) => fact.type === "session.parked");
  const until = parked?.fact.type === "session.parked" ? (parked.fact.until ?? 0) : 0;
  expect(until - (cut?.at ?? 0)).toBeGreaterThanOrEqual(RESET_MS);
  expect(until - (parked?.at ?? 0)).toBeLessThanOrEqual(RESET_MS);
}
