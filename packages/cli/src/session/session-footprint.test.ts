import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gateId, type GateSpec } from "@breakwater/core";
import { compareFootprints } from "@breakwater/node";
import {
  REPORT_DONE,
  trialSchedule,
  type SessionTrial,
  PATIENCE,
  useSessionTrials,
} from "@breakwater/testkit";
import { afterEach, beforeAll, describe, expect, it } from "vitest";

const THERE: GateSpec = { id: gateId("there"), command: "test -s src/a" };

const trials = useSessionTrials(new URL("session-program.test-support.ts", import.meta.url), {
  beforeAll,
  afterEach,
});
let trial: SessionTrial;

describe("a session", () => {
  // conforms: snapshot, worktree-names
  it(
    "leaves everything of the user as it was but the names of its control files in info/exclude",
    async () => {
      trial = await trials.open({ "src/a": "1\n", kept: "mine\n" });
      const { scratch } = trial;
      furnish(trial);
      const before = await trial.footprint();
      const head = readFileSync(join(scratch.root, ".git", "HEAD"), "utf8");
      const exclude = join(scratch.root, ".git", "info", "exclude");
      const excluded = readFileSync(exclude, "utf8");
      const tasks = [
        { id: "T1", scope: ["src/a"], steps: [{ write: "src/a", content: "2\n" }, REPORT_DONE] },
        { id: "T2", scope: ["src/b"], steps: [{ write: "src/b", content: "2\n" }, REPORT_DONE] },
        { id: "T3", scope: ["src/c"], steps: [{ report: "failed", reason: "no" }], more: ["on-fail: carry"] },
      ];
      const run = await trial.run({ schedule: trialSchedule(tasks, [THERE]) });
      expect(run.code).toBe(4);
      expect(run.state.integration.line.map(({ attempt }) => attempt)).toEqual(["T1.1", "T2.1"]);
      expect(compareFootprints(before, await trial.footprint())).toEqual([
        { part: "config", name: exclude, change: "changed" },
      ]);
      const added = readFileSync(exclude, "utf8").slice(excluded.length).trim().split("\n");
      expect(readFileSync(exclude, "utf8").startsWith(excluded)).toBe(true);
      expect(added.filter((line) => !/^(?:# control files|\/\.orchestrator\/)/u.test(line))).toEqual([]);
      expect(readFileSync(join(scratch.root, ".git", "HEAD"), "utf8")).toBe(head);
    },
    PATIENCE,
  );
});

/** Something of every kind that belongs to the user: edits staged and not, a stash, a branch, a tag, a hook. */
function furnish({ scratch }: SessionTrial): void {
  scratch.write({ kept: "stashed\n" });
  scratch.git("stash", "push", "-q", "-m", "mine");
  scratch.git("branch", "other");
  scratch.git("tag", "v1");
  scratch.git("config", "alias.x", "status");
  scratch.write({ kept: "edited\n", staged: "staged\n", loose: "loose\n" });
  scratch.git("add", "staged");
  scratch.write({ ".git/hooks/post-commit": { content: "#!/bin/sh\nexit 1\n", executable: true } });
}
