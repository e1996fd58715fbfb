import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planHash, taskId } from "../ids.ts";
import { compileSchedule } from "./compile-schedule.ts";
import type { PlanEnvironment } from "./environment.ts";
import { isolationOf } from "./isolation.ts";
import type { Plan, PlanTask, Role } from "./plan.ts";
import { roles } from "./role.ts";
import { splitValue, unwrapCode, wrapCode } from "./split-value.ts";
import { chainLengths, findCycle, inWaitingOrder } from "./task-order.ts";

const task = (id: string, role: Role, more: Partial<PlanTask> = {}): PlanTask => ({
  id: taskId(id),
  title: id,
  role,
  scope: role === "discovery" ? { kind: "read-only" } : { kind: "write", globs: [`${id}/**`] },
  shared: [],
  reads: [],
  depends: [],
  verify: ["x"],
  doneWhen: ["y"],
  produces: [],
  contractLock: false,
  redFirst: false,
  onFail: "retry",
  noOp: false,
  brief: "",
  ...more,
});

const plan = (tasks: readonly PlanTask[], more: Partial<Plan> = {}): Plan => ({
  breakwater: 1,
  title: "x",
  intent: "",
  session: "feature",
  issues: [],
  budget: { usd: 1 },
  agents: { default: "scripted" },
  gates: { commands: [] },
  workspaceCopy: [],
  docsTasks: [],
  waves: [{ number: 0, name: "Tasks", tasks }],
  ...more,
});

const environment = (waves: number, more: Partial<PlanEnvironment> = {}): PlanEnvironment => ({
  hash: planHash("h"),
  waves: { value: waves, origin: "config" },
  ...more,
});

const compile = (subject: Plan, given: PlanEnvironment) => {
  const { schedule, diagnostics } = compileSchedule(subject, given);
  if (schedule === undefined) throw new Error(JSON.stringify(diagnostics));
  return schedule;
};

const wavesOf = (subject: Plan, given: PlanEnvironment) =>
  compile(subject, given).waves.map((wave) => `${wave.name}: ${wave.tasks.join(" ")}`);

const afterOf = (subject: Plan, given: PlanEnvironment) =>
  Object.fromEntries(compile(subject, given).tasks.map((each) => [each.id, each.after ?? []]));

const oneEach = [
  task("F1", "finalization"),
  task("Q1", "quality"),
  task("P1", "impl-polish"),
  task("C1", "impl-core"),
  task("C2", "impl-core"),
  task("D1", "discovery"),
];

