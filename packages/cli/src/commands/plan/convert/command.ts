import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "plan convert",
  summary: "Write a plan as Markdown, YAML or JSON with the same meaning",
  group: "plan",
  arguments: [{ name: "file", summary: "the plan file", complete: "file" }],
  options: [
    { name: "to", value: "FORMAT", choices: ["markdown", "yaml", "json"], summary: "the format (markdown)" },
  ],
  examples: [
    { line: "breakwater plan convert x.plan.md --to yaml > x.plan.yaml", note: "the hash stays the same" },
  ],
  load: () => import("./run.ts"),
};
