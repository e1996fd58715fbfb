import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attemptId, taskId } from "../ids.ts";
import { replay } from "../run/evolve/evolve.ts";
import { initialState } from "../run/state.ts";
import { attentionOf, nextCommand, shellWord } from "./attention.ts";
import { boardOf } from "./board.ts";
import { costMark, costText } from "./cost.ts";
import { sampleJournal, sampleOpening, sampleSchedule, sampleStart, sampleTask } from "./sample-session.ts";
import { runningStory, sampleSecond, settledStory } from "./sample-story.ts";

const running = replay(runningStory);
const settled = replay(settledStory);

describe("boardOf", () => {
  it("shows a running session: needs you, working, done, queued, gates, walls and cost", () => {
    expect(boardOf(running, sampleSecond(401))).toMatchSnapshot();
  });

  it("shows the settled session with every disposition and stops the clock", () => {
    expect(boardOf(settled, sampleSecond(99_999))).toMatchSnapshot();
  });

  it("holds no session before the first fact", () => {
    expect(boardOf(initialState, 5)).toMatchObject({ status: "none", elapsedMs: 0, rows: [], waves: [] });
  });

  it("never shows a moment before its newest fact", () => {
    expect(boardOf(running, 0)).toEqual(boardOf(running, running.now));
  });

  it("counts every planned task exactly once, at whatever fact the journal ends", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: settledStory.length }), (length) => {
        const { counts, rows } = boardOf(replay(settledStory.slice(0, length)), 0);
        expect(counts.started + counts.failedToStart + counts.notStarted).toBe(counts.planned);
        expect(Object.values(counts.states).reduce((sum, each) => sum + each, 0)).toBe(counts.planned);
        expect(rows).toHaveLength(counts.planned);
      }),
    );
  });

  it("calls a landed change without a check of its own gating until a gate was green on it", () => {
    const upTo = (second: number): ReturnType<typeof boardOf> =>
      boardOf(replay(settledStory.filter((each) => each.at <= sampleSecond(second))), 0);
    expect(upTo(423).rows.find((row) => row.id === "T2")?.state).toBe("gating");
    expect(upTo(425).rows.find((row) => row.id === "T2")?.state).toBe("done");
    expect(upTo(971).rows.find((row) => row.id === "T2")?.state).toBe("failed");
    expect(upTo(990).rows.find((row) => row.id === "T2")?.state).toBe("done");
  });

  it("tells a task that could not start from one that did not start yet", () => {
    const one = attemptId(taskId("T1"), 1);
    const failure = { code: "BW720", message: "no agent" };
    const state = replay(
      sampleJournal([
        ...sampleOpening(sampleSchedule([["Impl-Core", [sampleTask("T1"), sampleTask("T2")]]])),
        ...sampleStart(one, 7, { wave: 1 }).slice(0, 2),
        [9, { type: "attempt.not-started", attempt: one, failure }],
      ]),
    );
    expect(boardOf(state, 0).counts).toMatchObject({
      planned: 2,
      started: 0,
      failedToStart: 1,
      notStarted: 1,
    });
  });
});

describe("costText", () => {
  it("never takes what is unknown for nothing", () => {
    expect(costText({ turns: 1, toolCalls: 2, unknown: 2 })).toBe("unknown (2 attempts unknown)");
    expect(costMark({ turns: 1, toolCalls: 2, unknown: 2 })).toBe("-");
    expect(costText({ turns: 1, toolCalls: 2, unknown: 1, reportedUsd: 0.38, limitUsd: 12 })).toBe(
      "$0.38 reported of $12, 1 attempt unknown",
    );
    expect(costMark({ turns: 1, toolCalls: 2, unknown: 1, reportedUsd: 0.38 })).toBe("$0.38+?");
  });
});

describe("attentionOf", () => {
  it("puts the open decision first, with its options, its default, its deadline and the commands that answer it", () => {
    expect(attentionOf(running)).toMatchSnapshot();
    expect(nextCommand(running)).toBe("breakwater answer d1 retry");
  });

  it("asks for approval by the hash of exactly this plan", () => {
    const state = replay(settledStory.slice(0, 2));
    expect(attentionOf(state)[0]?.commands[0]).toBe(
      `breakwater go --approve ${state.session?.schedule.hash}`,
    );
  });

  it("names what parked the session and when it goes on by itself", () => {
    const parked = { type: "session.parked", reason: "quota", message: "5-hour limit", until: 99 } as const;
    const state = replay([...runningStory, { seq: 900, at: sampleSecond(402), fact: parked }]);
    expect(attentionOf(state).at(-1)).toMatchObject({
      kind: "parked",
      text: "parked for quota: 5-hour limit",
      fallback: { option: "resume", at: 99 },
      commands: ["breakwater resume"],
    });
  });

  it("waits for nobody once the session has settled, and then offers to close", () => {
    expect(attentionOf(settled)).toEqual([]);
    expect(nextCommand(settled)).toBe("breakwater close");
  });

  it("quotes an answer that a shell would take apart", () => {
    expect(shellWord("retry")).toBe("retry");
    expect(shellWord("a; rm -rf '$HOME'")).toBe(String.raw`'a; rm -rf '\''$HOME'\'''`);
    expect(shellWord("")).toBe("''");
  });
});
