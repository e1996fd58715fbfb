import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "config check",
  summary: "Say what is wrong with the settings; exit code 3 where a session would be refused",
  group: "care",
  arguments: [
    {
      name: "file",
      summary: "judge this file by itself, without the machine around it",
      optional: true,
      complete: "file",
    },
  ],
  examples: [
    { line: "breakwater config check", note: "everything that holds here" },
    { line: "breakwater config check --json AGENTS.md", note: "values and diagnostics of one file" },
  ],
  load: () => import("./run.ts"),
};
