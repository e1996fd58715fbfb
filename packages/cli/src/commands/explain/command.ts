import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "explain",
  summary: "Explain an error code; without one, list them all",
  group: "look",
  arguments: [{ name: "code", summary: "a code such as BW203", optional: true, complete: "none" }],
  examples: [{ line: "breakwater explain BW203", note: "what happened, why, and what to do" }],
  load: () => import("./run.ts"),
};
