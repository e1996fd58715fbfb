import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "plan show",
  summary: "Show what a plan will do: waves, scopes, gates, limits, hash",
  group: "plan",
  arguments: [{ name: "file", summary: "the plan file", complete: "file" }],
  options: [{ name: "unattended", summary: "resolve it for a run that nobody watches" }],
  examples: [{ line: "breakwater plan show plans/x.plan.md", note: "before you approve it" }],
  load: () => import("./run.ts"),
};
