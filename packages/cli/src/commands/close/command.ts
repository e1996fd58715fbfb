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
  options: [
    { name: "summary", summary: "one commit for all, instead of one for each task" },
    { name: "abandon", summary: "end the session without landing anything; its results stay under refs" },
    { name: "reason", value: "TEXT", summary: "why it is abandoned, for whoever resumes", complete: "none" },
    { name: "dry-run", summary: "only say what became of each task and of the documentation" },
    { name: "accept-docs-gap", summary: "close although agreed documentation is missing" },
  ],
  load: () => import("./run.ts"),
};
