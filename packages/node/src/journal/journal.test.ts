import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { commandId } from "@breakwater/core";
import type { RecordedFact } from "@breakwater/core";
import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import {
  closeJournals,
  diskOf,
  entry,
  freshJournalPath,
  openAt,
  valueOf,
  writeFacts,
} from "./journal-fixture.ts";
import type { Disk } from "./journal-fixture.ts";
import { openJournal } from "./open-journal.ts";
import { readJournal } from "./read-journal.ts";
import { sealLine } from "./sealed-line.ts";

const names = (facts: readonly RecordedFact[]): string[] =>
  facts.map(({ fact }) => (fact.type === "timer.fired" ? fact.timer : fact.type));

async function failureOf(path: string, more = {}): Promise<{ code: string; message: string }> {
  const opened = await openJournal({ path, session: "s1", ...more });
  if (opened.ok) throw new Error("Expected the journal to be refused");
  return opened.failure;
}

async function factsIn(path: string): Promise<RecordedFact[]> {
  const facts: RecordedFact[] = [];
  valueOf(readJournal({ path, onFacts: (some) => facts.push(...some) }));
  return facts;
}

afterEach(closeJournals);

describe("appending to a journal", () => {
  it("makes the file with its folder and gives back after reopening what was appended", async () => {
    const path = freshJournalPath();
    const first = await openAt(path);
    expect(first).toMatchObject({ created: true });
    const cause = commandId("c1");
    const appended = valueOf(await first.journal.append([entry("a", 5), { ...entry("b", 7), cause }]));
    valueOf(await first.journal.close());
    const second = await openAt(path);
    expect(second.created).toBe(false);
    expect(second.journal.facts()).toEqual(appended);
    expect(appended.map(({ seq, at, cause: by }) => [seq, at, by])).toEqual([
      [1, 5, undefined],
      [2, 7, "c1"],
    ]);
    expect(second.journal.position).toEqual(first.journal.position);
  });

  it("writes lines that are plain JSON and end in the checksum of what stands before it", async () => {
    const path = freshJournalPath();
    await writeFacts(path, ["ä\u2028\n"]);
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ v: 1, kind: "breakwater-journal", session: "s1" });
    expect(JSON.parse(lines[1] ?? "")).toMatchObject({ seq: 1, fact: { timer: "ä\u2028\n" } });
    expect(lines[1]).toMatch(/,"crc":"[0-9a-f]{8}"}$/);
  });

  it("shares one write and one sync among all appends that wait", async () => {
    const disk: Disk = { appends: 0, syncs: 0 };
    const { journal } = await openAt(freshJournalPath(), { openFile: diskOf(disk) });
    disk.syncs = 0;
    const results = await Promise.all(Array.from({ length: 64 }, (_, i) => journal.append([entry(`f${i}`)])));
    expect(disk).toEqual({ appends: 1, syncs: 1 });
    expect(results.map((each) => valueOf(each)[0]?.seq)).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
  });

  it("puts what arrives during a write into the next one, in the order of the calls", async () => {
    const disk: Disk = { appends: 0, syncs: 0 };
    const path = freshJournalPath();
    const { journal } = await openAt(path, { openFile: diskOf(disk) });
    disk.syncs = 0;
    const second = journal.append([entry("a")]).then(() => journal.append([entry("c")]));
    const during = Promise.resolve()
      .then(() => Promise.resolve())
      .then(() => journal.append([entry("b")]));
    await Promise.all([second, during]);
    expect(disk.syncs).toBeLessThanOrEqual(3);
    expect(names(await factsIn(path))).toEqual(["a", "b", "c"]);
  });

  it("never lets time run backwards", async () => {
    const path = freshJournalPath();
    const { journal } = await openAt(path);
    valueOf(await journal.append([entry("a", 2000), entry("b", 1500), entry("c")]));
    await journal.close();
    const again = await openAt(path);
    valueOf(await again.journal.append([entry("d")]));
    expect((await factsIn(path)).map(({ at }) => at)).toEqual([2000, 2000, 2000, 2000]);
  });

  it("goes on after a write that took only a part of the bytes", async () => {
    const disk: Disk = { appends: 0, syncs: 0, takeBytes: 10 };
    const path = freshJournalPath();
    const { journal } = await openAt(path, { openFile: diskOf(disk) });
    valueOf(await journal.append([entry("a"), entry("b")]));
    expect(disk.appends).toBe(2);
    expect(names(await factsIn(path))).toEqual(["a", "b"]);
  });

  it("refuses a caller whose view is older than the journal, and appends nothing", async () => {
    const path = freshJournalPath();
    const { journal } = await openAt(path);
    valueOf(await journal.append([entry("a")], { expected: 0 }));
    expect(await journal.append([entry("b")], { expected: 0 })).toMatchObject({ failure: { code: "BW504" } });
    valueOf(await journal.append([entry("c")], { expected: 1 }));
    expect(names(await factsIn(path))).toEqual(["a", "c"]);
  });

  it("refuses a fact that no line can hold, and goes on with the next one", async () => {
    const { journal } = await openAt(freshJournalPath());
    const huge = await journal.append([entry("a"), entry("x".repeat(17 * 1024 * 1024))]);
    expect(huge).toMatchObject({ failure: { code: "BW507" } });
    expect(valueOf(await journal.append([entry("b")]))[0]?.seq).toBe(1);
  });

  it("refuses appends after it was closed", async () => {
    const { journal } = await openAt(freshJournalPath());
    const under = journal.append([entry("a")]);
    await journal.close();
    expect((await under).ok).toBe(true);
    expect(await journal.append([entry("b")])).toMatchObject({ failure: { code: "BW509" } });
  });
});

