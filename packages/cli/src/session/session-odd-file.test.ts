import { existsSync, lstatSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gateId, type GateSpec } from "@breakwater/core";
import {
  REPORT_DONE,
  trialSchedule,
  type SessionTrial,
  PATIENCE,
  useSessionTrials,
} from "@breakwater/testkit";
import { afterEach, beforeAll, describe, expect, it } from "vitest";

const THERE: GateSpec = { id: gateId("there"), command: "test -d src" };

const trials = useSessionTrials(new URL("session-program.test-support.ts", import.meta.url), {
  beforeAll,
  afterEach,
});
let trial: SessionTrial;

const ODD = `cd src
mkdir 'a folder' && printf 'x\\n' > 'a folder/with space'
printf 'x\\n' > 'ünï "q"'
printf 'one\\r\\ntwo\\r\\n' > crlf.txt
: > empty
mv Case.txt case.txt
ln -s case.txt link
printf '#!/bin/sh\\n' > run.sh && chmod +x run.sh
chmod -x old.sh
rm gone.txt
printf '*.log\\n!keep.log\\n' > 'a folder/.gitignore'
printf 'k\\n' > 'a folder/keep.log'
rm turns && mkdir turns && printf 'x\\n' > turns/inner`;

describe("files of every kind", () => {
  it(
    "come from an agent to the user's branch and checkout as they are",
    async () => {
      trial = await trials.open({
        "src/Case.txt": "case\n",
        "src/old.sh": { content: "#!/bin/sh\n", executable: true },
        "src/gone.txt": "gone\n",
        "src/turns": "file\n",
      });
      const tasks = [{ id: "T1", scope: ["src/**"], steps: [{ sneak: ODD }, REPORT_DONE] }];
      const run = await trial.run({ schedule: trialSchedule(tasks, [THERE]) });
      expect(run.facts.flatMap(({ fact }) => (fact.type === "candidate.audited" ? fact.held : []))).toEqual(
        [],
      );
      const closed = await trial.run({ requests: [{ type: "close", by: "test", commits: "per-task" }] });
      expect([run.code, closed.code]).toEqual([0, 0]);
      const src = join(trial.scratch.root, "src");
      expect(readdirSync(src).sort()).toEqual(
        ["a folder", "case.txt", "crlf.txt", "empty", "link", 'ünï "q"', "old.sh", "run.sh", "turns"].sort(),
      );
      expect(readFileSync(join(src, "crlf.txt"), "utf8")).toBe("one\r\ntwo\r\n");
      expect(readFileSync(join(src, "a folder/keep.log"), "utf8")).toBe("k\n");
      expect(readFileSync(join(src, "turns/inner"), "utf8")).toBe("x\n");
      expect(lstatSync(join(src, "link")).isSymbolicLink()).toBe(true);
      const executable = (name: string): boolean => (lstatSync(join(src, name)).mode & 0o100) !== 0;
      expect([executable("run.sh"), executable("old.sh")]).toEqual([true, false]);
      expect(trial.scratch.git("status", "--porcelain")).toBe("");
    },
    PATIENCE,
  );

  it(
    "whose name nobody can read are held and kept in quarantine, and the rest of the session goes on",
    async () => {
      trial = await trials.open({ "src/a": "1\n" });
      const odd = {
        "if-attempt": 1,
        then: [{ sneak: `printf x > "$(printf 'src/\\377\\376')"; printf x > "$(printf 'src/new\\nline')"` }],
      };
      const steps = [odd, { write: "src/a", content: "2\n" }, REPORT_DONE];
      const run = await trial.run({
        schedule: trialSchedule([{ id: "T1", scope: ["src/**"], steps }], [THERE]),
      });
      const held = run.facts.flatMap(({ fact }) => (fact.type === "candidate.audited" ? [fact.held] : []));
      expect(held).toMatchObject([[{ rule: "scope:unsafe-name" }, { rule: "audit:undecodable-name" }], []]);
      const quarantine = "refs/breakwater/main-2026-01-01-0000/quarantine/T1/1";
      expect(trial.scratch.git("ls-tree", "-r", "--name-only", "-z", quarantine).split("\0")).toHaveLength(4);
      expect(run.code).toBe(0);
      expect(existsSync(join(trial.scratch.root, "src/a"))).toBe(true);
    },
    PATIENCE,
  );
});
