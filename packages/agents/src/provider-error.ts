import type { RuntimeErrorClass } from "@breakwater/core";

/** What a client showed of a failure, in its own words; each part may be missing. */
export type FailureShape = {
  /** HTTP status of the provider. */
  readonly status?: number;
  /** The client's or provider's own word, such as `rate_limit_error`; lower case. */
  readonly word?: string;
  /** Why the run ended, in the client's words. */
  readonly reason?: string;
  /** What a person would read. */
  readonly text?: string;
};

/** One line of a table of failures: every part that is named must match. */
export type FailureRule = {
  readonly class: RuntimeErrorClass;
  readonly status?: readonly number[];
  readonly word?: RegExp;
  readonly reason?: RegExp;
  readonly text?: RegExp;
};

/**
 * The class of a failure by the first rule that matches; rules of a runtime come before the ones that hold for
 * all. `undefined` where nothing is recognised: then the caller says what its client's silence means.
 */
export function classOfFailure(
  shape: FailureShape,
  rules: readonly FailureRule[] = [],
): RuntimeErrorClass | undefined {
  return [...rules, ...COMMON_RULES].find((rule) => matches(rule, shape))?.class;
}

/** What providers and the network say, whatever client passes it on. More precise rules come first. */
export const COMMON_RULES: readonly FailureRule[] = [
  {
    class: "context-overflow",
    text: /prompt is too long|context (?:window|length)|maximum context|too many tokens|token count exceeds/iu,
  },
  { class: "context-overflow", word: /context_length_exceeded|request_too_large/u },
  { class: "billing", text: /credit balance|billing|payment|purchase credits/iu },
  { class: "billing", word: /billing|insufficient_quota|credits_required/u },
  { class: "billing", status: [402] },
  {
    class: "quota",
    text: /usage limit|(?:hit|reached) your (?:\S+ )?limit|limit reached|quota exceeded|exceeded your (?:current )?quota/iu,
  },
  { class: "quota", word: /usage_limit|quota/u },
  {
    class: "auth",
    word: /authentication|permission_error|oauth|unauthorized|account_on_hold|verification_required/u,
  },
  { class: "auth", status: [401, 403] },
  {
    class: "auth",
    text: /not logged in|please run \/login|invalid (?:x-)?api[- ]key|log ?in again|sign in/iu,
  },
  { class: "overload", word: /overloaded/u },
  { class: "overload", status: [500, 502, 503, 504, 529] },
  { class: "rate-limit", word: /rate_limit|too_many_requests|resource_exhausted/u },
  { class: "rate-limit", status: [429] },
  { class: "refusal", word: /refusal|content_filter|safety/u },
  {
    class: "network",
    text: /ECONN(?:REFUSED|RESET|ABORTED)|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|socket hang up|fetch failed|connection (?:error|refused|reset|to the api was lost)|network|timed out/iu,
  },
];

function matches(rule: FailureRule, { status, word, reason, text }: FailureShape): boolean {
  return (
    (rule.status === undefined || (status !== undefined && rule.status.includes(status))) &&
    (rule.word === undefined || (word !== undefined && rule.word.test(word.toLowerCase()))) &&
    (rule.reason === undefined || (reason !== undefined && rule.reason.test(reason))) &&
    (rule.text === undefined || (text !== undefined && rule.text.test(text)))
  );
}
