import type { Fact, RecordedFact } from "@breakwater/core";
import { commitId, replay, treeId } from "@breakwater/core";
import { beforeAll, describe, expect, it } from "vitest";
import { INVARIANTS, type Evidence } from "./invariant.ts";
import { simulate } from "./simulate.ts";

/** A session that closed with landed work, to be falsified in one place at a time. */
let sound: Evidence;

beforeAll(async () => {
  for (let seed = 1; seed < 200; seed += 1) {
    const { evidence, violations } = await simulate({ seed, crashes: 0, meddling: false });
    const landed = evidence.facts.filter(({ fact }) => fact.type === "integration.advanced").length;
    const gated = (evidence.state.session?.schedule.gates.afterWave.length ?? 0) > 0;
    if (violations.length > 0 || landed < 2 || !gated || evidence.state.close.advanced === undefined)
      continue;
    sound = evidence;
    return;
  }
});

describe("an invariant of the simulator", () => {
  it("holds for a sound session", () => {
    expect(brokenBy(sound)).toEqual([]);
  });

  it("reports a session that does not end", () => {
    expect(brokenBy({ ...sound, ended: false })).toContain("every session ends");
  });

  it("reports a state that is not what its facts say", () => {
    const drifted = { ...sound.state, control: { paused: { by: "nobody", reason: "no fact says so" } } };
    const broken = brokenBy({ ...sound, state: drifted });
    expect(broken).toContain("the folded state equals a refold from zero");
  });

  it("reports decisions that do not follow from the facts", () => {
    const before = sound.facts.slice(0, firstOf("attempt.started"));
    const state = { ...replay(before), issued: new Set<never>() };
    expect(brokenBy({ ...sound, facts: before, state })).toContain("the same facts give the same decisions");
  });

  it("reports a task without a disposition", () => {
    const tasks = new Map([...sound.state.tasks].map(([id, task]) => [id, { ...task, attempts: [] }]));
    expect(brokenBy({ ...sound, state: { ...sound.state, tasks } })).toContain(
      "every task has one disposition",
    );
  });

  it.each(["attempt.exited", "candidate.audited", "integration.advanced", "gate.finished"] as const)(
    "reports work called done when the journal has no %s",
    (type) => {
      const facts = sound.facts.filter(({ fact }) => fact.type !== type);
      expect(brokenBy({ ...sound, facts })).toContain("done only with its proofs");
    },
  );

  it("reports a command that was issued twice", () => {
    expect(brokenBy(withCopyOf("command.issued"))).toContain("nothing is dispatched twice");
  });

  it("reports an attempt that the machine started twice", () => {
    expect(brokenBy({ ...sound, starts: new Map([["T1.1", 2]]) })).toContain("nothing is dispatched twice");
  });

  it("reports an attempt that was started again after its end", () => {
    expect(brokenBy(withCopyOf("attempt.started"))).toContain("nothing is dispatched twice");
  });

  it("reports an attempt without an end, and one with two", () => {
    const facts = sound.facts.filter(({ fact }) => fact.type !== "attempt.exited");
    expect(brokenBy({ ...sound, facts })).toContain("every planned attempt has one end");
    expect(brokenBy(withCopyOf("attempt.exited"))).toContain("every planned attempt has one end");
  });

  it("reports an attempt that was started after a provider had cut another one off", () => {
    const first = sound.facts[0];
    const exit = sound.facts[firstOf("attempt.exited")];
    if (first === undefined || exit?.fact.type !== "attempt.exited")
      throw new Error("The sound session has no exit");
    const ending = { kind: "error", class: "quota", message: "no more today" } as const;
    const cut = { ...exit.fact, report: { ...exit.fact.report, ending } };
    const facts = [{ ...first, fact: cut }, ...sound.facts];
    const late = { attempt: exit.fact.attempt, at: first.at + 1 };
    const name = "nothing starts while a provider takes no work";
    expect(brokenBy({ ...sound, facts, startTimes: [late] })).toContain(name);
    expect(brokenBy({ ...sound, facts, startTimes: [{ ...late, at: first.at }] })).not.toContain(name);
  });

  it("reports content that landed although the audit held it", () => {
    const facts = changed("candidate.audited", (fact) => ({
      ...fact,
      held: [{ path: "x", rule: "out-of-scope", message: "" }],
    }));
    expect(brokenBy({ ...sound, facts })).toContain("nothing out of scope lands");
  });

  it("reports a landing that skips a step of the line", () => {
    const facts = changed("integration.advanced", (fact) => ({ ...fact, from: commitId("elsewhere") }));
    expect(brokenBy({ ...sound, facts })).toContain("the line is linear and ends at the ref");
  });

  it("reports a ref that is not where the facts end", () => {
    expect(brokenBy({ ...sound, head: "elsewhere" })).toContain("the line is linear and ends at the ref");
  });

  it("reports a wave that was started before the tasks of an earlier one were through", () => {
    const begun = sound.facts.findIndex(({ fact }) => fact.type === "wave.started");
    const copy = sound.facts[begun];
    if (copy?.fact.type !== "wave.started") throw new Error("The sound session has no wave");
    const early = { ...copy, fact: { ...copy.fact, wave: copy.fact.wave + 1 } };
    const facts = [...sound.facts.slice(0, begun + 1), early, ...sound.facts.slice(begun + 1)];
    expect(brokenBy({ ...sound, facts })).toContain("no wave starts on unresolved failures");
  });

  it("reports more agents at once than were allowed", () => {
    const started = sound.facts.filter(({ fact }) => fact.type === "attempt.started");
    const facts = [...started, ...sound.facts];
    const session = sound.state.session;
    if (session === undefined) throw new Error("The sound session has no session");
    const narrow = { ...session, settings: { ...session.settings, memorySlots: 1 } };
    expect(brokenBy({ ...sound, facts, state: { ...sound.state, session: narrow } })).toContain(
      "limits hold",
    );
  });

  it("reports an attempt that was opened beyond the budget", () => {
    const session = sound.state.session;
    if (session === undefined) throw new Error("The sound session has no session");
    const poor = { ...session, schedule: { ...session.schedule, budget: { usd: 0.01 } } };
    const facts = changed("attempt.exited", (fact) => ({
      ...fact,
      report: { ...fact.report, usage: { ...fact.report.usage, usd: 1 } },
    }));
    const broken = brokenBy({ ...sound, facts, state: { ...sound.state, session: poor } });
    expect(broken).toContain("an attempt starts only where its reservation fits");
  });

  it.each([{ task: { usd: 0 } }, { wave: { turns: 0 } }])(
    "reports an attempt that was opened beyond %j",
    (budget) => {
      const session = sound.state.session;
      if (session === undefined) throw new Error("The sound session has no session");
      const poor = { ...session, schedule: { ...session.schedule, budget } };
      expect(brokenBy({ ...sound, state: { ...sound.state, session: poor } })).toContain(
        "ceilings of tasks and waves hold",
      );
    },
  );

  it("reports a branch that moved without its gates", () => {
    const facts = changed("gate.finished", (fact) => ({
      ...fact,
      report: { ...fact.report, tree: treeId("other") },
    }));
    expect(brokenBy({ ...sound, facts })).toContain("the branch moves only to a gated head");
  });
});

function brokenBy(evidence: Evidence): readonly string[] {
  return INVARIANTS.filter(({ broken }) => broken(evidence) !== undefined).map(({ name }) => name);
}

function firstOf(type: Fact["type"]): number {
  return sound.facts.findIndex(({ fact }) => fact.type === type);
}

/** The sound session with one fact written a second time at the end. */
function withCopyOf(type: Fact["type"]): Evidence {
  const copy = sound.facts[firstOf(type)];
  return { ...sound, facts: copy === undefined ? sound.facts : [...sound.facts, copy] };
}

/** The sound session's facts with every fact of a type falsified. */
function changed<Type extends Fact["type"]>(
  type: Type,
  change: (fact: Extract<Fact, { readonly type: Type }>) => Fact,
): readonly RecordedFact[] {
  const isOfType = (fact: Fact): fact is Extract<Fact, { readonly type: Type }> => fact.type === type;
  return sound.facts.map((each) => (isOfType(each.fact) ? { ...each, fact: change(each.fact) } : each));
}
