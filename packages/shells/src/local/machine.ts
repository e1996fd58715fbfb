import type { RunState, SessionId } from "@breakwater/core";
import type { GateCache, IssueDesk, Repository, Workspaces } from "@breakwater/node";
import type { LocalAttempts } from "./local-attempts.ts";

/**
 * Everything that the local shell works with in one session. It is put together once, by the composition
 * root; nothing in it decides anything.
 */
export type LocalMachine = {
  readonly repository: Repository;
  readonly session: SessionId;
  /** `.orchestrator/sessions/<id>`: gate output, attempt files, carryover. Absolute. */
  readonly folder: string;
  readonly workspaces: Workspaces;
  readonly gateCache: GateCache;
  readonly attempts: LocalAttempts;
  /** Where carried work becomes issues; absent where the project has no tracker. */
  readonly issues?: IssueDesk;
  /** Where children may inherit allowed variables from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The state as of the newest durable fact. */
  readonly state: () => RunState;
  /** Writes the published views. */
  readonly publish: (state: RunState) => Promise<void>;
  /** Aborted when the session is let go at once; running checks end then. */
  readonly signal: AbortSignal;
  readonly now: () => number;
};
