import { describe, expect, it } from "vitest";
import type { DocsTask } from "../plan/plan.ts";
import { gateId, taskId } from "../ids.ts";
import {
  sampleCommit,
  sampleJournal,
  sampleOpening,
  sampleSchedule,
  sampleTask,
} from "../projection/sample-session.ts";
import { settledStory } from "../projection/sample-story.ts";
import { replay } from "../run/evolve/evolve.ts";
import { initialState } from "../run/state.ts";
import { automationResult } from "./automation.ts";
import { closeReview } from "./close-review.ts";
import { verifyDocs, type ChangedText } from "./docs-check.ts";

const TASK: DocsTask = {
  id: "d1",
  audience: "user",
  targetPattern: "docs/user/**/*.md",
  rationale: "",
  wave: 1,
};
const PAGE = "docs/user/a/b.md";

// conforms: close-docs
describe("a documentation task at close", () => {
  it.each<[string, readonly ChangedText[], string]>([
    ["no file of its pattern", [{ path: "README.md", after: "new" }], "gap"],
    ["other blanks", [{ path: PAGE, before: "a b\n", after: "a  b\n\n" }], "gap"],
    ["another heading level and bullets", [{ path: PAGE, before: "# A\n* b", after: "## A\n- b" }], "gap"],
    ["a comment", [{ path: PAGE, before: "a", after: "a <!-- later -->" }], "gap"],
    ["a deleted page", [{ path: PAGE, before: "a" }], "gap"],
    ["a new page", [{ path: PAGE, after: "# A\n\ntext" }], "ok"],
    ["another word", [{ path: PAGE, before: "a", after: "b" }], "ok"],
    [
      "a mark that a source is missing",
      [{ path: PAGE, after: "text <!-- REVIEW: source needed -->" }],
      "partial",
    ],
    ["a mark that was there before", [{ path: PAGE, before: MARKED, after: `${MARKED}\nmore` }], "ok"],
  ])("with %s", (_what, changed, result) => {
    expect(verifyDocs([TASK], changed)[0]).toMatchObject({ task: "d1", result });
  });

  it("whose pattern cannot be read is an error, never ok", () => {
    const [verdict] = verifyDocs([{ ...TASK, targetPattern: "../x" }], [{ path: "x", after: "y" }]);
    expect(verdict?.result).toBe("error");
  });
});

const MARKED = "x <!-- REVIEW: source needed -->";

describe("the review before a close", () => {
  const state = replay(settledStory);

  // conforms: close-items, review-results
  it("gives each task exactly one disposition with its evidence", () => {
    const { items } = closeReview(state, []);
    expect(items.map(({ task }) => task)).toEqual([...state.tasks.keys()]);
    expect(items.every(({ evidence }) => evidence !== "")).toBe(true);
  });

  // conforms: close-emergent
  it("lists what came up beside the plan, with what it came from", () => {
    const repair = sampleTask("T1F1", {
      source: {
        kind: "fix",
        of: taskId("T1"),
        gate: gateId("test"),
        commit: sampleCommit("a"),
        reason: "it is red",
      },
    });
    const facts = sampleJournal([
      ...sampleOpening(sampleSchedule([["Impl-Core", [sampleTask("T1")]]])),
      [
        9,
        {
          type: "plan.amended",
          amendment: { kind: "add-task", wave: 1, task: repair },
          rule: "r",
          reason: "",
        },
      ],
    ]);
    expect(closeReview(replay(facts), []).emergent).toEqual([
      { task: "T1F1", title: repair.title, reason: "T1: it is red" },
    ]);
  });

  // conforms: close-grounding, review-grounding
  it("tells files that nobody planned from planned ones that nobody touched", () => {
    const { planned } = closeReview(state, []).grounding;
    const { grounding } = closeReview(state, ["nowhere/x"]);
    expect(grounding.unplanned).toEqual(["nowhere/x"]);
    expect(planned.length).toBeGreaterThan(0);
  });
});

describe("the result for automation", () => {
  it("is absent without a session and leaves out what nobody reported", () => {
    expect(automationResult(initialState)).toBeUndefined();
    expect(automationResult(replay(settledStory))).toMatchObject({ agent_summary: {}, effectiveness: {} });
    expect(automationResult(replay(settledStory.slice(0, 5)))).not.toHaveProperty("usage");
  });
});
