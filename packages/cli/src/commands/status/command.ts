import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "status",
  summary: "Show where a session stands and what waits for you",
  group: "look",
  arguments: [
    {
      name: "session",
      summary: "the beginning of a session id; the newest one",
      optional: true,
      complete: "none",
    },
  ],
  examples: [{ line: "breakwater status --json", note: "for other programs" }],
  load: () => import("./run.ts"),
};
