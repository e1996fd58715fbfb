import type { RuntimeErrorClass } from "@breakwater/core";
import type { AgentEnding } from "../contract.ts";
import { classOfFailure, type FailureRule } from "../provider-error.ts";
import { isJsonObject, type JsonObject, numberOf, oneOf, present, textOf } from "../json-shape.ts";

/** The ending of a turn that failed, from the error that Codex names. */
export function endingOfTurnError(error: unknown, retryAfterMs?: number): AgentEnding {
  const told = isJsonObject(error) ? error : {};
  const message = textOf(told.message) ?? "the turn failed without a reason";
  const errorClass = classOf(told.codexErrorInfo, message);
  const waits = errorClass === "quota" || errorClass === "rate-limit";
  return {
    kind: "error",
    class: errorClass,
    message,
    ...(waits && retryAfterMs !== undefined ? { retryAfterMs } : {}),
  };
}

/** Milliseconds until a used-up limit of the account begins anew; `undefined` while none is used up. */
export function untilReset(rateLimits: unknown, nowMs: number): number | undefined {
  if (!isJsonObject(rateLimits)) return undefined;
  const waits = [rateLimits.primary, rateLimits.secondary].flatMap((window) => {
    if (!isJsonObject(window) || (numberOf(window.usedPercent) ?? 0) < 100) return [];
    const resetsAt = numberOf(window.resetsAt);
    return resetsAt === undefined ? [] : [Math.max(0, resetsAt * 1_000 - nowMs)];
  });
  return waits.length === 0 ? undefined : Math.max(...waits);
}

function classOf(info: unknown, message: string): RuntimeErrorClass {
  const word = oneOf(info, WORDS);
  if (word !== undefined) return word === "usageLimitExceeded" ? limitClass(message) : CLASSES[word];
  const [named] = isJsonObject(info) ? statusesOf(info) : [];
  if (named === null) return "network";
  const status = named ?? statusIn(message);
  return classOfFailure({ ...present({ status }), text: message }, CODEX_FAILURES) ?? "protocol";
}

/** What Codex says in words of its own where it tells no more than a text, as `codex exec` does. */
const CODEX_FAILURES: readonly FailureRule[] = [
  { class: "billing", text: /^quota exceeded/iu },
  { class: "overload", text: /\bat capacity\b|high demand/iu },
  { class: "network", text: /error sending request|stream disconnected/iu },
];

function statusIn(message: string): number | undefined {
  const told = /\bstatus:? (\d{3})\b/u.exec(message)?.[1];
  return told === undefined ? undefined : Number(told);
}

const CLASSES = {
  contextWindowExceeded: "context-overflow",
  sessionBudgetExceeded: "quota",
  usageLimitExceeded: "quota",
  rateLimitExceeded: "rate-limit",
  flexUnavailable: "overload",
  serverOverloaded: "overload",
  policyCapacityUnavailable: "overload",
  internalServerError: "overload",
  unauthorized: "auth",
  cyberPolicy: "refusal",
  misalignmentPolicyViolation: "refusal",
  inferenceHookDenied: "refusal",
  tooManyDenials: "refusal",
} as const satisfies Readonly<Record<string, RuntimeErrorClass>>;

type Word = keyof typeof CLASSES;
const WORDS = Object.keys(CLASSES) as readonly Word[];

/** One word of Codex means both: a plan that begins anew by itself, and an account without money. */
function limitClass(message: string): RuntimeErrorClass {
  return /^quota exceeded/iu.test(message) ? "billing" : "quota";
}

/** The status inside a variant such as `{ httpConnectionFailed: { httpStatusCode } }`; null: none came. */
function statusesOf(info: JsonObject): readonly (number | null)[] {
  return Object.values(info).flatMap((detail) =>
    isJsonObject(detail) && "httpStatusCode" in detail ? [numberOf(detail.httpStatusCode) ?? null] : [],
  );
}
