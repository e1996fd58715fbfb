import { describe, expect, it } from "vitest";
import { taskId } from "../../ids.ts";
import type { Schedule } from "../schedule.ts";
import { classifyRole } from "./classify-role.ts";
import { collisionOf, collisionRiskOf } from "./collision-risk.ts";
import { agentsFor, complexityOf, sourceFolders } from "./complexity.ts";
import { contractFiles, distributeWork } from "./distribute.ts";
import type { WorkItem } from "./distribute.ts";
import { chooseAgent, kindOfWork } from "./kind-of-work.ts";
import { outlookOf } from "./outlook.ts";
import { scopeConflicts } from "./scope-conflict.ts";

// conforms: plan-score
describe("The size of a session", () => {
  it.each([
    [1, 1, 1, 0, "simple"],
    [5, 1, 1, 0, "simple"],
    [6, 1, 1, 1, "simple"],
    [6, 2, 1, 2, "moderate"],
    [16, 2, 1, 3, "moderate"],
    [16, 4, 1, 4, "complex"],
    [16, 4, 4, 6, "complex"],
  ] as const)(
    "of %i files in %i folders for %i issues scores %i: %s",
    (...[files, folders, issues, score, tier]) => {
      expect(complexityOf({ files, folders, issues })).toMatchObject({ score, tier });
    },
  );

  it("counts more files where past sessions touched more than was planned", () => {
    expect(complexityOf({ files: 12, folders: 1, issues: 1, overDelivery: 1.3 }).parts.files).toBe(1);
    expect(complexityOf({ files: 12, folders: 1, issues: 1, overDelivery: 1.4 }).parts.files).toBe(2);
  });

  // conforms: plan-agents
  it("gives each role its agents and never more than the cap", () => {
    expect(agentsFor("feature", "moderate", { role: "impl-core", cap: 9 })).toEqual({ least: 5, most: 6 });
    expect(agentsFor("deep", "complex", { role: "impl-core", cap: 9 })).toEqual({ least: 8, most: 9 });
    expect(agentsFor("housekeeping", "complex", { role: "discovery", cap: 9 }).most).toBe(0);
    expect(agentsFor("feature", "simple", { role: "docs", cap: 9 })).toEqual({ least: 1, most: 1 });
  });

  it("counts top-level folders of code once", () => {
    expect(
      sourceFolders(["src/a/x.ts", "src/b.ts", "docs/a.md", ".github/x.yml", "test/a.ts", "x.ts"]),
    ).toEqual(["src", "test"]);
  });
});

describe("A role", () => {
  it.each([
    ["Investigate where requests enter", [], "discovery"],
    ["Investigate and fix the parser", [], "impl-core"],
    ["Add a token bucket", ["src/limit.ts"], "impl-core"],
    ["Wire the middleware into the server", ["src/server.ts"], "impl-polish"],
    ["Cover the parser", ["test/parser.test.ts"], "quality"],
    ["Describe the limits", ["docs/limits.md"], "docs"],
    ["Update the changelog", ["CHANGELOG.md"], "finalization"],
  ] as const)("of %j on %j is %s", (text, files, role) => {
    expect(classifyRole({ text, files }).role).toBe(role);
  });

  it("is never polish where other work waits for it", () => {
    expect(classifyRole({ text: "Wire the store", files: ["src/a.ts"], isAwaited: true }).role).toBe(
      "impl-core",
    );
  });
});

function item(id: string, files: readonly string[], more: Partial<WorkItem> = {}): WorkItem {
  return { id, files, reads: [], isCritical: false, ...more };
}

