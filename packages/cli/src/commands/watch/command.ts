import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "watch",
  summary: "Follow a session that runs elsewhere",
  group: "look",
  arguments: [
    {
      name: "session",
      summary: "the beginning of a session id; the newest one",
      optional: true,
      complete: "none",
    },
  ],
  options: [{ name: "exit-status", summary: "end with the session's own exit code" }],
  load: () => import("./run.ts"),
};
