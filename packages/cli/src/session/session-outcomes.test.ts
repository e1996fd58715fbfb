import {
  dispositionOf,
  gateId,
  outcomeOf,
  phaseOf,
  verdictAt,
  type GateSpec,
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

const THERE: GateSpec = { id: gateId("there"), command: "test -s src/done" };
const HOST = "$(grep PPid /proc/$PPID/status | tr -dc 0-9)";

/** What the first attempt of each task does, by the outcome that it comes to. */
const FIRST: Readonly<Record<string, readonly object[]>> = {
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

const trials = useSessionTrials(new URL("session-program.test-support.ts", import.meta.url), {
  beforeAll,
  afterEach,
});
let trial: SessionTrial;

describe.runIf(process.platform === "linux")("a session in which every outcome happens", () => {
  it(
    "ends without a person, with its gates green and every task accounted for",
    async () => {
      const long = Array.from({ length: 40 }, (_, index) => `line ${index}`).join("\n");
      trial = await trials.open({ "src/long": long, "src/done": "1\n" });
      const run = await trial.run({ schedule: schedule(), settings: { memorySlots: 3 } });
      expect(outcomes(run.state)).toEqual(
        Object.keys(FIRST).map((kind) =>
          ENDS_THERE.has(kind) ? `${kind}: ${kind}` : `${kind}: ${kind}, done`,
        ),
      );
      expect(phaseOf(run.state).kind).toBe("settled");
      expect(verdictAt(run.state, THERE.id, run.state.integration.head)?.kind).toBe("green");
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

/** Outcomes after which there is no further attempt. */
const ENDS_THERE: ReadonlySet<string> = new Set(["done", "no-op", "cancelled"]);

function schedule(): Schedule {
  const tasks = Object.entries(FIRST).map(([kind, first]) => ({
    id: idOf(kind),
    scope: [`src/${kind}`],
    verify: `test -d src`,
    steps: [
      { "if-attempt": 1, then: first },
      { write: `src/${kind}`, content: `${kind}, whole\n` },
      REPORT_DONE,
    ],
    ...(kind === "no-op" ? { more: ["no-op: true"] } : {}),
  }));
  const compiled = trialSchedule(tasks, [THERE], { "agents-per-wave": 9 });
  return {
    ...compiled,
    tasks: compiled.tasks.map((each) =>
      each.id === idOf("timed-out")
        ? { ...each, limits: { ...each.limits, idleMs: 2_000, graceMs: 200 } }
        : { ...each, limits: { ...each.limits, graceMs: 200 } },
    ),
  };
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

function carried(state: RunState): readonly string[] {
  return [...state.tasks.values()]
    .filter((each) => dispositionOf(state, each)?.kind === "carried")
    .map((each) => kindOf(each.task.id));
}

function kindOf(id: string): string {
  return Object.keys(FIRST)[Number(id.slice(1)) - 1] ?? id;
}
