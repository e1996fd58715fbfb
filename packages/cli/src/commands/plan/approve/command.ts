import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "plan approve",
  summary: "Agree to a plan as it is now, so that go may run it",
  group: "plan",
  arguments: [{ name: "file", summary: "the plan file", complete: "file" }],
  options: [
    {
      name: "hash",
      value: "HASH",
      summary: "only if this is its hash, or the beginning of it",
      complete: "none",
    },
    { name: "unattended", summary: "judge it for a run that nobody watches" },
  ],
  examples: [
    { line: "breakwater plan approve plans/x.plan.md --hash 9c1e2f", note: "what plan show showed" },
  ],
  load: () => import("./run.ts"),
};
