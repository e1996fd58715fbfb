import type { Finding, RuntimeErrorClass } from "@breakwater/core";
import type { JsonObject } from "../json-shape.ts";

/** What the scripted agent does, step by step (`docs/spec/adapter.md` has the format). */
export type Script = {
  readonly steps: readonly Step[];
  /** Played instead of the rest as soon as a message arrives; without it messages are only noted. */
  readonly onMessage?: readonly Step[];
};

export type Step = ToolStep | TalkStep | FlowStep | FaultStep;

/** Tool calls; each asks the door first and goes on after a denial. */
export type ToolStep =
  | { readonly verb: "write"; readonly path: string; readonly content: string }
  | { readonly verb: "edit"; readonly path: string; readonly find: string; readonly replace: string }
  | { readonly verb: "delete"; readonly path: string }
  /** `offset` lines are left out at the beginning. */
  | { readonly verb: "read"; readonly path: string; readonly offset?: number }
  /** Run by `sh -c` once the door has let the command through. */
  | { readonly verb: "shell"; readonly command: string };

export type TalkStep =
  | { readonly verb: "say"; readonly text: string }
  | { readonly verb: "ask"; readonly question: string }
  | { readonly verb: "turn" }
  | {
      readonly verb: "spend";
      readonly inputTokens?: number;
      readonly outputTokens?: number;
      readonly usd?: number;
    }
  /** Ends the run with this claim. */
  | {
      readonly verb: "report";
      readonly claim: ClaimKind;
      readonly text: string;
      readonly remaining: string;
      readonly findings: readonly Finding[];
      /** What a reviewer reports, as it stands in the script: it is read like any agent's. */
      readonly review?: JsonObject;
    };

export const CLAIM_KINDS = ["done", "no-op", "partial", "failed", "missing"] as const;
export type ClaimKind = (typeof CLAIM_KINDS)[number];

export type FlowStep =
  | { readonly verb: "sleep"; readonly ms: number }
  /** Announces the name on the steering socket and waits until it is released. */
  | { readonly verb: "wait"; readonly name: string }
  /** Waits for one message. */
  | { readonly verb: "listen" }
  | { readonly verb: "loop"; readonly times: number; readonly steps: readonly Step[] }
  | {
      readonly verb: "if";
      readonly condition: Condition;
      readonly steps: readonly Step[];
      readonly otherwise: readonly Step[];
    };

export type Condition =
  | { readonly kind: "attempt"; readonly numbers: readonly number[] }
  | { readonly kind: "round"; readonly numbers: readonly number[] }
  /** The file exists, and holds the text where one is given. */
  | { readonly kind: "file"; readonly path: string; readonly contains?: string };

/** Everything that goes wrong with a real client. */
export type FaultStep =
  /** Writes without asking the door. */
  | { readonly verb: "smuggle"; readonly path: string; readonly content: string }
  /** Runs `sh -c` without asking the door. */
  | { readonly verb: "sneak"; readonly command: string }
  | { readonly verb: "crash" }
  | { readonly verb: "hang" }
  | { readonly verb: "ignore-signals" }
  /** Ends the process without a last message. */
  | { readonly verb: "exit"; readonly code: number }
  /** Prints so many bytes on one line. */
  | { readonly verb: "flood"; readonly bytes: number }
  | {
      readonly verb: "provider-error";
      readonly class: RuntimeErrorClass;
      readonly message: string;
      readonly retryAfterMs?: number;
    };
