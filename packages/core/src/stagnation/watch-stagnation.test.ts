import { describe, expect, it } from "vitest";
import { errorClassOf } from "./error-class.ts";
import { STAGNATION_RULES } from "./rules.ts";
import {
  detect,
  edit,
  eventsOf,
  friction,
  look,
  read,
  shell,
  streamOf,
  times,
  told,
  type WrittenCall,
} from "./stream.test-support.ts";
import type { StreamEvent } from "./stream-event.ts";
import { watchStagnation } from "./watch-stagnation.ts";

const twice = ["a", "b"] as const;
const strong = (written: readonly WrittenCall[]): readonly string[] =>
  told(written).filter((each) => !each.endsWith("suspicion"));

// conforms: stagnation, spiral, stagnation-class
describe("an agent that repeats itself", () => {
  it("is nudged at the third identical call with an identical result and stopped at the fifth", () => {
    expect(told(times(8, () => look("src/a.ts")))).toEqual([
      "turn-key-repetition nudge",
      "turn-key-repetition stop",
    ]);
  });

  it("is nudged at the third equal error and stopped at the fifth, before any other pattern", () => {
    expect(told(times(5, () => friction("src/a.ts")))).toEqual([
      "error-echo suspicion",
      "error-echo nudge",
      "error-echo stop",
    ]);
  });

  it("echoes an error also where it looks at the file between its tries", () => {
    const tries = times(5, (n) => [
      friction("src/a.ts"),
      look("src/a.ts", `look ${n}`),
      shell("cat src/a.ts", `${n}`),
    ]);
    expect(strong(tries.flat())).toEqual(["error-echo nudge", "error-echo stop"]);
  });

  it("spirals where it pages back and forth without an edit", () => {
    const pages = [1, 101, 1, 201, 101, 1, 201, 101].map((offset) => read("src/a.ts", offset));
    expect(told(pages)).toEqual([
      "pagination-spiral suspicion",
      "pagination-spiral nudge",
      "pagination-spiral stop",
    ]);
  });

  it.each([2, 3])("alternates where %s calls take turns with the same results", (period) => {
    const calls = times(period * 5, (n) => look(`src/${n % period}.ts`, "same"));
    expect(strong(calls)).toEqual(["alternation nudge", "alternation stop"]);
  });

  it("reverts where the content of a file swings between two states", () => {
    const swings = times(6, (n) => edit("src/a.ts", twice[n % 2] ?? "", twice[(n + 1) % 2] ?? ""));
    expect(strong(swings)).toContain("edit-revert stop");
  });

  it("reverts also where git takes the edit back each time", () => {
    const swings = times(6, (n) => [edit("src/a.ts", "a", "b"), shell("git checkout src/a.ts", `step ${n}`)]);
    expect(strong(swings.flat())).toContain("edit-revert stop");
  });

  it("reverts where only the arguments of its edits tell", () => {
    const swings = times(7, (n): WrittenCall => {
      const input = { old_string: twice[n % 2], new_string: twice[(n + 1) % 2] };
      return { tool: "Edit", kind: "write", path: "src/a.ts", input, output: "ok" };
    });
    expect(strong(swings)).toContain("edit-revert stop");
  });

  it("fails in an unchanged way where eight runs between edits name the same failures", () => {
    const runs = times(8, (n) => [
      edit("src/a.ts", `v${n}`, `v${n + 1}`),
      shell("npm test 2>&1 | tail -20", `FAIL src/a.test.ts:${n} adds\n1 failed, in ${n}.2 s`),
    ]);
    expect(strong(runs.flat())).toEqual(["unchanged-failures nudge", "unchanged-failures stop"]);
  });

  it("makes no progress where it goes round through what it has seen", () => {
    const rounds = times(40, (n) => look(`src/${n % 7}.ts`, "same"));
    expect(strong(rounds)).toEqual(["no-progress nudge", "no-progress stop"]);
  });

  it("makes no progress where every call is refused, and the class says so", () => {
    const refused = times(20, (n) => ({
      ...look(`docs/${n}.md`),
      kind: "write",
      rule: "scope:out-of-scope",
    }));
    expect(detect(streamOf(refused)).at(-1)).toMatchObject({
      pattern: "no-progress",
      level: "stop",
      class: "scope-denied",
    });
  });

  it("talks to itself through ten turns", () => {
    const turns = times(10, (n): StreamEvent[] => [{ kind: "turn" }, { kind: "said", text: `thought ${n}` }]);
    expect(detect(turns.flat()).map(({ pattern, level }) => `${pattern} ${level}`)).toEqual([
      "monologue suspicion",
      "monologue nudge",
      "monologue stop",
    ]);
  });
});

