import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "plan import",
  summary: "Write a plan from a file of spec-kit, GSD, Taskmaster, Kiro, or a plan document",
  group: "plan",
  arguments: [
    { name: "file", summary: "tasks.md, PLAN.md, tasks.json or a plan document", complete: "file" },
  ],
  options: [
    {
      name: "from",
      value: "FORMAT",
      choices: ["session-plan", "spec-kit", "gsd", "taskmaster", "kiro"],
      summary: "the format, where its content does not say",
    },
    {
      name: "out",
      value: "FILE",
      summary: "the file, instead of stdout; an existing one is kept",
      complete: "file",
    },
  ],
  examples: [
    { line: "breakwater plan import tasks.md --out plans/x.plan.md", note: "then lint it and fill the gaps" },
  ],
  load: () => import("./run.ts"),
};
