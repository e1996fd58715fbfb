import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { attemptId, commitId, gateId, taskId, treeId } from "../ids.ts";
import { dispositionOf } from "./disposition.ts";
import { replay } from "./evolve/evolve.ts";
import type { Fact, FactType, RecordedFact } from "./fact.ts";
import { playLines } from "./scenario/perform-line.test-support.ts";
import { readScript } from "./scenario/script.test-support.ts";

type FactOf<Type extends FactType> = Extract<Fact, { readonly type: Type }>;
type Journal = readonly Fact[];

/** A journal in which T1 landed and is done by its own check; no gate is configured. */
const checked = journalOf(`
  wave impl-core
  task T1 write src/a/** verify "npm run t1"
  go
  run`);

/** A journal in which T1 has no check of its own and is done by the gate after its wave. */
const gated = journalOf(`
  gate test runs "npm test" after-wave
  wave impl-core
  task T1 write src/a/**
  go
  run`);

/** A journal in which a read-only task is done by its findings. */
const found = journalOf(`
  wave discovery
  task T1 read-only
  go
  run`);

const other = attemptId(taskId("T1"), 2);
const t1 = attemptId(taskId("T1"), 1);

describe("a task that is done by its own check", () => {
  it("is done with all its proofs", () => {
    expect(judge(checked)).toBe("done");
  });

  it.each<[string, Journal]>([
    ["nobody saw its agent exit", without(checked, "attempt.exited")],
    ["the exit is another attempt's", changed(checked, "attempt.exited", { attempt: other })],
    ["its agent was lost", ended({ kind: "lost", reason: "gone" })],
    ["its agent was stopped in a loop", ended({ kind: "stuck", pattern: "x", evidence: "y" })],
    ["its agent ran into a limit", ended({ kind: "limit", limit: "turns" })],
    ["its agent says that it failed", claimed({ kind: "failed", reason: "no way" })],
    ["its agent says that work remains", claimed({ kind: "partial", summary: "", remaining: "half" })],
    ["its result was not recorded", without(checked, "result.snapshotted")],
    ["its result is another attempt's", changed(checked, "result.snapshotted", { attempt: other })],
    ["nobody audited it", without(checked, "candidate.audited")],
    ["the audit is another attempt's", changed(checked, "candidate.audited", { attempt: other })],
    ["the audit is of another tree", changed(checked, "candidate.audited", { tree: treeId("x") })],
    ["the audit is of another commit", changed(checked, "candidate.audited", { commit: commitId("x") })],
    ["the audit held all of it", held()],
    ["the audit kept another part than landed", held({ commit: commitId("x"), tree: treeId("x") })],
    ["the candidate is of another tree", changed(checked, "candidate.built", { tree: treeId("x") })],
    ["no candidate was built", without(checked, "candidate.built")],
    ["it did not land", without(checked, "integration.advanced")],
    ["the landing is another attempt's", changed(checked, "integration.advanced", { attempt: other })],
    ["another commit landed", changed(checked, "integration.advanced", { to: commitId("x") })],
    ["another tree landed", changed(checked, "integration.advanced", { tree: treeId("x") })],
    ["it landed beside the line", changed(checked, "integration.advanced", { from: commitId("x") })],
  ])("is not done where %s", (_how, facts) => {
    expect(judge(facts)).not.toBe("done");
  });

  it.each<[string, Partial<FactOf<"gate.finished">["report"]>]>([
    ["failed", { result: { kind: "exited", code: 1 } }],
    ["failed by its report", { counts: { failed: 1 }, failing: ["a"] }],
    ["timed out", { result: { kind: "timed-out", afterMs: 1 } }],
    ["was killed", { result: { kind: "signalled", signal: "SIGKILL" } }],
    ["had no command", { result: { kind: "missing-command", program: "npm" } }],
    ["could not be run", { result: { kind: "could-not-run", reason: "full" } }],
    ["ran no test", { counts: { passed: 0 } }],
    ["saw another tree", { tree: treeId("x") }],
    ["was another command", { command: "true" }],
  ])("is not done where its check %s", (_how, report) => {
    expect(judge(reported(checked, report))).not.toBe("done");
  });

  it.each<[string, Partial<FactOf<"gate.finished">["run"]>]>([
    ["another attempt", { purpose: { kind: "verify", attempt: other, index: 0 } }],
    ["another place in the list", { purpose: { kind: "verify", attempt: t1, index: 1 } }],
    ["the reproduction", { purpose: { kind: "reproduce", attempt: t1 } }],
    ["the baseline", { purpose: { kind: "baseline" } }],
    ["the wave", { purpose: { kind: "wave", wave: 1 } }],
    ["another gate", { gate: gateId("lint") }],
    ["another commit", { commit: commitId("base") }],
  ])("is not done where the green report is that of %s", (_how, run) => {
    expect(judge(ranFor(checked, run))).not.toBe("done");
  });

  it("is not done where there is no report at all", () => {
    expect(judge(without(checked, "gate.finished"))).not.toBe("done");
  });
});

