import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "why",
  summary: "Show the chain of facts and rules behind a task, a question or a stop",
  group: "look",
  arguments: [{ name: "what", summary: "a task, a question (d1), or `stop`", complete: "none" }],
  options: [{ name: "session", value: "ID", summary: "another session than the newest", complete: "none" }],
  examples: [{ line: "breakwater why T3", note: "each dispatch, denial, retry and landing of T3" }],
  load: () => import("./run.ts"),
};
