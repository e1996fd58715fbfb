import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "plan fix",
  summary: "Apply the edits that need no judgement; give a full wave another",
  group: "plan",
  arguments: [{ name: "file", summary: "the plan file", complete: "file" }],
  options: [
    { name: "apply", value: "CODE", repeat: true, summary: "only the edits of this code", complete: "none" },
    { name: "dry-run", summary: "show the edits; write nothing" },
  ],
  examples: [{ line: "breakwater plan fix plans/x.plan.md --apply BW112", note: "one kind of mistake" }],
  load: () => import("./run.ts"),
};
