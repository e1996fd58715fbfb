import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "logs",
  summary: "Print what happened in a session, or what one agent did",
  group: "look",
  arguments: [
    {
      name: "attempt",
      summary: "an attempt such as T3.1, for its own events",
      optional: true,
      complete: "none",
    },
  ],
  options: [{ name: "session", value: "ID", summary: "another session than the newest", complete: "none" }],
  load: () => import("./run.ts"),
};
