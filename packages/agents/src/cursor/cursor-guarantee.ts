import { documented, type MeasuredGuarantees, UNKNOWN_GUARANTEE } from "../guarantee.ts";

/** What Cursor's documentation says. Nothing of it was measured, so no version of its client is named. */
export const CURSOR_DOCUMENTED: MeasuredGuarantees = {
  version: "none",
  rows: {
    "pre-write-denial": documented(true, "untested: a hook before each tool, passed as a plugin of the run"),
    "fails-closed": documented(true, "untested: failClosed; a call that was not asked about ends the run"),
    "continues-after-denial": documented(true),
    "turn-limit": documented(false, "the engine counts turns, by the calls that it sees"),
    usage: documented(false, "the client tells none"),
    cost: documented(false, "the client tells none"),
    "live-usage": documented(false),
    resume: documented(true),
    fork: UNKNOWN_GUARANTEE,
    sandbox: documented(true, "its own is not used: the wall is the engine's"),
    "subagent-identity": documented(false),
  },
};
