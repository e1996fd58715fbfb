import type { WriteGrant } from "@breakwater/core";
import type { FileView } from "./file-view.ts";
import type { BlockedRule } from "./rule/blocked-command.ts";

/** How the door treats what a rule refuses: `warn` lets it through with a note, `off` is silent. */
export type Enforcement = "strict" | "warn" | "off";

/**
 * Who may write what, fixed before the agent starts and held outside its workspace.
 *
 * All directories are absolute and normalised. `grant` is what the agent may write below `root`. `tmp` is the
 * agent's own scratch directory. `home` is whose dot files are protected. `main` is the user's checkout, never
 * written. With `attended: false` every question becomes a denial. `main-session` is the person's own session:
 * only the command policy applies to it, and `allowDestructive` switches that off.
 */
export type GuardPolicy = {
  readonly root: string;
  readonly main: string;
  readonly home: string;
  readonly tmp: string;
  readonly grant: WriteGrant;
  readonly enforcement: Enforcement;
  readonly attended: boolean;
  readonly actor: "agent" | "main-session";
  /** Rules of the project's command policy. None: an agent's calls meet the built-in rules alone, a person's the floor. */
  readonly blockedCommands: readonly BlockedRule[];
  readonly allowDestructive: boolean;
  /** `ask` asks for every program that is not known; `judge`, the default, only where its words reach far. */
  readonly unknownPrograms?: "judge" | "ask";
};

/** Everything a judgement depends on besides the call. */
export type GuardContext = { readonly policy: GuardPolicy; readonly view: FileView };
