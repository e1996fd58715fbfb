import { explainStop, type RecordedFact, type Schedule } from "@breakwater/core";
import {
  linesOfType,
  REPORT_DONE,
  trialSchedule,
  type SessionTrial,
  PATIENCE,
  useSessionTrials,
} from "@breakwater/testkit";
import { afterEach, beforeAll, describe, expect, it } from "vitest";

const NAMES = ["a", "b", "c", "d"] as const;

const trials = useSessionTrials(new URL("session-program.test-support.ts", import.meta.url), {
  beforeAll,
  afterEach,
});

describe("a provider that takes no more work", () => {
  it(
    "stops every further start, wakes the session at the reset time, and the tree is that of an undisturbed run",
    async () => {
      const undisturbed = await (await openTrial()).run({ schedule: scheduleWith([]) });
      const cut = [{ "provider-error": "quota", message: "no more today", retryAfterMs: 1_500 }];
      const run = await (await openTrial()).run({ schedule: scheduleWith(cut) });
      expect([undisturbed.code, run.code]).toEqual([0, 0]);
      expect(startsAfterCut(run.facts, "session.unparked")).toEqual([]);
      expect(run.state.integration.tree).toBe(undisturbed.state.integration.tree);
      const why = explainStop(run.facts).map((line) => line.text);
      expect(why.find((text) => text.startsWith("parked for quota: quota: no more today"))).toBeDefined();
    },
    PATIENCE,
  );

  it(
    "ends an unattended session with exit 6 where only a person helps, and resume brings it to the same tree",
    async () => {
      const undisturbed = await (await openTrial()).run({ schedule: scheduleWith([]) });
      const trial = await openTrial();
      const parked = await trial.run({ schedule: scheduleWith([{ "provider-error": "auth" }]) });
      expect(parked.code).toBe(6);
      expect(linesOfType(parked, "session.result")[0]).toMatchObject({ exit: 6, phase: "wave" });
      expect(startsAfterCut(parked.facts, "session.resumed")).toEqual([]);
      const resumed = await trial.run({ requests: [{ type: "resume", by: "test" }] });
      expect(resumed.code).toBe(0);
      expect(resumed.state.integration.tree).toBe(undisturbed.state.integration.tree);
    },
    PATIENCE,
  );
});

/** Four tasks, two at once: the first attempt of the first plays `cut` before it works. */
function scheduleWith(cut: readonly object[]): Schedule {
  const write = (name: string): readonly object[] => [
    { write: `src/${name}`, content: `${name}\n` },
    REPORT_DONE,
  ];
  const tasks = NAMES.map((name, index) => ({
    id: `T${index + 1}`,
    scope: [`src/${name}`],
    verify: `test -s src/${name}`,
    steps: index === 0 ? [{ "if-attempt": 1, then: cut }, ...write(name)] : write(name),
  }));
  return trialSchedule(tasks, [], { agents: "{ default: scripted, max-parallel: 2 }" });
}

function openTrial(): Promise<SessionTrial> {
  return trials.open({ "src/readme": "here\n" });
}

/** Attempts whose start was ordered after a provider had said no, up to the fact that ends the rest. */
function startsAfterCut(
  facts: readonly RecordedFact[],
  woken: RecordedFact["fact"]["type"],
): readonly string[] {
  const cut = facts.findIndex(
    ({ fact }) => fact.type === "attempt.exited" && fact.report.ending.kind === "error",
  );
  expect(cut).toBeGreaterThan(0);
  const rest = facts.slice(cut);
  const end = rest.findIndex(({ fact }) => fact.type === woken);
  return rest
    .slice(0, end === -1 ? rest.length : end)
    .flatMap(({ fact }) =>
      fact.type === "command.issued" && fact.command.type === "start-agent" ? [fact.command.id] : [],
    );
}
