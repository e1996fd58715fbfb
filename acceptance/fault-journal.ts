import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import type { Fault, Stage } from "./fault-stage.ts";

/** Faults of the journal and of the clock. */
export function journalFaults(): readonly Fault[] {
  return [clockBackwards, tornTail, flippedByte, linesMissing];
}

/** Deadlines come from the journal's times, so a question has to expire although the clock fell back. */
const clockBackwards: Fault = {
  name: "clock an hour back while a question waits",
  ends: ["T1 carried, T2 done"],
  exits: [4],
  play: async ({ trial, begin, finish }) => {
    trial.script("T1", [{ report: "failed", reason: "cannot" }]);
    const settings = { decisionTimeoutMs: 3_000 };
    const holder = begin([], { settings, backwardsAfterMs: 3_000 });
    await finish(holder);
    const { facts } = await trial.read();
    const back = facts.some(({ at }, index) => at < (facts[index - 1]?.at ?? 0));
    if (back) throw new Error("Reading the journal: its times go back");
  },
};

const tornTail: Fault = {
  name: "journal cut in the middle of a line after a kill",
  ends: ["", "done"],
  exits: ["SIGKILL", 0].map((exit) => (exit === 0 ? 0 : KILLED)),
  starts: 2,
  play: async (stage) => {
    const { trial, resume, finish, steering } = stage;
    await killed(stage);
    const whole = readFileSync(trial.journal);
    writeFileSync(trial.journal, Buffer.concat([whole, Buffer.from('{"seq":99999,"at":1,"fact":{"ty')]));
    steering.release("hold");
    await finish(resume());
  },
};

const flippedByte: Fault = {
  name: "one bit of the journal flipped, then put right",
  ends: ["", "BW501", "done"],
  exits: [KILLED_EXIT(), 3, 0],
  starts: 2,
  play: async (stage) => {
    const { trial, resume, finish, steering } = stage;
    await killed(stage);
    const whole = readFileSync(trial.journal);
    const at = whole.indexOf('"attempt.opened"') + 3;
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(whole.readUInt8(at) ^ 1, at);
    writeFileSync(trial.journal, damaged);
    await finish(resume());
    if (!readFileSync(trial.journal).equals(damaged))
      throw new Error("Refusing a damaged journal: it was changed");
    writeFileSync(trial.journal, whole);
    steering.release("hold");
    await finish(resume());
  },
};
