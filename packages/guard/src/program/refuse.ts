import type { RuleId } from "../rule/registry.ts";
import { ask, deny, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";

/** Refuses what a program would do; what it would have printed is unseen. */
export function refuse(shell: Shell, rule: RuleId, step: string): Stream {
  deny(shell, rule, step);
  return UNSEEN;
}

/** Asks about what cannot be seen; neither can what it prints. */
export function opaque(shell: Shell, step: string): Stream {
  ask(shell, "opaque", step);
  return UNSEEN;
}
