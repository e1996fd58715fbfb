import type { AttemptState } from "@breakwater/core";
import type { Tell } from "@breakwater/engine";
import type { CommandOf } from "./step.ts";

/** Starts, finds, steers and ends the processes of attempts; each reports its facts by `tell`. */
export type AttemptRunner = {
  readonly start: (command: CommandOf<"start-agent">, tell: Tell) => Promise<void>;
  /** After a crash: adopts, collects, or starts what was never started. */
  readonly find: (command: CommandOf<"start-agent">, tell: Tell) => Promise<void>;
  readonly adopt: (attempt: AttemptState, tell: Tell) => Promise<void>;
  readonly stop: (command: CommandOf<"stop-agent">, tell: Tell) => Promise<void>;
  readonly nudge: (command: CommandOf<"nudge-agent">, tell: Tell) => Promise<void>;
};
