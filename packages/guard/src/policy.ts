import type { Scope } from "@breakwater/core";
import type { BlockedRule } from "./rule/blocked-command.ts";

/** How the door treats what a rule refuses: `warn` lets it through with a note, `off` is silent. */
export type Enforcement = "strict" | "warn" | "off";

/**
 * Who may write what, fixed before the agent starts and held outside its workspace.
 *
 * All directories are absolute. `scope` is what the agent may write below `root`; `read-only` grants nothing
 * there, `invalid` is a scope that could not be read and denies every write. `tmp` is the agent's own scratch
 * directory. `home` is whose dot files are protected. `main` is the user's checkout, never written.
 */
export type GuardPolicy = {
  readonly root: string;
  readonly main: string;
  readonly home: string;
  readonly tmp: string;
  readonly scope: Scope | "read-only" | "invalid";
  readonly enforcement: Enforcement;
  readonly attended: boolean;
  readonly actor: "agent" | "main-session";
  readonly blockedCommands: readonly BlockedRule[];
  readonly allowDestructive: boolean;
  readonly caseInsensitive?: boolean;
};
