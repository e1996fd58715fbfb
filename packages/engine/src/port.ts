import type {
  AttemptState,
  Command,
  CommandId,
  Fact,
  RecordedFact,
  Result,
  RunState,
} from "@breakwater/core";

/** A fact on its way to the journal; `cause` names the command that it settles. */
export type Entry = { readonly fact: Fact; readonly cause?: CommandId };

/**
 * Where facts are kept. `append` gives each entry its number and time, keeps the order of calls, and
 * resolves when the entries would survive a crash. A failure means that nothing of the call was kept.
 */
export type JournalPort = {
  readonly append: (entries: readonly Entry[]) => Promise<Result<readonly RecordedFact[]>>;
};

/** Wall-clock time in milliseconds since the epoch, and a way to be called at a given one. */
export type ClockPort = {
  readonly now: () => number;
  /** Calls `ring` once when `at` is reached, also if it already passed; returns how to cancel it. */
  readonly wakeAt: (at: number, ring: () => void) => () => void;
};

/** Reports what happened. A command is settled by the one entry whose `cause` names it. */
export type Tell = (entry: Entry) => void;

/**
 * Who carries out commands. Each of these resolves when the command is settled or its outcome is under
 * way; a rejection is taken as the failure of the command.
 */
export type PerformerPort = {
  /** Called at most once for each command id while this coordinator lives. */
  readonly perform: (command: Command, tell: Tell) => Promise<void>;
  /** A command that an earlier coordinator issued and did not settle: find out, or do it; never guess. */
  readonly reconcile: (command: Command, tell: Tell) => Promise<void>;
  /** An attempt that was running when the earlier coordinator ended: follow it, collect it, or call it lost. */
  readonly adopt: (attempt: AttemptState, tell: Tell) => Promise<void>;
  /** The published views are out of date. A failure here never stops the session. */
  readonly publish: (state: RunState) => Promise<void>;
};

/** Everything that the engine needs from a machine. */
export type Ports = {
  readonly journal: JournalPort;
  readonly clock: ClockPort;
  readonly performer: PerformerPort;
};
