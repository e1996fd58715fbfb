import { documented, measuredNo, measuredYes, type MeasuredGuarantees } from "../guarantee.ts";

/** What the conformance suite and the canary showed of the app-server. */
export const CODEX_MEASURED: MeasuredGuarantees = {
  version: "0.169.0",
  rows: {
    "pre-write-denial": measuredYes("an approval before every patch and every command"),
    "fails-closed": measuredYes("without an approval nothing is done"),
    "continues-after-denial": measuredYes(),
    "turn-limit": documented(false, "the engine counts turns"),
    usage: measuredYes(),
    cost: measuredNo("the client tells tokens only"),
    "live-usage": measuredYes(),
    resume: measuredYes(),
    fork: documented(true),
    sandbox: documented(true, "its own is read-only, so that it asks; the wall is the engine's"),
    "subagent-identity": documented(false, "agents of its own are switched off"),
  },
};
