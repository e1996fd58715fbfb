import {
  dispositionOf,
  gateId,
  outcomeOf,
  phaseOf,
  verdictAt,
  type GateSpec,
  type RecordedFact,
  type RunState,
  type Schedule,
} from "@breakwater/core";
import {
  lostCommits,
  REPORT_DONE,
  trialSchedule,
  type SessionTrial,
  PATIENCE,
  useSessionTrials,
} from "@breakwater/testkit";
import { afterEach, beforeAll, describe, expect, it } from "vitest";

const GATES: readonly GateSpec[] = [
  { id: gateId("test"), command: "! grep -q untested src/tested" },
  { id: gateId("typecheck"), command: "! grep -q untyped src/typed" },
];
const HOST = "$(grep PPid /proc/$PPID/status | tr -dc 0-9)";

/** What the first attempt of each task does, by the outcome that it comes to. */
const BY_OUTCOME: Readonly<Record<string, readonly object[]>> = {
  done: [],
  "no-op": [{ report: "no-op", summary: "nothing had to change" }],
  partial: [
    { write: "src/partial", content: "half\n" },
    { report: "partial", summary: "half", remaining: "rest" },
  ],
  failed: [{ report: "failed", reason: "it did not work" }],
  spiral: [{ loop: "forever", do: [{ write: "src/spiral", content: "same\n" }] }],
  stagnant: [
    {
      loop: 20,
      do: [{ read: "src/long" }, { read: "src/long", offset: 9 }, { read: "src/long", offset: 18 }],
    },
  ],
  "timed-out": [{ hang: true }],
  cancelled: [{ sneak: `kill -TERM ${HOST}` }, { hang: true }],
  lost: [{ sneak: `kill -KILL ${HOST}` }, { hang: true }],
};

/** The same by what goes wrong around it; time that runs out is `timed-out` above. */
const BY_SITUATION = {
  broken: [{ write: "src/broken", content: "broken\n" }, REPORT_DONE],
  strayed: [{ smuggle: "src/elsewhere", content: "mine\n" }, REPORT_DONE],
  tested: [{ write: "src/tested", content: "untested\n" }, REPORT_DONE],
  typed: [{ write: "src/typed", content: "untyped\n" }, REPORT_DONE],
  reviewed: [{ write: "src/reviewed", content: "insecure\n" }, REPORT_DONE],
  met: [{ edit: "src/shared", find: "none\n", replace: "met\n" }, REPORT_DONE],
  crossed: [{ edit: "src/shared", find: "none\n", replace: "crossed\n" }, REPORT_DONE],
} as const;
const FIRST: Readonly<Record<string, readonly object[]>> = { ...BY_OUTCOME, ...BY_SITUATION };

const trials = useSessionTrials(new URL("session-program.test-support.ts", import.meta.url), {
  beforeAll,
  afterEach,
});
let trial: SessionTrial;

describe.runIf(process.platform === "linux")("a session in which all goes wrong that can", () => {
  it(
    "ends without a person, with its gates green and every task accounted for",
    async () => {
      const long = Array.from({ length: 40 }, (_, index) => `line ${index}`).join("\n");
      trial = await trials.open({
        "src/long": long,
        "src/shared": "none\n",
        "src/tested": "1\n",
        "src/typed": "1\n",
      });
      for (const [at, kind] of ["tested", "typed", "reviewed"].entries())
        trial.script(REPAIRS[at] ?? "", [{ write: `src/${kind}`, content: "mended\n" }, REPORT_DONE]);
      reviewers();
      const run = await trial.run({ schedule: schedule(), settings: { memorySlots: 3 } });
      expect(outcomes(run.state)).toEqual([
        ...Object.keys(BY_OUTCOME).map((kind) =>
          ENDS_THERE.has(kind) ? `${kind}: ${kind}` : `${kind}: ${kind}, done`,
        ),
        ...Object.entries(FOLLOWS_SITUATION).map(([kind, outcome]) => `${kind}: ${outcome}`),
        ...REPAIRS.map((id) => `${id}: done`),
      ]);
      expect(rules(run.facts)).toEqual({
        broken: "adapt:verify-red",
        strayed: "adapt:out-of-scope",
        crossed: "adapt:conflict",
        "timed-out": "adapt:time",
      });
      expect(phaseOf(run.state).kind).toBe("settled");
      for (const { id } of GATES)
        expect(verdictAt(run.state, id, run.state.integration.head)?.kind).toBe("green");
      const open = [...run.state.tasks.values()].filter(
        (each) => dispositionOf(run.state, each) === undefined,
      );
      expect(open).toEqual([]);
      expect(carried(run.state)).toEqual(["cancelled"]);
      expect(run.code).toBe(4);
      expect(lostCommits(trial.scratch, run.facts)).toEqual([]);
    },
    PATIENCE,
  );
});

