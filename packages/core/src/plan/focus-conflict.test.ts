import { describe, expect, it } from "vitest";
import { taskId } from "../ids.ts";
import { focusConflicts } from "./focus-conflict.ts";

function conflicts(focus: string): readonly string[] {
  const task = (id: string, globs: readonly string[]): object => ({
    id: taskId(id),
    scope: { kind: "write", globs },
  });
  const tasks = [task("T1", ["src/limit/**"]), task("T2", ["docs/a.md"])];
  // A conflict depends on ids and scopes alone.
  return focusConflicts({ focus, tasks } as unknown as Parameters<typeof focusConflicts>[0]);
}

describe("A priority focus", () => {
  it.each([
    "keep it small",
    "prefer src/limit/bucket.ts, then docs/a.md.",
    "T1 before T2",
    "look at https://example.test/a/b.html and at and/or",
    "the folder src/limit/ first",
  ])("%j agrees with its plan", (focus) => {
    expect(conflicts(focus)).toEqual([]);
  });

  // conforms: start-focus
  it("that names files out of every scope, or tasks that there are not, is noted", () => {
    expect(conflicts("do src/other.ts and README.md, skip T9")).toEqual([
      "no task may write src/other.ts; the plan holds",
      "no task may write README.md; the plan holds",
      "T9 is no task of this plan; the plan holds",
    ]);
  });
});