describe("a journal that another process touches", () => {
  it("refuses to append when somebody else did", async () => {
    const path = freshJournalPath();
    const { journal } = await openAt(path);
    appendFileSync(path, sealLine({ seq: 1, at: 1, fact: entry("foreign").fact }));
    expect(await journal.append([entry("a")])).toMatchObject({ failure: { code: "BW504" } });
    expect(names(await factsIn(path))).toEqual(["foreign"]);
  });

  it("refuses to append when the file was removed or replaced", async () => {
    const path = freshJournalPath();
    const { journal } = await openAt(path);
    rmSync(path);
    expect(await journal.append([entry("a")])).toMatchObject({ failure: { code: "BW504" } });
  });

  it("keeps a writer that was taken over out of the file of its successor", async () => {
    const path = freshJournalPath();
    const old = await openAt(path);
    valueOf(await old.journal.append([entry("a")]));
    const successor = await openAt(path, { replace: true });
    expect(await old.journal.append([entry("late")])).toMatchObject({ failure: { code: "BW504" } });
    valueOf(await successor.journal.append([entry("b")]));
    expect(names(await factsIn(path))).toEqual(["a", "b"]);
  });

  it("asks the guard before each write and again after each sync", async () => {
    const path = freshJournalPath();
    const lost = { code: "BW604", message: "lost" };
    const answers = [undefined, undefined, undefined, lost];
    const { journal } = await openAt(path, { guard: () => answers.shift() });
    valueOf(await journal.append([entry("a")]));
    expect(answers).toEqual([lost]);
    expect(await journal.append([entry("b")])).toEqual({ ok: false, failure: lost });
    expect(await journal.append([entry("c")])).toEqual({ ok: false, failure: lost });
    expect(names(await factsIn(path))).toEqual(["a"]);
  });

  it("does not acknowledge what was synced after the lease was lost", async () => {
    const lost = { code: "BW604", message: "lost" };
    const answers = [undefined, undefined, lost];
    const { journal } = await openAt(freshJournalPath(), { guard: () => answers.shift() });
    expect(await journal.append([entry("a")])).toEqual({ ok: false, failure: lost });
  });

  it("refuses a journal that lost facts which were acknowledged", async () => {
    const path = freshJournalPath();
    await writeFacts(path, ["a"]);
    expect(await failureOf(path, { acknowledged: 2 })).toMatchObject({ code: "BW508" });
    await openAt(path, { acknowledged: 1 });
  });
});

