import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "drop",
  summary: "Take a task out of the plan",
  group: "run",
  arguments: [{ name: "task", summary: "the id of the task", complete: "none" }],
  options: [
    { name: "session", value: "ID", summary: "another session than the newest", complete: "none" },
    { name: "reason", value: "TEXT", summary: "recorded with it", complete: "none" },
  ],
  load: () => import("./run.ts"),
};