describe("an honest agent", () => {
  const stepwise = times(8, (n) => edit("src/table.ts", `v${n}`, `v${n + 1}`));
  const honest: readonly (readonly [string, readonly WrittenCall[]])[] = [
    [
      "polls with an identical result",
      times(20, () => shell("sleep 5; curl -s localhost/health", "starting")),
    ],
    ["polls a changing state", times(30, (n) => shell("gh run view 7", `${n} of 30 jobs`))],
    ["polls until a server answers", times(10, () => shell("sleep 1 && curl localhost", "refused", false))],
    ["reads the end of a growing log", times(12, (n) => read("run.log", 0, `line ${n}`))],
    ["makes table-driven edits of one file", stepwise],
    [
      "applies one replacement in several places",
      times(6, (n) => ({
        tool: "Edit",
        kind: "write",
        path: "a.ts",
        input: { old_string: "x", new_string: "y" },
        after: `${n} replaced`,
      })),
    ],
    [
      "tests after each edit",
      stepwise.flatMap((each, n) => [each, shell("npm test", `${9 - n} failed`, n === 8)]),
    ],
    [
      "looks at its status between edits",
      stepwise.flatMap((each) => [each, shell("git status", "M src/table.ts")]),
    ],
    [
      "takes one bad idea back",
      [edit("a.ts", "a", "b"), shell("npm test", "2 failed", false), edit("a.ts", "b", "a")],
    ],
    [
      "takes several different ideas back",
      times(6, (n) => [edit("a.ts", "a", `b${n}`), edit("a.ts", `b${n}`, "a")]).flat(),
    ],
    ["searches for things that are not there", times(6, (n) => shell(`grep -rn name${n} src`, "", false))],
    [
      "runs into different errors of one command",
      times(6, (n) => shell("npx tsc", `a.ts(1,2): error TS${n}: x`, false)),
    ],
  ];
  it.each(honest)("is left alone where it %s", (_title, written) => {
    expect(strong(written)).toEqual([]);
  });

  it("is at most suspected where it reads a file in parts before it edits it, again and again", () => {
    const rounds = times(4, (n) => [
      ...[1, 101, 201, 301].map((offset) => read("src/a.ts", offset, `${n} ${offset}`)),
      edit("src/a.ts", `${n}`, `${n + 1}`),
    ]);
    expect(strong(rounds.flat())).toEqual([]);
  });

  it("starts to count its parts anew after each edit of the file, and not after one of another", () => {
    const rounds = (edited: string): readonly string[] => {
      const parts = [1, 101, 1].map((offset) => read("src/a.ts", offset));
      return strong(times(4, (n) => [...parts, edit(edited, `${n}`, `${n + 1}`)]).flat());
    };
    expect(rounds("src/a.ts")).toEqual([]);
    expect(rounds("src/b.ts")).toEqual(["pagination-spiral nudge", "pagination-spiral stop"]);
  });

  it("may wait eight times as long as others, and is never at a standstill by waiting", () => {
    const polls = times(120, () => shell("sleep 5; curl -s localhost/health", "starting"));
    expect(told(polls.slice(0, 23))).toEqual([]);
    expect(told(polls)).toEqual(["turn-key-repetition nudge", "turn-key-repetition stop"]);
  });

  it("is nudged and never stopped where it reads on through a very long file", () => {
    expect(strong(times(60, (n) => read("src/long.ts", n * 100)))).toEqual(["pagination-spiral nudge"]);
  });

  it("is only suspected for three edits of one file", () => {
    expect(told(stepwise)).toEqual(["repeated-edits suspicion"]);
  });

  it("is not silent while a long test run is on its way", () => {
    const watch = watchStagnation();
    const [announced, finished] = eventsOf(shell("npm test"));
    if (announced === undefined || finished === undefined) throw new Error("Writing a call: no events");
    watch.hear(announced, 0);
    expect(watch.hear({ kind: "time" }, 3_600_000)).toBeUndefined();
    watch.hear(finished, 3_600_000);
    expect(watch.hear({ kind: "time" }, 3_689_999)).toBeUndefined();
    expect(watch.hear({ kind: "time" }, 3_690_000)).toMatchObject({ pattern: "silence", level: "suspicion" });
    expect(watch.hear({ kind: "time" }, 3_900_000)).toMatchObject({ pattern: "silence", level: "nudge" });
    expect(watch.hear({ kind: "time" }, 9_900_000)).toBeUndefined();
  });
});

