import { ok } from "@breakwater/core";
import type { Fact, Failure, RecordedFact, Result } from "@breakwater/core";
import { snapshotIgnored } from "./journal-failure.ts";
import type { RecordFormat } from "./journal-record.ts";
import { scanJournal } from "./journal-scan.ts";
import type { ByteSource, Tail } from "./journal-scan.ts";
import { readSnapshot } from "./journal-snapshot.ts";
import type { Snapshot } from "./journal-snapshot.ts";
import { openSource, readBeginning, readSealBefore } from "./journal-source.ts";
import type { KnownFormat } from "./journal-source.ts";
import type { JournalPosition } from "./journal.ts";

export type LoadOptions = {
  readonly path: string;
  readonly session: string;
  readonly known: KnownFormat;
  readonly snapshot?: { readonly path: string; readonly shape: string };
};

/** Everything that opening a journal needs to know of the file. */
export type Loaded = {
  readonly format: RecordFormat;
  readonly facts: readonly RecordedFact[];
  readonly position: JournalPosition;
  readonly tail: Tail | undefined;
  readonly snapshot: { readonly seq: number; readonly state: unknown } | undefined;
  readonly ignored: Failure | undefined;
};

/** Reads a whole journal, from its snapshot on where that can be used. May throw the system's error. */
export async function loadJournal(options: LoadOptions): Promise<Result<Loaded>> {
  const source = openSource(options.path);
  try {
    const beginning = readBeginning(source, options);
    if (!beginning.ok) return beginning;
    const { format, start } = beginning.value;
    const { usable, ignored } = await findSnapshot(source, options);
    const facts: RecordedFact[] = [];
    const from = usable?.position ?? start;
    const onRecords = (records: readonly RecordedFact[]): void => {
      for (const record of records) facts.push(record);
    };
    const scan = scanJournal<Fact>(source, { path: options.path, from, format, onRecords });
    if (!scan.ok) return scan;
    const { end, tail } = scan.value;
    const at = facts.at(-1)?.at ?? usable?.position.at ?? 0;
    const position = { ...end, at, seal: readSealBefore(source, end.offset) };
    const snapshot = usable === undefined ? undefined : { seq: usable.position.seq, state: usable.state };
    return ok({ format, facts, position, tail, snapshot, ignored });
  } finally {
    source.close();
  }
}

type Found = { readonly usable: Snapshot | undefined; readonly ignored: Failure | undefined };

/** A snapshot counts only when the journal still has the very line that the snapshot ends with. */
async function findSnapshot(source: ByteSource, options: LoadOptions): Promise<Found> {
  const { snapshot: place, session } = options;
  if (place === undefined) return { usable: undefined, ignored: undefined };
  const read = await readSnapshot({ ...place, session });
  if (!read.ok) return { usable: undefined, ignored: read.failure };
  const usable = read.value;
  if (usable === undefined || usable.position.seal === readSealBefore(source, usable.position.offset))
    return { usable, ignored: undefined };
  const ignored = snapshotIgnored(place.path, "the journal does not have the fact that it ends with");
  return { usable: undefined, ignored };
}
