import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "close",
  summary: "Run the full gates once more and move your branch to the result",
  group: "run",
  arguments: [
    {
      name: "session",
      summary: "the beginning of a session id; the newest one",
      optional: true,
      complete: "none",
    },
  ],
  options: [{ name: "summary", summary: "one commit for all, instead of one for each task" }],
  load: () => import("./run.ts"),
};
