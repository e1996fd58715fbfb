import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "retry",
  summary: "Give a task one more attempt",
  group: "run",
  arguments: [{ name: "task", summary: "the id of the task", complete: "none" }],
  options: [{ name: "session", value: "ID", summary: "another session than the newest", complete: "none" }],
  load: () => import("./run.ts"),
};
