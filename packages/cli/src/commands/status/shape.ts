import type { CommandShape } from "../../command-spec.ts";

/** What `status` is called and takes; apart from what loads the rest of it, for an answer without that. */
export const shape: CommandShape = {
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
};
