import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "plan draft",
  summary: "Let an agent draft a plan for a goal; you edit and approve it",
  group: "plan",
  arguments: [{ name: "goal", summary: "what shall be true afterwards", complete: "none" }],
  options: [
    {
      name: "session",
      value: "TYPE",
      choices: ["housekeeping", "feature", "deep"],
      summary: "the kind of session (feature)",
    },
    { name: "agent", value: "NAME", summary: "who drafts (the project's agent)", complete: "none" },
    { name: "model", value: "NAME", summary: "the model that drafts", complete: "none" },
    {
      name: "out",
      value: "FILE",
      summary: "the file (plans/GOAL.plan.md); an existing one is kept",
      complete: "file",
    },
    { name: "skeleton", summary: "write a skeleton by rules; no agent drafts" },
    { name: "scripts", value: "DIR", summary: "scripts for the scripted agent", complete: "folder" },
  ],
  examples: [{ line: 'breakwater plan draft "Limit the public API by key"', note: "then edit and approve" }],
  load: () => import("./run.ts"),
};
