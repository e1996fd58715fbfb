import type { StagnationClass } from "./detection.ts";

/** A call that failed or was refused, as far as its class needs it. */
export type FailedCall = {
  readonly kind: string;
  readonly output: string;
  /** The rule of the door that refused it. */
  readonly rule?: string | undefined;
};

/**
 * The one class of a failed call. A refused command is `command-blocked`, a refused call about files
 * `scope-denied`. Friction is only what an editing tool complains about.
 */
export function errorClassOf({ kind, output, rule }: FailedCall): StagnationClass {
  if (rule !== undefined) return classOfRefusal(kind, rule);
  const look = output.slice(0, MOST_LOOK);
  if (kind === "write" && FRICTION.test(look)) return "edit-format-friction";
  if (SCOPE.test(look)) return "scope-denied";
  return BLOCKED.test(look) ? "command-blocked" : "other";
}

/** What an editing tool complains about, whatever text it quotes: two complaints of one kind are the same error. */
export function frictionOf(output: string): string {
  const look = output.slice(0, MOST_LOOK);
  if (/\b(?:0|no) (?:matches|occurrences)\b/iu.test(look)) return "friction:not-found";
  if (/not unique|multiple|several|\d{1,6} (?:matches|occurrences)/iu.test(look))
    return "friction:not-unique";
  return /white ?space|indent/iu.test(look) ? "friction:whitespace" : "friction:not-found";
}

function classOfRefusal(kind: string, rule: string): StagnationClass {
  if (rule.startsWith("limit:")) return "other";
  if (kind === "exec" || rule.startsWith("command:")) return "command-blocked";
  if (rule.startsWith("scope:") || rule.startsWith("door:")) return "scope-denied";
  return kind === "write" || kind === "delete" ? "scope-denied" : "other";
}

const MOST_LOOK = 4_000;

/** Where no rule is known, the words of a door tell. */
const SCOPE =
  /\b(?:out(?:side)?[ -](?:of )?(?:the |your |its |allowed |agent |wave |task |declared )*scope|scope (?:violation|denied)|not (?:in|within|inside) (?:the |your |its )?(?:allowed|scope|permitted)|allowed ?paths?|outside (?:the )?allowed)\b/iu;
const BLOCKED =
  /\b(?:command (?:is |was )?(?:blocked|denied|not allowed|not permitted|rejected|forbidden)|blocked command|blocked by (?:the )?(?:policy|hook|guard|rule)|denied by (?:the )?(?:policy|hook|guard|rule))\b/iu;

const FRICTION =
  /string to replace|old_?str|(?:does not|doesn't|did not) (?:contain|match)|(?:text|string|match|hunk|context|lines?|snippet)\b.{0,60}\bnot (?:be )?(?:found|unique)|(?:could not|couldn't|cannot|failed to) (?:find|match|apply|locate)|no (?:exact )?match|(?:multiple|several|\d{1,6}) (?:matches|occurrences)|not unique|white ?space|patch (?:failed|does not apply)/iu;
