import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join, dirname } from "node:path";
import type { RecordedFact, Result } from "@breakwater/core";
import { afterEach, describe, expect, it } from "vitest";
import { closeJournals, entry, freshJournalPath, openAt, valueOf, writeFacts } from "./journal-fixture.ts";
import { writeSnapshot } from "./journal-snapshot.ts";
import { followJournal } from "./follow-journal.ts";
import { readJournal } from "./read-journal.ts";

afterEach(closeJournals);

const names = (facts: readonly RecordedFact[]): string[] =>
  facts.map(({ fact }) => (fact.type === "timer.fired" ? fact.timer : fact.type));

/** Follows a journal; before each further look, the next step of the script is played. */
function follow(path: string, script: (() => unknown)[], from?: { seq: number; offset: number }) {
  const abort = new AbortController();
  const wait = async (): Promise<void> => {
    const step = script.shift();
    if (step === undefined) abort.abort();
    else await step();
  };
  return followJournal({ path, signal: abort.signal, wait, ...(from === undefined ? {} : { from }) });
}

async function collect(news: AsyncGenerator<Result<readonly RecordedFact[]>, void>): Promise<string[]> {
  const told: string[] = [];
  for await (const each of news) told.push(each.ok ? names(each.value).join("+") : each.failure.code);
  return told;
}

describe("reading a journal while its writer lives", () => {
  it("goes on from where an earlier reading ended", async () => {
    const path = freshJournalPath();
    const { journal } = await openAt(path);
    valueOf(await journal.append([entry("a")]));
    const { end, header } = valueOf(readJournal({ path, onFacts: () => {} }));
    expect(header).toMatchObject({ session: "s1", created: 1000 });
    valueOf(await journal.append([entry("b")]));
    const later: RecordedFact[] = [];
    valueOf(readJournal({ path, from: end, onFacts: (facts) => later.push(...facts) }));
    expect(names(later)).toEqual(["b"]);
  });

  it("shows no half line, and changes nothing in the file", async () => {
    const path = freshJournalPath();
    await writeFacts(path, ["a", "b"]);
    truncateSync(path, readFileSync(path).length - 3);
    const before = readFileSync(path);
    const seen: RecordedFact[] = [];
    const reading = valueOf(readJournal({ path, onFacts: (facts) => seen.push(...facts) }));
    expect(names(seen)).toEqual(["a"]);
    expect(reading.tail).toMatchObject({ line: 3 });
    expect(readFileSync(path)).toEqual(before);
  });
});

describe("following a journal", () => {
  it("gives what is there and then what comes, over a torn tail, its cut and a change of writers", async () => {
    const path = freshJournalPath();
    await writeFacts(path, ["a", "b"]);
    const script = [
      () => appendFileSync(path, '{"seq":3,"at":10'),
      () => writeFacts(path, ["c"]),
      async () => {
        const { journal } = await openAt(path, { replace: true });
        valueOf(await journal.append([entry("d"), entry("e")]));
      },
      () => undefined,
    ];
    expect(await collect(follow(path, script))).toEqual(["a+b", "c", "d+e"]);
  });

  it("starts where it is told to", async () => {
    const path = freshJournalPath();
    await writeFacts(path, ["a"]);
    const { end } = valueOf(readJournal({ path, onFacts: () => {} }));
    expect(await collect(follow(path, [() => writeFacts(path, ["b"])], end))).toEqual(["b"]);
  });

  it("ends with the reason when a line is damaged, the file is cut short or gone", async () => {
    const path = freshJournalPath();
    await writeFacts(path, ["a", "b"]);
    const whole = readFileSync(path);
    const damaged = [() => appendFileSync(path, "garbage\n"), () => undefined, () => undefined];
    expect(await collect(follow(path, damaged))).toEqual(["a+b", "BW501"]);
    writeFileSync(path, whole);
    expect(await collect(follow(path, [() => truncateSync(path, 200)]))).toEqual(["a+b", "BW504"]);
    writeFileSync(path, whole);
    expect(await collect(follow(path, [() => rmSync(path)]))).toEqual(["a+b", "BW506"]);
  });
});

describe("a snapshot", () => {
  const shape = "1";

  async function snapshotAfterTwo(): Promise<{ path: string; snapshot: { path: string; shape: string } }> {
    const path = freshJournalPath();
    const { journal } = await openAt(path);
    valueOf(await journal.append([entry("a", 5000), entry("b")]));
    const snapshot = { path: join(dirname(path), "snapshot.ndjson"), shape };
    const written = { position: journal.position, state: { folded: ["a", "b"] } };
    valueOf(await writeSnapshot({ ...snapshot, session: "s1" }, written));
    return { path, snapshot };
  }

  it("saves reading what it holds, and time still does not run backwards", async () => {
    const { path, snapshot } = await snapshotAfterTwo();
    const alone = await openAt(path, { snapshot });
    expect(alone.snapshot).toEqual({ seq: 2, state: { folded: ["a", "b"] } });
    expect(alone.journal.facts()).toEqual([]);
    expect(valueOf(await alone.journal.append([entry("c", 1)]))).toMatchObject([{ seq: 3, at: 5000 }]);
    await closeJournals();
    const later = await openAt(path, { snapshot });
    expect(names(later.journal.facts())).toEqual(["c"]);
    expect(later.ignored).toBeUndefined();
  });

  it("does not matter when it is not there", async () => {
    const { path, snapshot } = await snapshotAfterTwo();
    const opened = await openAt(path, { snapshot: { ...snapshot, path: `${snapshot.path}.none` } });
    expect(names(opened.journal.facts())).toEqual(["a", "b"]);
    expect(opened.ignored).toBeUndefined();
  });

  it("is ignored with a report when it is damaged, whichever byte it is", async () => {
    const { path, snapshot } = await snapshotAfterTwo();
    const whole = readFileSync(snapshot.path);
    for (let offset = 0; offset < whole.length; offset += 13) {
      const broken = Buffer.from(whole);
      broken[offset] = (broken[offset] ?? 0) ^ 4;
      writeFileSync(snapshot.path, broken);
      const { journal, ignored } = await openAt(path, { snapshot });
      expect(ignored).toMatchObject({ code: "BW510" });
      expect(names(journal.facts())).toEqual(["a", "b"]);
      await journal.close();
    }
  });

  it("is ignored when other code made it, or when the journal is another one by now", async () => {
    const { path, snapshot } = await snapshotAfterTwo();
    const other = await openAt(path, { snapshot: { ...snapshot, shape: "2" } });
    expect(other.ignored?.message).toContain("another version");
    await closeJournals();
    rmSync(path);
    await writeFacts(path, ["x", "y", "z"]);
    const rewritten = await openAt(path, { snapshot });
    expect(rewritten.ignored?.message).toContain("does not have the fact");
    expect(names(rewritten.journal.facts())).toEqual(["x", "y", "z"]);
  });
});
