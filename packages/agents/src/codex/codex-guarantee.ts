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
    fork: documented(true, "not used: an attempt begins anew or goes on with its own conversation"),
    sandbox: measuredNo("its own runs a call that it stopped once more without itself, so it is off"),
    "subagent-identity": documented(false, "agents of its own are switched off"),
  },
};

/** The same of `codex exec` with a hook: the client does not refuse where its hook fails. */
export const CODEX_EXEC_MEASURED: MeasuredGuarantees = {
  version: "0.169.0",
  rows: {
    ...CODEX_MEASURED.rows,
    "pre-write-denial": measuredYes(
      "a hook before every patch and every command; input to a running command, which asks no hook, is off",
    ),
    "fails-closed": measuredNo(
      "the client lets a call through whose hook fails; the run ends as soon as that is seen",
    ),
    usage: measuredYes(
      "but not of a resumed conversation, of which the client tells the sum of all its runs",
    ),
    "live-usage": measuredNo("told at the end"),
  },
};
