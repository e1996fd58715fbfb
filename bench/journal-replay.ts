/**
 * Replays a journal and compares with `JSON.parse` over the same lines in memory.
 *
 * `npx tsx bench/journal-replay.ts [--facts 100000] [--rounds 5]`; `--facts 1000000` is the full size.
 * The target is a ratio of at most 1.2 (docs/spec/journal.md). Time is that of the
 * processor, the rounds alternate and the fastest of each counts, so that other work disturbs less.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { attemptId, replay, taskId } from "@breakwater/core";
import type { Fact, RecordedFact } from "@breakwater/core";
import { openJournal, readJournal } from "@breakwater/node";

const { values } = parseArgs({
  options: { facts: { type: "string", default: "100000" }, rounds: { type: "string", default: "5" } },
});
const count = Number(values.facts);
const rounds = Number(values.rounds);
const folder = mkdtempSync(join(tmpdir(), "journal-replay-"));
const path = join(folder, "journal.ndjson");

await write();
let read: readonly RecordedFact[] = [];
const best = { parse: Infinity, read: Infinity, fold: Infinity };
for (let round = 0; round < rounds; round++) {
  best.parse = Math.min(best.parse, await cpuTime(parseLines));
  best.read = Math.min(best.read, await cpuTime(readOnly));
  best.fold = Math.min(best.fold, await cpuTime(foldOnly));
}
const line = (name: string, ms: number): string =>
  `${name.padEnd(28)} ${ms.toFixed(0).padStart(7)} ms ${((ms * 1000) / count).toFixed(2).padStart(7)} us/fact  ratio ${(ms / best.parse).toFixed(2)}`;
console.log(
  `${count} facts, ${(readFileSync(path).length / count).toFixed(0)} bytes each, best of ${rounds}`,
);
console.log(line("JSON.parse line by line", best.parse));
console.log(line("read + check + parse", best.read));
console.log(line("fold alone", best.fold));
rmSync(folder, { recursive: true });

async function write(): Promise<void> {
  const opened = await openJournal({ path, session: "bench", now: () => 1_750_000_000_000 });
  if (!opened.ok) throw new Error(opened.failure.message);
  const attempt = attemptId(taskId("T1"), 1);
  for (let from = 0; from < count; from += 10_000) {
    const facts = Array.from({ length: Math.min(10_000, count - from) }, (_, i) => ({
      fact: aFact(from + i),
    }));
    const appended = await opened.value.journal.append(facts);
    if (!appended.ok) throw new Error(appended.failure.message);
  }
  await opened.value.journal.close();

  function aFact(n: number): Fact {
    if (n % 3 === 0) return { type: "timer.fired", timer: `attempt:${n}` };
    const usage = {
      turns: n,
      toolCalls: 2 * n,
      denials: 0,
      inputTokens: 10 * n,
      outputTokens: n,
      usd: n / 1000,
    };
    return { type: "attempt.progressed", attempt, usage, now: `editing packages/core/src/file-${n}.ts` };
  }
}

/** What there is to beat: the text is in memory already, cut into lines; nothing is checked. */
function parseLines(): void {
  const lines = readFileSync(path, "utf8").split("\n");
  lines.pop();
  const started: unknown[] = [];
  for (const each of lines) started.push(JSON.parse(each));
  if (started.length !== count + 1) throw new Error(`Parsed ${started.length} lines`);
}

async function readOnly(): Promise<void> {
  const facts: RecordedFact[] = [];
  const keep = (some: readonly RecordedFact[]): void => {
    for (const each of some) facts.push(each);
  };
  const reading = readJournal({ path, onFacts: keep });
  if (!reading.ok || facts.length !== count) throw new Error(`Read ${facts.length} facts`);
  read = facts;
}

function foldOnly(): void {
  if (replay(read).position !== count) throw new Error("The facts were not folded to the end");
}

async function cpuTime(work: () => void | Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
