import { fstatSync } from "node:fs";
import { open } from "node:fs/promises";

/**
 * The file under a journal, as far as appending needs it. This is the boundary where tests put a failing
 * disk; `openJournalFile` is the real one. Every method may throw the system's error.
 */
export type JournalFile = {
  /** Appends some of the bytes, at least one, and returns how many. A full disk may take a part. */
  readonly append: (chunks: readonly Uint8Array[]) => Promise<number>;
  /** Returns when everything appended so far would survive a power cut. */
  readonly sync: () => Promise<void>;
  /** The size in bytes, and whether the file still has a name. Costs no disk access, so it does not wait. */
  readonly look: () => { readonly bytes: number; readonly linked: boolean };
  /** Takes away everything from an offset on, durably. */
  readonly cut: (bytes: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Opens a file for appending; a writer that lost its lease can then never overwrite its successor. */
export async function openJournalFile(path: string): Promise<JournalFile> {
  const handle = await open(path, "a", 0o600);
  return {
    append: async (chunks) => (await handle.writev(chunks)).bytesWritten,
    sync: () => handle.datasync(),
    look: () => {
      const { size, nlink } = fstatSync(handle.fd);
      return { bytes: size, linked: nlink > 0 };
    },
    cut: async (bytes) => {
      await handle.truncate(bytes);
      await handle.sync();
    },
    close: () => handle.close(),
  };
}

/** Appends all of the bytes, however many writes it takes; throws when the file takes none. */
export async function appendAll(file: JournalFile, chunks: readonly Uint8Array[]): Promise<void> {
  let rest = chunks;
  for (;;) {
    const written = await file.append(rest);
    const left = dropBytes(rest, written);
    if (left.length === 0) return;
    if (written === 0) throw new Error("Appending to the journal: the file took no bytes");
    rest = left;
  }
}

function dropBytes(chunks: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  let left = count;
  let first = 0;
  for (const chunk of chunks) {
    if (left < chunk.length) break;
    left -= chunk.length;
    first += 1;
  }
  const partial = chunks[first];
  if (partial === undefined) return [];
  return [partial.subarray(left), ...chunks.slice(first + 1)];
}
