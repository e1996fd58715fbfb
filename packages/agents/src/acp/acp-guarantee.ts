import {
  documented,
  measuredNo,
  measuredYes,
  UNKNOWN_GUARANTEE,
  type MeasuredGuarantees,
} from "../guarantee.ts";

/** What the conformance suite and the canary showed of an agent that speaks the Agent Client Protocol. */
export function acpMeasured(version: string, seen: { readonly resumes: boolean }): MeasuredGuarantees {
  return {
    version,
    rows: {
      "pre-write-denial": measuredYes("a request for permission before each call, in the mode that asks"),
      "fails-closed": measuredYes(
        "it waits for an answer; a call that it does not ask about ends the run where the door refuses",
      ),
      "continues-after-denial": measuredYes(),
      "turn-limit": documented(false, "the protocol has no turns; the engine counts them"),
      usage: measuredYes("told with the answer to the prompt"),
      cost: measuredNo("the protocol tells tokens only"),
      "live-usage": measuredNo("told at the end"),
      resume: seen.resumes
        ? measuredYes()
        : measuredNo("a conversation that is over is not found again by a later process"),
      fork: UNKNOWN_GUARANTEE,
      sandbox: documented(false, "the wall is the engine's"),
      "subagent-identity": UNKNOWN_GUARANTEE,
    },
  };
}
