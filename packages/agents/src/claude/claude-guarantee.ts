import { documented, measuredNo, measuredYes, type MeasuredGuarantees } from "../guarantee.ts";

/** What the conformance suite and the canary showed of both doors: the Agent SDK, and the program alone. */
export const CLAUDE_MEASURED: MeasuredGuarantees = {
  version: "0.3.330",
  programVersion: "2.1.330",
  rows: {
    "pre-write-denial": measuredYes("a hook, asked for every tool"),
    "fails-closed": measuredYes(
      "a failing hook blocks; by the Agent SDK the mode also refuses what no hook allowed",
    ),
    "continues-after-denial": measuredYes(),
    "turn-limit": documented(true, "not used: the engine counts turns"),
    usage: measuredYes(),
    cost: measuredYes(
      "estimated by the client from list prices, told at the end of a turn of the conversation",
    ),
    "live-usage": measuredYes("input tokens with each answer; output tokens and cost at the end"),
    resume: measuredYes(),
    fork: documented(true, "not used: an attempt begins anew or goes on with its own conversation"),
    sandbox: documented(true, "its own covers shell commands only and is not used: the wall is the engine's"),
    "subagent-identity": measuredNo("agents of its own are not offered to the model"),
  },
};