/** The outcomes of a task's attempts by situation. */
const FOLLOWS_SITUATION: Readonly<Record<keyof typeof BY_SITUATION, string>> = {
  broken: "failed, done",
  strayed: "failed, done",
  tested: "done",
  typed: "done",
  reviewed: "done",
  met: "done",
  crossed: "failed, done",
};

/** What a red gate, another one and a review add to the next wave, each for the task that is to blame. */
const REPAIRS = [`${idOf("tested")}F1`, `${idOf("typed")}F1`, `${idOf("reviewed")}R1`];

/** Situations of one file that two tasks may write. */
const SHARING: ReadonlySet<string> = new Set(["met", "crossed"]);

/** Outcomes after which there is no further attempt. */
const ENDS_THERE: ReadonlySet<string> = new Set(["done", "no-op", "cancelled"]);

function schedule(): Schedule {
  const tasks = Object.entries(FIRST).map(([kind, first]) => {
    const file = SHARING.has(kind) ? "src/shared" : `src/${kind}`;
    const content = SHARING.has(kind) ? "met\ncrossed\n" : `${kind}, whole\n`;
    return {
      id: idOf(kind),
      scope: [file],
      ...(SHARING.has(kind) ? { shared: [file] } : {}),
      verify: kind === "broken" ? "! grep -qx broken src/broken" : "test -d src",
      steps: [{ "if-attempt": 1, then: first }, { write: file, content }, REPORT_DONE],
      ...(kind === "no-op" ? { more: ["no-op: true"] } : {}),
    };
  });
  const front = { "agents-per-wave": 16, agents: "{ default: scripted, reviewer: scripted }" };
  const compiled = trialSchedule(tasks, GATES, front);
  return {
    ...compiled,
    tasks: compiled.tasks.map((each) =>
      each.id === idOf("timed-out")
        ? { ...each, limits: { ...each.limits, idleMs: 2_000, graceMs: 200 } }
        : { ...each, limits: { ...each.limits, graceMs: 200 } },
    ),
  };
}

/** The first review finds a fault that its command shows; later ones find nothing. */
function reviewers(): void {
  const finding = {
    claim: "The value is not safe",
    confidence: 95,
    dimension: "security",
    class: "in-scope-blocker",
    file: "src/reviewed",
    check: "grep -q insecure src/reviewed",
  };
  const dimensions = { security: "pass" };
  const review = { verdict: "fix-required", dimensions, findings: [finding] };
  trial.script("review-1", [{ report: "done", summary: "reviewed", review }]);
  trial.script("reviewer", [
    { report: "done", summary: "reviewed", review: { verdict: "proceed", dimensions, findings: [] } },
  ]);
}

function idOf(kind: string): string {
  return `T${Object.keys(FIRST).indexOf(kind) + 1}`;
}

function outcomes(state: RunState): readonly string[] {
  return [...state.tasks.values()].map(({ task, attempts }) => {
    const kinds = attempts.flatMap((id) => {
      const attempt = state.attempts.get(id);
      return attempt === undefined ? [] : [outcomeOf(state, attempt)?.kind ?? "open"];
    });
    return `${kindOf(task.id)}: ${kinds.join(", ")}`;
  });
}

/** The rule by which each task that is asked for here got its further attempt. */
function rules(facts: readonly RecordedFact[]): Readonly<Record<string, string>> {
  const asked = ["broken", "strayed", "crossed", "timed-out"];
  const again = facts.flatMap(({ fact }) =>
    fact.type === "attempt.opened" && fact.correction !== undefined ? [fact] : [],
  );
  return Object.fromEntries(
    asked.map((kind) => [
      kind,
      again.find(({ attempt }) => attempt === `${idOf(kind)}.2`)?.correction?.rule ?? "none",
    ]),
  );
}

function carried(state: RunState): readonly string[] {
  return [...state.tasks.values()]
    .filter((each) => dispositionOf(state, each)?.kind === "carried")
    .map((each) => kindOf(each.task.id));
}

function kindOf(id: string): string {
  return Object.keys(FIRST)[Number(id.slice(1)) - 1] ?? id;
}