describe("a task that is done by a gate", () => {
  it("is done with all its proofs", () => {
    expect(judge(gated)).toBe("done");
  });

  it.each<[string, Journal]>([
    ["no gate ran", without(gated, "gate.finished")],
    ["the gate was red", reported(gated, { result: { kind: "exited", code: 1 } })],
    ["the gate showed nothing", reported(gated, { result: { kind: "timed-out", afterMs: 1 } })],
    ["the gate saw another tree", reported(gated, { tree: treeId("x") })],
    ["the gate ran on the base", ranFor(gated, { commit: commitId("base") })],
    ["the gate ran beside the line", ranFor(gated, { commit: commitId("x") })],
    ["only lint ran", ranFor(gated, { gate: gateId("lint") })],
    ["the run was a baseline", ranFor(gated, { purpose: { kind: "baseline" } })],
    [
      "the run was another task's check",
      ranFor(gated, { purpose: { kind: "verify", attempt: other, index: 0 } }),
    ],
    ["the gate was accepted, not green", waived(without(gated, "gate.finished"))],
  ])("is not done where %s", (_how, facts) => {
    expect(judge(facts)).not.toBe("done");
  });

  it("is not done while a gate names it as its cause, and done again after a later green run", () => {
    const blame: Fact = {
      type: "gate.blamed",
      gate: gateId("test"),
      attempt: t1,
      commit: landed(gated),
      newFailures: ["a"],
    };
    expect(judge([...gated, blame])).not.toBe("done");
    const run = gated.findLast((fact) => fact.type === "gate.finished");
    if (run?.type !== "gate.finished") throw new Error("The sound journal has no gate");
    expect(judge([...gated, blame, run])).toBe("done");
    const ofOther: Fact = { ...run, run: { ...run.run, gate: gateId("types") } };
    expect(judge([...gated, blame, ofOther])).not.toBe("done");
    const earlier: Fact = { ...run, run: { ...run.run, commit: commitId("base") } };
    expect(judge([...gated, blame, earlier])).not.toBe("done");
    const asBaseline: Fact = { ...run, run: { ...run.run, purpose: { kind: "baseline" } } };
    expect(judge([...gated, blame, asBaseline])).not.toBe("done");
  });
});

describe("a read-only task", () => {
  it("is done by its checked findings", () => {
    expect(judge(found)).toBe("done");
  });

  it.each<[string, Journal]>([
    ["nobody checked its findings", without(found, "findings.checked")],
    ["no finding was accepted", changed(found, "findings.checked", { accepted: [] })],
    [
      "a finding was rejected",
      changed(found, "findings.checked", { rejected: [{ finding: { claim: "", paths: [] }, reason: "" }] }),
    ],
    ["its findings are another attempt's", changed(found, "findings.checked", { attempt: other })],
    ["it changed something", changed(found, "result.snapshotted", { changed: 1 })],
    ["nobody saw it exit", without(found, "attempt.exited")],
  ])("is not done where %s", (_how, facts) => {
    expect(judge(facts)).not.toBe("done");
  });
});