describe("Work is spread", () => {
  // conforms: plan-distribution
  it("so that no two agents change the same file", () => {
    const spread = distributeWork(
      [item("a", ["src/a.ts", "src/b.ts"]), item("b", ["src/b.ts"]), item("c", ["lib/c.ts"])],
      6,
    );
    expect(spread.shares.map(({ items }) => items)).toEqual([["a", "b"], ["c"]]);
  });

  it("by waiting where little is shared and nothing depends on it, and as a risk where something does", () => {
    const wide = ["src/b.ts", "src/c.ts", "src/d.ts"];
    expect(distributeWork([item("a", ["src/b.ts"]), item("b", wide)], 6)).toMatchObject({ deferred: ["b"] });
    const critical = distributeWork([item("a", ["src/b.ts"]), item("b", wide, { isCritical: true })], 6);
    expect(critical.shares).toHaveLength(1);
    expect(critical.notes[0]).toMatch(/^risk: /);
  });

  // conforms: plan-split
  it("over at most so many agents, joined within a folder and never across", () => {
    const items = [
      item("a", ["src/x/a.ts"]),
      item("b", ["src/x/b.ts"]),
      item("c", ["lib/c.ts"]),
      item("d", ["app/d.ts"]),
    ];
    const spread = distributeWork(items, 2);
    expect(spread.shares.map((share) => share.items)).toEqual([["b", "a"], ["c"]]);
    expect(spread.deferred).toEqual(["d"]);
    expect(
      spread.shares
        .flatMap((share) => share.items)
        .concat(spread.deferred)
        .toSorted(),
    ).toEqual(["a", "b", "c", "d"]);
  });

  it("with contracts first: a file of types that several change or read belongs to none of them", () => {
    const items = [item("a", ["src/types.ts", "src/a.ts"]), item("b", ["src/types.ts", "src/b.ts"])];
    expect(contractFiles(items)).toEqual(["src/types.ts"]);
    expect(distributeWork(items, 6).shares.map(({ files }) => files)).toEqual([["src/a.ts"], ["src/b.ts"]]);
    expect(contractFiles([item("a", ["src/types.ts"]), item("b", [], { reads: ["src/types.ts"] })])).toEqual(
      [],
    );
  });
});

describe("The risk that agents meet", () => {
  it.each([
    [[["src/a/**"], ["src/b/**"]], "low"],
    [[["src/a.ts"], ["src/b.ts"]], "medium"],
    [[["src/**/*.ts"], ["src/b/x.md"]], "high"],
  ] as const)("of %j is %s", (scopes, risk) => {
    expect(collisionRiskOf(scopes)).toBe(risk);
  });
});

describe("The risk of a wave", () => {
  const task = (id: string, globs: readonly string[], collisionRisk?: "low" | "medium" | "high") => ({
    id: taskId(id),
    scope: { kind: "write" as const, globs },
    ...(collisionRisk === undefined ? {} : { collisionRisk }),
  });
  const always = (): boolean => true;

  it("follows from the scopes of tasks that may run at once and state none", () => {
    const near = [task("T1", ["src/a.ts"]), task("T2", ["src/b.ts"])];
    expect(collisionOf(near, always)).toEqual({ risk: "medium", because: "T1 and T2 write in one folder" });
    expect(collisionOf(near, () => false).risk).toBe("low");
    const covered = [...near, task("T3", ["src/**/*.css"])];
    expect(collisionOf(covered, always)).toMatchObject({
      risk: "high",
      because: expect.stringContaining("T3"),
    });
  });

  it("is what a task states, and the task is then not judged", () => {
    expect(collisionOf([task("T1", ["src/a.ts"], "low"), task("T2", ["src/b.ts"])], always).risk).toBe("low");
    expect(collisionOf([task("T1", ["a.ts"], "high")], always)).toEqual({
      risk: "high",
      because: "T1 states it",
    });
  });
});

