import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "steer",
  summary: "Send a message to the agent at work on a task",
  group: "run",
  arguments: [
    { name: "task", summary: "the id of the task", complete: "none" },
    { name: "text", summary: "the message", rest: true, complete: "none" },
  ],
  options: [{ name: "session", value: "ID", summary: "another session than the newest", complete: "none" }],
  load: () => import("./run.ts"),
};
