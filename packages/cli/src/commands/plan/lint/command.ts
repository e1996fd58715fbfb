import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "plan lint",
  summary: "Say what is wrong with a plan, line by line",
  group: "plan",
  arguments: [{ name: "file", summary: "the plan file", complete: "file" }],
  options: [
    { name: "fix", summary: "apply the edits that need no judgement" },
    { name: "unattended", summary: "judge it for a run that nobody watches" },
  ],
  examples: [
    { line: "breakwater plan lint plans/x.plan.md", note: "exit code 3 where it is refused" },
    { line: "breakwater plan lint plans/x.plan.md --json", note: "with machine-applicable edits" },
  ],
  load: () => import("./run.ts"),
};
