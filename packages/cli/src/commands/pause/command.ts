import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "pause",
  summary: "Start nothing new; what runs goes on",
  group: "run",
  arguments: [
    {
      name: "session",
      summary: "the beginning of a session id; the newest one",
      optional: true,
      complete: "none",
    },
  ],
  options: [{ name: "reason", value: "TEXT", summary: "recorded with it", complete: "none" }],
  load: () => import("./run.ts"),
};