describe("Overlaps of scopes", () => {
  const task = (
    id: string,
    globs: readonly string[],
    more: { shared?: string[]; depends?: string[] } = {},
  ) => ({
    id: taskId(id),
    scope: { kind: "write" as const, globs },
    shared: more.shared ?? [],
    reads: [],
    depends: (more.depends ?? []).map(taskId),
  });

  it("are listed with the tracked files, whether they are declared and whether the tasks wait", () => {
    const tasks = [
      task("T1", ["src/**"], { shared: ["src/x.ts"] }),
      task("T2", ["src/x.ts"], { shared: ["src/x.ts"] }),
      task("T3", ["src/new.ts"], { depends: ["T1"] }),
      task("T4", ["lib/**"]),
    ];
    expect(scopeConflicts([{ number: 2, tasks }], ["src/x.ts", "src/y.ts"])).toEqual([
      { wave: 2, left: "T1", right: "T2", paths: ["src/x.ts"], shared: true, order: "at-once" },
      {
        wave: 2,
        left: "T1",
        right: "T3",
        paths: ["src/new.ts"],
        shared: false,
        order: "one-after-the-other",
      },
    ]);
  });
});

// conforms: plan-registry
describe("An agent of the project", () => {
  const agents = [
    { name: "db-specialist", description: "Migrations and queries" },
    { name: "code-implementer", description: "Writes impl code" },
  ] as const;
  const task = { role: "impl-core" as const, title: "Add a migration", brief: "" };

  it("is the one of the mapping, then the one whose words fit, then none", () => {
    expect(chooseAgent(task, { agents, mapping: { db: "code-implementer" } })).toEqual({
      name: "code-implementer",
      kind: "db",
      because: "mapping",
    });
    expect(chooseAgent(task, { agents, mapping: { db: "nobody" } })).toEqual({
      name: "db-specialist",
      kind: "db",
      because: "words",
    });
    expect(chooseAgent({ ...task, title: "Style the page" }, { agents })).toBeUndefined();
    expect(kindOfWork({ role: "docs", title: "Add a database page", brief: "" })).toBe("docs");
  });
});

describe("The outlook of a schedule", () => {
  function schedule(
    tasks: readonly (readonly [string, number, readonly string[]])[],
    maxParallel: number,
  ): Schedule {
    const made = tasks.map(([id, turns, depends]) => ({
      id: taskId(id),
      role: "impl-core",
      scope: { kind: "write", globs: [`src/${id}.ts`] },
      shared: [],
      reads: [],
      depends: depends.map(taskId),
      contractLock: false,
      limits: { turns, wallMs: turns * 60_000 },
    }));
    // An outlook depends on ids, scopes, waits and limits alone.
    return {
      session: "feature",
      issues: [],
      agentsPerWave: 6,
      maxParallel,
      tasks: made,
      waves: [{ number: 1, tasks: made.map(({ id }) => id) }],
    } as unknown as Schedule;
  }

  it("recommends one agent where every task waits for the one before", () => {
    const chain = outlookOf(
      schedule(
        [
          ["T1", 10, []],
          ["T2", 10, ["T1"]],
          ["T3", 10, ["T2"]],
        ],
        6,
      ),
    );
    expect(chain.recommended.agents).toBe(1);
    expect(chain.longestChain).toEqual(["T1", "T2", "T3"]);
    expect(chain.atMostMinutes).toBe(30);
    expect(chain.conflicts).toEqual([]);
    expect(chain.size).toMatchObject({ tier: "simple", files: 3, folders: ["src"], issues: 0, most: 4 });
  });

  it("recommends no more agents than gain something", () => {
    const wide = outlookOf(
      schedule(
        [
          ["T1", 30, []],
          ["T2", 10, []],
          ["T3", 10, []],
          ["T4", 10, []],
        ],
        4,
      ),
    );
    expect(wide.recommended).toEqual({
      agents: 2,
      reason: "2 need 50 % of the turns that one needs after another; 4 would gain less than a tenth",
    });
    expect(wide.size.roles).toEqual([{ role: "impl-core", least: 3, most: 4 }]);
    expect(wide.atMostTurns).toBe(60);
    expect(wide.atMostMinutes).toBe(30);
  });
});
