import { readFileSync, writeFileSync, watch } from "node:fs";
import { join } from "node:path";
import { readLease, type Repository } from "@breakwater/node";
import type { Fault, Stage } from "./fault-stage.ts";

/** Faults of the journal and of the clock. */
export function journalFaults(): readonly Fault[] {
  return [clockBackwards, tornTail, flippedBit, linesMissing];
}

/** Deadlines come from the journal's times, so a question has to expire although the clock fell back. */
const clockBackwards: Fault = {
  name: "clock set back by an hour before a question waits",
  ends: ["T1 carried, T2 done"],
  exits: [4],
  play: async ({ trial, begin, finish }) => {
    const sign = join(trial.scratch.home, "set-back");
    trial.script("T1", [{ sneak: `touch '${sign}'` }, { report: "failed", reason: "cannot" }]);
    await finish(begin([], { backwardsFrom: sign }));
    const { facts } = await trial.read();
    const back = facts.some(({ at }, index) => at < (facts[index - 1]?.at ?? 0));
    if (back) throw new Error("Reading the journal: its times go back");
  },
};

const tornTail: Fault = {
  name: "journal torn in the middle of a line by a kill",
  ends: ["", "done"],
  exits: ["SIGKILL", 0],
  starts: 2,
  play: async (stage) => {
    const { trial, resume, finish, steering } = stage;
    const whole = await kill(stage);
    writeFileSync(trial.journal, Buffer.concat([whole, Buffer.from('{"seq":99999,"at":1,"fact":{"ty')]));
    steering.release("hold");
    await finish(resume());
  },
};

const flippedBit: Fault = {
  name: "one bit of the journal flipped, then put right",
  ends: ["", "BW501", "done"],
  exits: ["SIGKILL", 3, 0],
  starts: 2,
  play: async (stage) => {
    const { trial, resume, finish, steering } = stage;
    const whole = await kill(stage);
    const at = whole.indexOf('"attempt.opened"') + 3;
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(whole.readUInt8(at) ^ 1, at);
    writeFileSync(trial.journal, damaged);
    await finish(resume());
    refuseChange(trial.journal, damaged);
    writeFileSync(trial.journal, whole);
    steering.release("hold");
    await finish(resume());
  },
};

const linesMissing: Fault = {
  name: "whole lines of the journal missing, then put back",
  ends: ["", "BW508", "done"],
  exits: ["SIGKILL", 3, 0],
  starts: 2,
  play: async (stage) => {
    const { trial, resume, finish, steering } = stage;
    const whole = await kill(stage, () => beatWithFacts(trial.repository));
    const short = whole.subarray(0, whole.indexOf("\n", whole.indexOf("\n") + 1) + 1);
    writeFileSync(trial.journal, short);
    await finish(resume());
    refuseChange(trial.journal, short);
    writeFileSync(trial.journal, whole);
    steering.release("hold");
    await finish(resume());
  },
};

/** Kills the coordinator while T1 waits, and gives the journal that it left. */
async function kill(
  { trial, steering, begin, finish }: Stage,
  before: () => Promise<void> = async () => {},
): Promise<Buffer> {
  const holder = begin([{ wait: "hold" }]);
  await steering.arrived("hold");
  await holder.heard("attempt.started", 2);
  await before();
  holder.signal("SIGKILL");
  await finish(holder);
  return readFileSync(trial.journal);
}

function refuseChange(journal: string, content: Buffer): void {
  if (!readFileSync(journal).equals(content)) throw new Error("Refusing a damaged journal: it was changed");
}

/** Resolves when the holder's heartbeat says that facts were acknowledged. */
function beatWithFacts({ controlDir }: Repository): Promise<void> {
  const folder = join(controlDir, "runtime", "lease");
  return new Promise((resolve) => {
    const look = async (): Promise<void> => {
      const lease = await readLease(folder);
      if (!lease.ok || lease.value.kind !== "held" || (lease.value.beat?.seq ?? 0) < 3) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(folder, () => void look());
    void look();
  });
}
