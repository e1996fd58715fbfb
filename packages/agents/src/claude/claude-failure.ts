import type { FailureRule } from "../provider-error.ts";

/** What Claude Code says of failures in words of its own; the rest is common to all providers. */
export const CLAUDE_FAILURES: readonly FailureRule[] = [
  { class: "context-overflow", reason: /^(?:prompt_too_long|rapid_refill_breaker|image_error)$/u },
  { class: "quota", reason: /^blocking_limit$/u },
  { class: "quota", word: /^rejected$/u },
  { class: "refusal", text: /safeguards|safety classifier|unable to respond to this request|usage policy/iu },
  {
    class: "auth",
    word: /^(?:authentication_failed|oauth_org_not_allowed|cloud_credential_error|org_|provider_not_allowed|gateway_)/u,
  },
  { class: "protocol", word: /^(?:model_not_found|invalid_request)/u },
  {
    class: "protocol",
    reason: /^(?:malformed_tool_use_exhausted|structured_output_retry_exhausted|turn_setup_failed)$/u,
  },
];
