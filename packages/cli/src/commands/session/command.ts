import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "session",
  summary: "Begin a session: say what is left over, draft its plan",
  group: "start",
  arguments: [
    {
      name: "type",
      summary: "the kind of session",
      choices: ["housekeeping", "feature", "deep"],
      optional: true,
    },
  ],
  options: [
    {
      name: "goal",
      value: "TEXT",
      summary: "what shall be true afterwards; asked for in a terminal",
      complete: "none",
    },
    { name: "agent", value: "NAME", summary: "who drafts (the project's agent)", complete: "none" },
    { name: "model", value: "NAME", summary: "the model that drafts", complete: "none" },
    {
      name: "out",
      value: "FILE",
      summary: "the file (plans/GOAL.plan.md); an existing one is kept",
      complete: "file",
    },
    { name: "continue", summary: "go on with an unfinished session that STATE.md tells of" },
    { name: "skeleton", summary: "write a skeleton by rules; no agent drafts" },
    { name: "scripts", value: "DIR", summary: "scripts for the scripted agent", complete: "folder" },
  ],
  examples: [{ line: 'breakwater session feature --goal "Limit the public API"', note: "without questions" }],
  load: () => import("./run.ts"),
};