describe("no fact says that a task is done", () => {
  it("by its name", () => {
    const source = readFileSync(new URL("fact.ts", import.meta.url), "utf8");
    const names = [...source.matchAll(/type: "([a-z-]+\.[a-z-]+)"/g)].map((match) => match[1] ?? "");
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((name) => /\bdone|success|complet|passed|verified|approved-task/.test(name))).toEqual(
      [],
    );
  });

  it.each([...new Set(checked.map((fact) => fact.type))])("alone: %s", (type) => {
    const opening = checked.filter(({ type }) => type === "session.opened" || type === "attempt.opened");
    expect(judge([...opening, ...checked.filter((fact) => fact.type === type)])).not.toBe("done");
  });
});

/** The facts of a scenario, without their numbers. */
function journalOf(text: string): Journal {
  const { stage } = playLines(readScript(text).lines);
  return stage.facts.map(({ fact }) => fact);
}

function judge(facts: Journal): string | undefined {
  const state = replay(facts.map((fact, index): RecordedFact => ({ seq: index + 1, at: index, fact })));
  const task = state.tasks.get(taskId("T1"));
  if (task === undefined) return undefined;
  return dispositionOf(state, task)?.kind;
}

function without(facts: Journal, type: FactType): Journal {
  return facts.filter((fact) => fact.type !== type);
}

function isOf<Type extends FactType>(fact: Fact, type: Type): fact is FactOf<Type> {
  return fact.type === type;
}

function changed<Type extends FactType>(facts: Journal, type: Type, change: Partial<FactOf<Type>>): Journal {
  return facts.map((fact): Fact => (isOf(fact, type) ? { ...fact, ...change } : fact));
}

function withReport(change: Partial<FactOf<"attempt.exited">["report"]>): Journal {
  return checked.map((fact): Fact =>
    fact.type === "attempt.exited" ? { ...fact, report: { ...fact.report, ...change } } : fact,
  );
}

function ended(ending: FactOf<"attempt.exited">["report"]["ending"]): Journal {
  return withReport({ ending });
}

function claimed(claim: FactOf<"attempt.exited">["report"]["claim"]): Journal {
  return withReport({ claim });
}

function held(kept?: {
  readonly commit: ReturnType<typeof commitId>;
  readonly tree: ReturnType<typeof treeId>;
}): Journal {
  const part = {
    held: [{ path: "x", rule: "out-of-scope", message: "" }],
    ...(kept === undefined ? {} : { kept }),
  };
  return changed(checked, "candidate.audited", part);
}

/** Falsifies what every run but the baseline showed. */
function reported(facts: Journal, report: Partial<FactOf<"gate.finished">["report"]>): Journal {
  return facts.map((fact): Fact =>
    fact.type === "gate.finished" && fact.run.purpose.kind !== "baseline"
      ? { ...fact, report: { ...fact.report, ...report } }
      : fact,
  );
}

/** Falsifies what every run but the baseline was for. */
function ranFor(facts: Journal, run: Partial<FactOf<"gate.finished">["run"]>): Journal {
  return facts.map((fact): Fact =>
    fact.type === "gate.finished" && fact.run.purpose.kind !== "baseline"
      ? { ...fact, run: { ...fact.run, ...run } }
      : fact,
  );
}

function waived(facts: Journal): Journal {
  return [...facts, { type: "gate.waived", gate: gateId("test"), commit: landed(facts), by: "ana" }];
}

function landed(facts: Journal): ReturnType<typeof commitId> {
  return facts.findLast((fact) => isOf(fact, "integration.advanced"))?.to ?? commitId("");
}
