import type { StagnationClass } from "./detection.ts";

/** A call that failed or was refused, as far as its class needs it. */
export type FailedCall = {
  readonly kind: string;
  readonly output: string;
  /** The rule of the door that refused it. */
  readonly rule?: string | undefined;
};

/**
 * The one class of a failed call. What a refusal is decides its rule: a scope or a door rule on a file is
 * `scope-denied`, a refused command `command-blocked`. Friction is only what an editing tool complains about.
 */
export function errorClassOf({ kind, output, rule }: FailedCall): StagnationClass {
  if (rule !== undefined) return classOfRefusal(kind, rule);
  if (kind === "write" && FRICTION.test(output.slice(0, MOST_LOOK))) return "edit-format-friction";
  return "other";
}

function classOfRefusal(kind: string, rule: string): StagnationClass {
  if (rule.startsWith("limit:")) return "other";
  if (rule.startsWith("scope:") || rule.startsWith("door:")) return "scope-denied";
  if (kind === "exec" || rule.startsWith("command:")) return "command-blocked";
  return kind === "write" || kind === "delete" ? "scope-denied" : "other";
}

const MOST_LOOK = 4_000;

const FRICTION =
  /string to replace|old_?str|(?:does not|doesn't|did not) (?:contain|match)|(?:text|string|match|hunk|context|lines?|snippet)\b.{0,60}\bnot (?:be )?(?:found|unique)|(?:could not|couldn't|cannot|failed to) (?:find|match|apply|locate)|no (?:exact )?match|(?:multiple|several|\d{1,6}) (?:matches|occurrences)|not unique|white ?space|patch (?:failed|does not apply)/iu;