// conforms: plan-waves, plan-waves-two, plan-roles
describe("placing tasks by role", () => {
  it.each([
    [1, ["Discovery + Impl-Core + Impl-Polish + Quality + Finalization: S1 D1 C1 C2 P1 Q1 F1"]],
    [2, ["Discovery + Impl-Core + Impl-Polish: D1 C1 C2 P1", "Quality + Finalization: S1 Q1 F1"]],
    [3, ["Discovery + Impl-Core: D1 C1 C2", "Impl-Polish + Quality: S1 P1 Q1", "Finalization: F1"]],
    [4, ["Discovery: D1", "Impl-Core + Impl-Polish: C1 C2 P1", "Quality: S1 Q1", "Finalization: F1"]],
    [5, ["Discovery: D1", "Impl-Core: C1 C2", "Impl-Polish: P1", "Quality: S1 Q1", "Finalization: F1"]],
    [
      6,
      [
        "Discovery: D1",
        "Impl-Core: C1",
        "Impl-Core: C2",
        "Impl-Polish: P1",
        "Quality + Finalization: S1 Q1 F1",
      ],
    ],
    [
      9,
      [
        "Discovery: D1",
        "Impl-Core: C1",
        "Impl-Core: C2",
        "Impl-Polish: P1",
        "Quality + Finalization: S1 Q1 F1",
      ],
    ],
  ])("makes of %i waves what the table says", (count, expected) => {
    expect(wavesOf(plan(oneEach), environment(count))).toEqual(expected);
  });

  // conforms: plan-empty-role, wave-empty
  it("drops a role without tasks and numbers the rest from 1", () => {
    const { waves } = compile(plan([task("C1", "impl-core"), task("F1", "finalization")]), environment(5));
    expect(waves.map((wave) => [wave.number, wave.name])).toEqual([
      [1, "Impl-Core"],
      [2, "Finalization"],
    ]);
  });

  it("splits a role over two waves where its tasks depend on each other", () => {
    const tasks = [1, 2, 3].map((n) =>
      task(`C${n}`, "impl-core", n === 3 ? { depends: [taskId("C1")] } : {}),
    );
    expect(wavesOf(plan(tasks), environment(6))).toEqual(["Impl-Core: C1 C2", "Impl-Core: C3"]);
  });

  it("gives implementation its own wave where both roles do not fit, and says so", () => {
    const tasks = [1, 2, 3].flatMap((n) => [task(`D${n}`, "discovery"), task(`C${n}`, "impl-core")]);
    const given = environment(3, { agentsPerWave: { value: 4, origin: "config" } });
    expect(wavesOf(plan(tasks), given)).toEqual(["Discovery: D1 D2 D3", "Impl-Core: C1 C2 C3"]);
    expect(compileSchedule(plan(tasks), given).diagnostics.map((each) => each.code)).toContain("BW221");
  });

  // conforms: plan-docs-place
  it("puts one docs task into the last wave and several beside the polish", () => {
    const docs = (n: number) => Array.from({ length: n }, (_, at) => task(`X${at + 1}`, "docs"));
    expect(wavesOf(plan([...oneEach, ...docs(1)]), environment(5)).at(-1)).toBe("Docs + Finalization: F1 X1");
    expect(wavesOf(plan([...oneEach, ...docs(2)]), environment(5))[2]).toBe("Impl-Polish + Docs: P1 X1 X2");
  });

  const headed = plan([], {
    waves: [
      { number: 2, name: "Second", tasks: [task("C1", "impl-core")] },
      { number: 4, name: "Fourth", tasks: [task("P1", "impl-polish")] },
    ],
  });

  it("keeps the waves that the headings say", () => {
    expect(wavesOf(headed, environment(1))).toEqual(["Second: C1", "Fourth: P1"]);
  });

  it("maps the roles anew where a flag asks for fewer waves than the headings", () => {
    const given = environment(1, { waves: { value: 1, origin: "flag" } });
    expect(wavesOf(headed, given)).toEqual(["Impl-Core + Impl-Polish: C1 P1"]);
  });

  it("loses no task and repeats none, for any roles and number of waves", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...roles), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 40 }),
        (given, count, cap) => {
          const tasks = given.map((role, n) => task(`T${n + 1}`, role));
          const { waves } = compileSchedule(
            plan(tasks),
            environment(count, { agentsPerWave: { value: cap, origin: "config" } }),
          );
          const placed = waves.flatMap((wave) => wave.tasks.map((each) => each.id));
          expect(placed.toSorted()).toEqual(tasks.map((each) => each.id).toSorted());
          expect(waves.map((wave) => wave.number)).toEqual(waves.map((_, index) => index + 1));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("ordering inside a wave", () => {
  // conforms: simplify
  it("makes later roles wait for earlier ones and Quality for the simplification", () => {
    expect(afterOf(plan(oneEach), environment(1))).toEqual({
      D1: [],
      C1: ["D1"],
      C2: ["D1"],
      P1: ["C1", "C2"],
      S1: ["P1"],
      Q1: ["S1"],
      F1: ["Q1"],
    });
  });

  it("runs contract tasks first, and those that read their files depend on them", () => {
    const contract = task("C1", "impl-core", {
      contractLock: true,
      scope: { kind: "write", globs: ["src/types.ts"] },
    });
    const reader = task("C2", "impl-core", { reads: ["src/types.ts"] });
    const { tasks } = compile(plan([reader, task("C3", "impl-core"), contract]), environment(5));
    expect(tasks.map((each) => [each.id, each.depends, each.after ?? []])).toEqual([
      ["C2", ["C1"], []],
      ["C3", [], ["C1"]],
      ["C1", [], []],
    ]);
  });

  // conforms: housekeeping
  it("runs housekeeping tasks one after the other in one wave", () => {
    const tasks = [task("A1", "finalization"), task("A2", "docs"), task("A3", "quality")];
    const schedule = compile(plan(tasks, { session: "housekeeping" }), environment(5));
    expect([schedule.waves.length, schedule.maxParallel]).toEqual([1, 1]);
    expect(schedule.tasks.map((each) => each.after ?? [])).toEqual([[], ["A1"], ["A2"]]);
  });

  it.each([
    ["three tasks and three issues", { session: "housekeeping", issues: [1, 2, 3] }, 3, true],
    ["a fourth task", { session: "housekeeping" }, 4, undefined],
    ["a fourth issue", { session: "housekeeping", issues: [1, 2, 3, 4] }, 1, undefined],
    ["another session", { session: "feature" }, 1, undefined],
  ] as const)("takes the express path with little housekeeping alone: %s", (_what, front, count, express) => {
    const tasks = Array.from({ length: count }, (_, at) => task(`A${at + 1}`, "finalization"));
    const compiled = (expressPath: boolean): ReturnType<typeof compile> =>
      compile(plan(tasks, front), { ...environment(5), expressPath });
    expect([compiled(true).express, compiled(false).express]).toEqual([express, undefined]);
  });
});

// conforms: turn-limit, isolation-table
describe("resolving values", () => {
  it.each(["housekeeping", "feature", "deep"] as const)(
    "takes the turns of a %s session from the table",
    (session) => {
      const [first] = compile(plan([task("C1", "impl-core")], { session }), environment(5)).tasks;
      expect(first?.limits.turns).toBe({ housekeeping: 8, feature: 15, deep: 25 }[session]);
    },
  );

  // conforms: config-precedence
  it("lets a flag beat the plan and the plan beat the configuration, and keeps the origin", () => {
    const subject = plan([task("C1", "impl-core")], { agentsPerWave: 3, enforcement: "off" });
    const { agentsPerWave, origins } = compile(
      subject,
      environment(5, { agentsPerWave: { value: 9, origin: "config" } }),
    );
    expect([agentsPerWave, origins["agents-per-wave"]]).toEqual([3, "plan"]);
    const flagged = compile(subject, environment(5, { agentsPerWave: { value: 9, origin: "flag" } }));
    expect([flagged.agentsPerWave, flagged.origins["agents-per-wave"]]).toEqual([9, "flag"]);
  });

  it("requires the wall when nobody attends", () => {
    const subject = plan([task("C1", "impl-core")]);
    expect(compile(subject, environment(5)).wall).toBe("preferred");
    expect(compile(subject, environment(5, { unattended: true })).wall).toBe("required");
  });

  // conforms: plan-collision
  it.each([
    [2, "feature", "low", "none"],
    [3, "feature", "low", "worktree"],
    [4, "housekeeping", "low", "none"],
    [5, "housekeeping", "low", "worktree"],
    [1, "deep", "high", "worktree"],
  ] as const)("isolates %i tasks of a %s session at %s risk by %s", (agents, session, risk, expected) => {
    expect(isolationOf({ configured: "auto", agents, session, risk }).isolation).toBe(expected);
  });

  // conforms: enforcement-promotion
  it("makes warn strict where agents share a tree", () => {
    const [wave] = compile(plan([task("C1", "impl-core")]), environment(5)).waves;
    expect([wave?.isolation, wave?.enforcement]).toEqual(["none", "strict"]);
  });
});

describe("the order of tasks", () => {
  const edges = fc
    .array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 30 })
    .map(
      (pairs) =>
        new Map(
          Array.from({ length: 12 }, (_, n) => [
            taskId(`T${n}`),
            pairs.filter(([from]) => from === n).map(([, to]) => taskId(`T${to}`)),
          ]),
        ),
    );

  it("is without cycle exactly where no task waits for itself", () => {
    fc.assert(
      fc.property(edges, (waits) => {
        const cycle = findCycle(waits);
        const order = inWaitingOrder(waits);
        const broken = [...waits].filter(([id, ids]) =>
          ids.some((each) => order.indexOf(each) >= order.indexOf(id)),
        );
        expect(broken.length > 0).toBe(cycle !== undefined);
        const steps = cycle?.slice(1).map((id, at) => waits.get(cycle[at] ?? id)?.includes(id)) ?? [];
        expect(steps).not.toContain(false);
        expect(cycle?.[0]).toBe(cycle?.at(-1));
      }),
    );
  });

  it("counts the longest chain behind each task", () => {
    const waits = new Map(
      [
        ["T1", []],
        ["T2", ["T1"]],
        ["T3", ["T2"]],
        ["T4", ["T1"]],
      ].map(([id, ids]) => [taskId(id as string), (ids as string[]).map(taskId)]),
    );
    expect([...chainLengths(waits)].toSorted(([left], [right]) => (left < right ? -1 : 1))).toEqual([
      ["T1", 3],
      ["T2", 2],
      ["T3", 1],
      ["T4", 1],
    ]);
  });
});

