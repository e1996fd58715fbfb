import type { Failure } from "@breakwater/core";

/** A line before the last one does not carry its own checksum, or is not the record it must be. */
export function damagedLine(path: string, line: number, what: string): Failure {
  return {
    code: "BW501",
    message: `Line ${line} of the journal ${path} is damaged: ${what}`,
    why: "Facts after a damaged line cannot be trusted, so nothing is read past it and nothing was changed",
    fix: `Restore the file from a copy, or look at the line with: sed -n ${line}p '${path}'`,
    where: { file: path, line, column: 1, length: 0 },
  };
}

/** The journal was written in a format that this version cannot read. */
export function unknownVersion(path: string, found: number, known: number): Failure {
  return {
    code: "BW502",
    message: `The journal ${path} has format version ${found}; this program reads up to version ${known}`,
    why: "Guessing at an unknown format could repeat paid work or lose it",
    fix: "Use the version of breakwater that wrote it, or a newer one",
  };
}

/** A write or a sync failed; what was not acknowledged may be missing. */
export function writeFailed(path: string, cause: unknown): Failure {
  const code = systemCode(cause);
  return {
    code: "BW503",
    message: `The journal ${path} could not be written (${code}: ${reasonOf(code)})`,
    why: "Nothing is done that the journal does not hold, so the session stops here; what was acknowledged is safe",
    fix: `${fixOf(code)}, then run: breakwater resume`,
  };
}

/** Somebody else appended first, or the caller looks at an old state. */
export function positionMoved(path: string, expected: number, found: string): Failure {
  return {
    code: "BW504",
    message: `The journal ${path} was expected at position ${expected}, but ${found}`,
    why: "Two writers, or a decision made on an old state, would contradict each other; nothing was appended",
    fix: "Look who holds the session with: breakwater status",
  };
}

/** The file is there but is not the journal that was asked for. */
export function notThisJournal(path: string, what: string): Failure {
  return {
    code: "BW505",
    message: `${path} is not the journal that was expected: ${what}`,
    why: "Appending to a foreign file would spoil it",
    fix: "Name the right session, or move the file away",
  };
}

/** The file cannot be opened or read. */
export function readFailed(path: string, cause: unknown): Failure {
  const code = systemCode(cause);
  return {
    code: "BW506",
    message: `The journal ${path} could not be read (${code}: ${reasonOf(code)})`,
    why: "Without the journal nothing is known about the session",
    fix: `${fixOf(code)}, then run the command again`,
  };
}

/** A single fact is larger than a line may be. */
export function factTooLarge(
  path: string,
  type: string,
  sizes: { readonly bytes: number; readonly limit: number },
): Failure {
  return {
    code: "BW507",
    message: `A fact "${type}" of ${sizes.bytes} bytes does not fit into the journal ${path} (limit ${sizes.limit})`,
    why: "A line has a bound so that reading a journal never needs unbounded memory; nothing was appended",
    fix: "Shorten the text that the fact carries, such as a prompt or a report",
  };
}

/** The journal ends before a fact that an earlier holder of the lease had acknowledged. */
export function factsMissing(path: string, acknowledged: number, found: number): Failure {
  return {
    code: "BW508",
    message: `The journal ${path} ends at fact ${found}, but fact ${acknowledged} was already acknowledged`,
    why: "The file was restored from an older copy or the disk lost a write; going on would repeat paid work",
    fix: "Restore the newer file; to go on without the lost facts, remove the lease folder beside it",
  };
}

/** An append came after the journal was closed. */
export function journalClosed(path: string): Failure {
  return {
    code: "BW509",
    message: `The journal ${path} is closed`,
    why: "The session is shutting down, so what happens now is found out by the next start",
    fix: "Run: breakwater resume",
  };
}

/** A snapshot cannot be used; the journal alone decides. This is a report, not an obstacle. */
export function snapshotIgnored(path: string, what: string): Failure {
  return {
    code: "BW510",
    message: `The snapshot ${path} was ignored: ${what}`,
    why: "A snapshot only saves time; the state was folded from the whole journal instead",
    fix: "Nothing needs to be done; the next snapshot replaces it",
  };
}

/** The error code of the operating system, or the error's own name. */
export function systemCode(cause: unknown): string {
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return cause instanceof Error ? cause.name : "unknown error";
}

const SYSTEM_REASONS: Readonly<Record<string, { readonly reason: string; readonly fix: string }>> = {
  ENOSPC: { reason: "the disk is full", fix: "Free disk space" },
  EDQUOT: { reason: "the disk quota is used up", fix: "Free disk space or raise the quota" },
  EIO: { reason: "the disk reports an error", fix: "Check the disk and the system log" },
  EROFS: { reason: "the file system is read-only", fix: "Remount it writable" },
  EACCES: { reason: "permission is denied", fix: "Check the owner and mode of the file and its folder" },
  EPERM: {
    reason: "the operation is not permitted",
    fix: "Check the owner and mode of the file and its folder",
  },
  ENOENT: { reason: "the file is gone", fix: "Restore the session folder" },
  EMFILE: { reason: "too many files are open", fix: "Raise the limit with: ulimit -n 4096" },
};

function reasonOf(code: string): string {
  return SYSTEM_REASONS[code]?.reason ?? "the system refused";
}

function fixOf(code: string): string {
  return SYSTEM_REASONS[code]?.fix ?? "Remove the cause";
}
