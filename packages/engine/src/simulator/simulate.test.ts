import type { Fact } from "@breakwater/core";
import { describe, expect, it } from "vitest";
import { simulate, type Simulation } from "./simulate.ts";

/** The simulated sessions of one run of the tests; `breakwater simulate` takes as many as it is given. */
const SEEDS = 2_000;

describe("simulated sessions", () => {
  it(
    `keep every promise over ${SEEDS} random plans, outcomes and crashes`,
    { timeout: 300_000 },
    async () => {
      const failed: string[] = [];
      let crashes = 0;
      let resumed = 0;
      let split = 0;
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const run = await simulate({ seed, crashes: seed % 3 === 0 ? 0 : 4, meddling: seed % 2 === 0 });
        crashes += run.crashes;
        resumed += run.evidence.facts.filter(({ fact }) => resumes(fact)).length;
        split += run.evidence.facts.filter(({ fact }) => splits(fact)).length;
        if (run.violations.length > 0) failed.push(`seed ${seed}: ${run.violations.join("; ")}`);
      }
      expect(failed).toEqual([]);
      expect(crashes).toBeGreaterThan(SEEDS);
      expect(resumed).toBeGreaterThan(SEEDS / 4);
      expect(split).toBeGreaterThan(SEEDS / 100);
    },
  );

  it("end in the same tree whether or not the coordinator is killed", { timeout: 120_000 }, async () => {
    const different: string[] = [];
    let compared = 0;
    for (let seed = 1; seed <= 300; seed += 1) {
      const quiet = await simulate({ seed, crashes: 0, meddling: false });
      if (!isTimeless(quiet)) continue;
      const killed = await simulate({ seed, crashes: 8, meddling: false });
      compared += 1;
      const [a, b] = [quiet, killed].map((each) => each.evidence.state.integration.tree);
      if (a !== b) different.push(`seed ${seed}: ${a} and ${b}`);
    }
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(100);
  });

  it("are the same when they are run again with the same seed", async () => {
    const options = { seed: 7, crashes: 4, meddling: true };
    const [first, second] = [await simulate(options), await simulate(options)];
    expect(second.evidence.facts).toEqual(first.evidence.facts);
  });
});

function resumes(fact: Fact): boolean {
  return fact.type === "attempt.opened" && fact.correction?.resume !== undefined;
}

function splits(fact: Fact): boolean {
  return fact.type === "plan.amended" && fact.amendment.kind === "split-task";
}

/** Sessions whose course no clock and no person decides. */
function isTimeless({ evidence }: Simulation): boolean {
  const session = evidence.state.session;
  return session?.settings.unattended === true && session.schedule.budget.minutes === undefined;
}
