import { documented, measuredNo, measuredYes, type MeasuredGuarantees } from "../guarantee.ts";

/** What the conformance suite and the canary showed of the app-server. */
export const CODEX_MEASURED: MeasuredGuarantees = {
  version: "0.169.0",
  rows: {
    "pre-write-denial": measuredYes("an approval before every patch and every command"),
    "fails-closed": measuredYes(
      "it waits for an answer; a call that it does not ask about ends the run where the door refuses",
    ),
    "continues-after-denial": measuredYes(),
    "turn-limit": documented(false, "the engine counts turns"),
    usage: measuredYes(),
    cost: measuredNo("the client tells tokens only"),
    "live-usage": measuredYes(),
    resume: measuredYes(),
    fork: documented(true),
    sandbox: measuredNo("its own runs a call that it stopped once more without itself, so it is off"),
    "subagent-identity": documented(false, "agents of its own are switched off"),
  },
};
