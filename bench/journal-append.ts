/**
 * Appends facts durably and compares many callers in flight with one sync for each fact.
 *
 * `npx tsx bench/journal-append.ts [--facts 4000] [--in-flight 64] [--folder DIR]`. The target is a
 * throughput of at least 15 times that of one write and one sync for each fact. The rounds alternate and
 * the fastest of each counts. `--folder` must lie on a real disk; a memory file system syncs for nothing.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Fact } from "@breakwater/core";
import { acquireLease, openJournal } from "@breakwater/node";

const { values } = parseArgs({
  options: {
    facts: { type: "string", default: "4000" },
    "in-flight": { type: "string", default: "64" },
    rounds: { type: "string", default: "3" },
    folder: { type: "string", default: tmpdir() },
  },
});
const count = Number(values.facts);
const inFlight = Number(values["in-flight"]);
const folder = mkdtempSync(join(values.folder, "journal-append-"));
const fact: Fact = { type: "timer.fired", timer: "x".repeat(100) };

const best = { bare: 0, alone: 0, shared: 0 };
for (let round = 0; round < Number(values.rounds); round++) {
  best.bare = Math.max(best.bare, bareSyncs(Math.ceil(count / 8)));
  best.alone = Math.max(best.alone, await throughJournal(Math.ceil(count / 8), 1));
  best.shared = Math.max(best.shared, await throughJournal(count, inFlight));
}
const line = (name: string, rate: number): string =>
  `${name.padEnd(36)} ${rate.toFixed(0).padStart(8)} facts/s  ratio ${(rate / best.bare).toFixed(1)}`;
console.log(line("write + fdatasync for each", best.bare));
console.log(line("journal under a lease, 1 in flight", best.alone));
console.log(line(`journal under a lease, ${inFlight} in flight`, best.shared));
rmSync(folder, { recursive: true });

function bareSyncs(facts: number): number {
  const text = Buffer.from(`${JSON.stringify({ seq: 1, at: 1, fact })}\n`);
  const file = openSync(join(folder, "bare"), "a");
  const start = performance.now();
  for (let i = 0; i < facts; i++) {
    writeSync(file, text);
    fdatasyncSync(file);
  }
  const seconds = (performance.now() - start) / 1000;
  closeSync(file);
  return facts / seconds;
}

async function throughJournal(facts: number, callers: number): Promise<number> {
  const lease = await acquireLease({ folder: join(folder, "lease"), session: "bench" });
  if (!lease.ok) throw new Error(lease.failure.message);
  const path = join(mkdtempSync(join(folder, "run-")), "journal.ndjson");
  const opened = await openJournal({ path, session: "bench", guard: () => lease.value.check() });
  if (!opened.ok) throw new Error(opened.failure.message);
  const { journal } = opened.value;
  let left = facts;
  const start = performance.now();
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const appended = await journal.append([{ fact }]);
      if (!appended.ok) throw new Error(appended.failure.message);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - start) / 1000;
  await journal.close();
  await lease.value.release();
  return facts / seconds;
}