describe("a disk that fails", () => {
  it.each([["failAppend"], ["failSync"]] as const)(
    "takes back what was written when %s says it is full",
    async (way) => {
      const disk: Disk = { appends: 0, syncs: 0 };
      const path = freshJournalPath();
      const { journal } = await openAt(path, { openFile: diskOf(disk) });
      valueOf(await journal.append([entry("a")]));
      disk[way] = "ENOSPC";
      disk.takeBytes = 30;
      const refused = await journal.append([entry("b"), entry("c")]);
      expect(refused).toMatchObject({
        failure: { code: "BW503", message: expect.stringContaining("disk is full") },
      });
      delete disk[way];
      expect(await journal.append([entry("d")])).toEqual(refused);
      const reading = valueOf(readJournal({ path, onFacts: () => {} }));
      expect(reading).toMatchObject({ end: { seq: 1 } });
      expect(reading.tail).toBeUndefined();
    },
  );

  it("syncs at opening, so that lines of a killed writer are durable before they are acted on", async () => {
    const path = freshJournalPath();
    await writeFacts(path, ["a"]);
    const disk: Disk = { appends: 0, syncs: 0 };
    await openAt(path, { openFile: diskOf(disk) });
    expect(disk.syncs).toBe(1);
  });

  it("says that a folder is in the way, or that nothing is there", async () => {
    const path = freshJournalPath();
    expect(await failureOf(dirname(dirname(dirname(path))))).toMatchObject({ code: "BW506" });
    const read = readJournal({ path, onFacts: () => {} });
    expect(read).toMatchObject({ failure: { code: "BW506", message: expect.stringContaining("ENOENT") } });
  });
});

describe("a torn tail", () => {
  it("is cut, kept aside and reported, wherever it is torn", async () => {
    const path = freshJournalPath();
    await writeFacts(path, ["a", "b"]);
    const whole = readFileSync(path);
    const lastLine = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    for (let length = lastLine + 1; length < whole.length; length += 6) {
      writeFileSync(path, whole.subarray(0, length));
      const { journal, tail } = await openAt(path);
      expect(names(journal.facts())).toEqual(["a"]);
      expect(tail).toMatchObject({ line: 3, offset: lastLine, bytes: length - lastLine });
      expect(readFileSync(tail!.keptAt)).toEqual(whole.subarray(lastLine, length));
      await journal.close();
      expect(readFileSync(path)).toEqual(whole.subarray(0, lastLine));
    }
  });

  it("is followed by new facts with the numbers of the lost ones", async () => {
    const path = freshJournalPath();
    await writeFacts(path, ["a", "b"]);
    truncateSync(path, readFileSync(path).length - 1);
    const { journal } = await openAt(path);
    expect(valueOf(await journal.append([entry("c")]))[0]?.seq).toBe(2);
    expect(names(await factsIn(path))).toEqual(["a", "c"]);
  });
});