describe("a detection", () => {
  it("names file, class, count and the calls that prove it", () => {
    const events = streamOf(times(3, () => ({ ...friction("/w/src/a.ts") })));
    const found = detect(events, { workspace: "/w" }).at(-1);
    const calls = events.flatMap((event) => (event.kind === "tool-result" ? [event.call] : []));
    expect(found).toEqual({
      pattern: "error-echo",
      level: "nudge",
      class: "edit-format-friction",
      file: "src/a.ts",
      occurrences: 3,
      calls,
      evidence: "Edit src/a.ts: the same error 3 times (edit-format-friction)",
    });
  });

  it("names no file outside the workspace", () => {
    const found = detect(streamOf(times(3, () => friction("/etc/passwd"))), { workspace: "/w" });
    expect(found.map(({ file }) => file)).toEqual([null, null]);
  });

  it("is given once per level, and anew only after calm calls", () => {
    const calm = (count: number): readonly WrittenCall[] => times(count, (n) => look(`calm/${n}`, `${n}`));
    const again = (between: number): readonly string[] =>
      told([...times(3, () => look("a")), ...calm(between), ...times(3, () => look("a"))]);
    expect(again(4)).toEqual(["turn-key-repetition nudge"]);
    expect(again(9)).toEqual(["turn-key-repetition nudge", "turn-key-repetition nudge"]);
  });

  it("never begins with a stop", () => {
    const rules = {
      ...STAGNATION_RULES,
      thresholds: { ...STAGNATION_RULES.thresholds, "turn-key-repetition": { stop: 2 } },
    };
    const levels = told(
      times(6, () => look("a")),
      { rules },
    );
    expect(levels).toEqual(["turn-key-repetition nudge", "turn-key-repetition stop"]);
  });

  it("does not come from a tool that the rules exempt", () => {
    const todo = times(30, (n) => ({ tool: "TodoWrite", input: { todos: `${n % 2}` }, output: "ok" }));
    expect(told(todo)).toEqual([]);
    expect(told(todo, { rules: { ...STAGNATION_RULES, exempt: {} } })).not.toEqual([]);
  });
});

describe("the class of an error", () => {
  it.each([
    ["edit-format-friction", "write", "String to replace not found in file.", undefined],
    ["edit-format-friction", "write", "Found 3 matches of the string to replace", undefined],
    ["edit-format-friction", "write", "old_string is not unique", undefined],
    ["edit-format-friction", "write", "differs only in whitespace", undefined],
    ["edit-format-friction", "write", "src/a.ts does not contain the text", undefined],
    ["scope-denied", "write", "Refused", "scope:out-of-scope"],
    ["scope-denied", "delete", "Refused", "door:outside"],
    ["command-blocked", "exec", "Refused", "blocked-command:rm"],
    ["other", "exec", "sh: foo: not found", undefined],
    ["other", "write", "EACCES: permission denied", undefined],
    ["other", "write", "Refused", "limit:tool-calls"],
  ])("is %s for a %s that says %s", (expected, kind, output, rule) => {
    expect(errorClassOf({ kind, output, rule })).toBe(expected);
  });
});
