import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "stop",
  summary: "Stop what runs, keep every result, end the session",
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