describe("damage", () => {
  it("is named by its line and refused, whichever bit flips", async () => {
    const path = freshJournalPath();
    await writeFacts(path, ["a", "b", "c"]);
    const whole = readFileSync(path);
    const flip = fc.tuple(fc.nat(whole.length - 1), fc.nat(7));
    const newlines = [...whole.keys()].filter((offset) => whole[offset] === 0x0a);
    await fc.assert(
      fc.asyncProperty(flip, async ([offset, bit]) => {
        const broken = Buffer.from(whole);
        broken[offset] = (broken[offset] ?? 0) ^ (1 << bit);
        writeFileSync(path, broken);
        const line = whole.subarray(0, offset).filter((byte) => byte === 0x0a).length + 1;
        const failure = await failureOf(path);
        const named = `${failure.code} ${failure.message}`;
        expect(named).toMatch(line === 1 ? /^BW50[15] / : new RegExp(`^BW501 Line ${line} `));
        expect(readFileSync(path)).toEqual(broken);
      }),
      { numRuns: 150, examples: newlines.map((offset) => [[offset, 3]]) },
    );
  });

  it("is found where a line is missing, doubled or not a fact", async () => {
    const path = freshJournalPath();
    await writeFacts(path, ["a", "b", "c"]);
    const [header, first, second, third] = readFileSync(path, "utf8").split("\n");
    const odd = sealLine({ seq: 1, at: 1, fact: 7 }).toString().trimEnd();
    for (const [lines, line] of [
      [[header, first, third], 3],
      [[header, first, first, second], 3],
      [[header, odd, second], 2],
      [[header, first, "not json", second], 3],
    ] as const) {
      writeFileSync(path, `${lines.join("\n")}\n`);
      const failure = await failureOf(path);
      expect(failure.code).toBe("BW501");
      expect(failure.message).toContain(`Line ${line} `);
    }
  });

  it("is no reason to touch a file that is not a journal, or another session's", async () => {
    const path = freshJournalPath();
    await writeFacts(path, ["a"]);
    expect(await failureOf(path, { session: "s2" })).toMatchObject({ code: "BW505" });
    for (const content of ["", "hello\n", "hello"]) {
      writeFileSync(path, content);
      expect(await failureOf(path)).toMatchObject({ code: "BW505" });
      expect(readFileSync(path, "utf8")).toBe(content);
    }
  });
});

describe("format versions", () => {
  const known = {
    currentVersion: 3,
    upcasts: {
      1: (record: object) => ({ ...record, fact: { type: "timer.fired", timer: "from 1" } }),
      2: (record: object) => ({ ...record, at: 42 }),
    },
  };

  it("refuses a version that it does not know", async () => {
    const path = freshJournalPath();
    await openAt(path, { known: { currentVersion: 2, upcasts: {} } });
    expect(await failureOf(path)).toMatchObject({
      code: "BW502",
      message: expect.stringContaining("version 2"),
    });
    expect(await failureOf(path, { known: { currentVersion: 3, upcasts: {} } })).toMatchObject({
      code: "BW502",
    });
  });

  it("lifts old records step by step, and new ones in the same file not at all", async () => {
    const path = freshJournalPath();
    await writeFacts(path, ["old"]);
    const later = await openAt(path, { known });
    expect(later.journal.facts()).toEqual([{ seq: 1, at: 42, ...entry("from 1") }]);
    valueOf(await later.journal.append([entry("new")]));
    await later.journal.close();
    expect(names((await openAt(path, { known })).journal.facts())).toEqual(["from 1", "new"]);
  });

  it("refuses in an old program what a newer one appended", async () => {
    const path = freshJournalPath();
    await writeFacts(path, ["old"]);
    const later = await openAt(path, { known });
    valueOf(await later.journal.append([entry("new")]));
    expect(await failureOf(path)).toMatchObject({
      code: "BW501",
      message: expect.stringContaining("Line 3 "),
    });
  });
});

describe("a journal of any content", () => {
  it("gives back what was appended, over any number of writers and blocks", async () => {
    const text = fc.string({ unit: "binary", maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(text, { maxLength: 5 }), { maxLength: 4 }), async (writers) => {
        const path = freshJournalPath();
        for (const timers of writers) await writeFacts(path, timers);
        expect(names((await openAt(path)).journal.facts())).toEqual(writers.flat());
      }),
      { numRuns: 8 },
    );
  });

  it("reads lines that are longer than a block, and many blocks", async () => {
    const path = freshJournalPath();
    const long = [
      "x".repeat(3_000_000),
      "y",
      "z".repeat(1_048_576),
      ...Array.from({ length: 20_000 }, (_, i) => `${i}`),
    ];
    await writeFacts(path, long);
    expect(names((await openAt(path)).journal.facts())).toEqual(long);
  });

  it("appears under its name only with its header", async () => {
    const path = freshJournalPath();
    await openAt(path);
    renameSync(path, `${path}.old`);
    await openAt(path);
    expect(existsSync(path)).toBe(true);
    expect(names(await factsIn(path))).toEqual([]);
  });
});