describe("values of settings", () => {
  it("are split at commas outside code and braces", () => {
    expect(splitValue("`a,b`, src/{c,d}/**, e", "codes").map((part) => part.text)).toEqual([
      "a,b",
      "src/{c,d}/**",
      "e",
    ]);
  });

  it("stay whole as prose unless every part is code", () => {
    expect(splitValue("one, two", "prose").length).toBe(1);
    expect(splitValue("`one`, `two`", "prose").length).toBe(2);
  });

  it("come back from code exactly, whatever they hold", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("`", " ", "a", ",", "``")).map((parts) => parts.join("")),
        (text) => {
          fc.pre(text.trim() !== "");
          expect(unwrapCode(wrapCode(text))).toBe(text);
        },
      ),
    );
  });
});

describe("the limits of an attempt", () => {
  it("are cut or raised by the minutes of its task, else of all, with the time to wrap up inside", () => {
    const tasks = [task("T1", "impl-core", { minutes: 1 }), task("T2", "impl-core")];
    const agents = { default: "scripted", minutes: 60, reviewer: "claude", reviewerModel: "careful-1" };
    const { tasks: scheduled, reviewerModel } = compile(plan(tasks, { agents }), environment(5));
    expect(scheduled.map(({ limits: { wallMs, graceMs, idleMs } }) => [wallMs, graceMs, idleMs])).toEqual([
      [45_000, 15_000, 45_000],
      [58 * 60_000, 2 * 60_000, 5 * 60_000],
    ]);
    expect(reviewerModel).toBe("careful-1");
  });
});
