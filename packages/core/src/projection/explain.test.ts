import { describe, expect, it } from "vitest";
import { decisionId, taskId } from "../ids.ts";
import { evolve, replay } from "../run/evolve/evolve.ts";
import type { RecordedFact } from "../run/fact.ts";
import { initialState } from "../run/state.ts";
import { exitCodeOf } from "./exit-code.ts";
import { explainDecision, explainStop, explainTask, type ExplainLine } from "./explain.ts";
import { playLines } from "../run/scenario/perform-line.test-support.ts";
import { readScript } from "../run/scenario/script.test-support.ts";
import { reportMarkdown } from "./report.ts";
import { runningStory, sampleSecond, settledStory } from "./sample-story.ts";
import { timelineLine } from "./timeline.ts";

const shown = (lines: readonly ExplainLine[]): readonly string[] =>
  lines.map(
    (line) =>
      `#${line.fact} ${line.text}${line.rule === undefined ? "" : ` [${line.rule}]`}${line.because.length === 0 ? "" : ` <- #${line.because.join(", #")}`}`,
  );

function withFact(
  facts: readonly RecordedFact[],
  ...more: readonly RecordedFact["fact"][]
): readonly RecordedFact[] {
  return [
    ...facts,
    ...more.map((fact, i) => ({ seq: facts.length + 1 + i, at: sampleSecond(2_000 + i), fact })),
  ];
}

describe("explainTask", () => {
  it("tells dispatch, denial, audit, landing, blame and proof of a task, each with its fact and rule", () => {
    expect(shown(explainTask(settledStory, taskId("T2")))).toMatchSnapshot("T2");
    expect(shown(explainTask(settledStory, taskId("T3")))).toMatchSnapshot("T3");
  });

  it("knows nothing of a task that is not in the plan", () => {
    expect(explainTask(settledStory, taskId("T99"))).toEqual([]);
  });

  it("names the fact in which the command was ordered that a fact answers", () => {
    const caused = settledStory.map((each) =>
      each.fact.type === "workspace.prepared" || each.fact.type === "attempt.started"
        ? { ...each, cause: settledStory.find((one) => one.fact.type === "command.issued")?.fact }
        : each,
    );
    const order = settledStory.find((each) => each.fact.type === "command.issued");
    const id = order?.fact.type === "command.issued" ? order.fact.command.id : undefined;
    const facts = caused.map(({ seq, at, fact }) => ({
      seq,
      at,
      fact,
      ...(fact.type === "attempt.started" && id !== undefined ? { cause: id } : {}),
    }));
    const start = explainTask(facts, taskId("T2")).find((line) => line.text.includes("start "));
    expect(start?.because).toEqual([order?.seq]);
  });
});

// conforms: scaling
it("tells that a wave got another number of agents, and why; so does the report", () => {
  const text = `gate test runs "npm test"
    wave impl-core
    task T1 write src/a/**
    wave impl-polish
    task T2 write src/b/**
    task T3 write src/c/**
    go
    run`;
  const { facts, state } = playLines(readScript(text).lines).stage;
  const [why] = shown(explainTask(facts, taskId("T3"))).filter((line) => line.includes("scaling:"));
  expect(why).toContain(
    "wave 2 gets 1 agents instead of 2: agents that were all done within three minutes: 1",
  );
  expect(reportMarkdown(state, facts)).toContain("wave 2 gets 1 agents instead of 2");
});

describe("explainDecision", () => {
  it("tells what led to the question, the answers it has, and what was answered", () => {
    expect(shown(explainDecision(settledStory, decisionId("d1")))).toMatchSnapshot();
    expect(explainDecision(settledStory, decisionId("d9"))).toEqual([]);
  });
});

describe("explainStop", () => {
  it("tells who stopped what and why, and says nothing while nothing stopped", () => {
    expect(explainStop(runningStory)).toEqual([]);
    const facts = withFact(runningStory, { type: "session.stopped", by: "ana", reason: "wrong plan" });
    expect(shown(explainStop(facts))).toEqual([
      `#${facts.length} stopped by ana: wrong plan; results are kept`,
    ]);
  });
});

describe("timelineLine", () => {
  // conforms: progress
  it("tells a whole session in one line for each fact worth telling", () => {
    let state = initialState;
    const lines: string[] = [];
    for (const recorded of settledStory) {
      state = evolve(state, recorded);
      const line = timelineLine(recorded, state);
      if (line !== undefined) lines.push(line);
    }
    expect(lines.join("\n")).toMatchSnapshot();
    expect(lines.filter((line) => line.includes("denied"))).toHaveLength(1);
    expect(lines.filter((line) => line.includes("a new coordinator took over"))).toHaveLength(1);
  });

  it("lets no control sequence of an agent's text through", () => {
    const fact = {
      type: "session.paused",
      by: "\u001b]0;owned\u0007ana",
      reason: "line\nbreak \u202eevil",
    } as const;
    const line = timelineLine({ seq: 1, at: 5, fact }, initialState);
    expect(line).toBe("[0:00] paused by ana: line break evil");
  });
});

describe("exitCodeOf", () => {
  const exit = (...facts: readonly RecordedFact["fact"][]): number =>
    exitCodeOf(replay(withFact(settledStory, ...facts))).code;

  it("says 130 while the session has not settled and nothing stands against it", () => {
    expect(exitCodeOf(replay(settledStory.slice(0, 6))).code).toBe(130);
  });

  it("says 7 with the command while a decision is open", () => {
    expect(exitCodeOf(replay(runningStory))).toEqual({
      code: 7,
      reason: "T3 failed; what now?; run: breakwater answer d1 retry",
    });
  });

  it("says 4 for a carried task, and 6 over 4, 3 over 6, 8 over 3, 9 over 8 and 5 over 9", () => {
    expect(exit()).toBe(4);
    expect(exit({ type: "session.limit-reached", limit: "usd" })).toBe(6);
    const refused = (code: string) =>
      ({ type: "session.refused", failures: [{ code, message: "no" }] }) as const;
    expect(exit({ type: "session.limit-reached", limit: "usd" }, refused("BW451"))).toBe(3);
    const state = replay(
      withFact(settledStory, {
        type: "session.refused",
        failures: ["BW451", "BW801", "BW901"].map((code) => ({ code, message: "no" })),
      }),
    );
    expect(exitCodeOf(state, { BW801: 8 }).code).toBe(8);
    expect(exitCodeOf(state, { BW801: 8, BW901: 9 }).code).toBe(9);
    const escape = {
      type: "deviation.noted",
      wave: 2,
      rule: "escape:head",
      text: "src/x.ts is on the ref",
    } as const;
    expect(exit(refused("BW451"), escape)).toBe(5);
  });

  it("says 0 only when every task is done or dropped and every gate is green on the head", () => {
    const dropped = (["T3", "T4"] as const).map(
      (id) => ({ type: "task.dropped", task: taskId(id), by: "ana", reason: "later" }) as const,
    );
    expect(exit(...dropped)).toBe(0);
    const green = settledStory.filter(
      ({ fact }) => fact.type !== "gate.finished" || fact.run.purpose.kind !== "final",
    );
    expect(exitCodeOf(replay(withFact(green, ...dropped))).code).toBe(4);
  });
});
