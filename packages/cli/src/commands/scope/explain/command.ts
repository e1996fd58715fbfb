import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "scope explain",
  summary: "Say whether a scope lets a path be written, and by which entry",
  group: "plan",
  arguments: [
    { name: "path", summary: "a path from the root of the repository", complete: "file" },
    {
      name: "entries",
      summary: "the entries of the scope, in quotes; none denies everything",
      rest: true,
      optional: true,
    },
  ],
  examples: [{ line: "breakwater scope explain src/a.ts 'src/**'", note: "exit code 3 where it is denied" }],
  load: () => import("./run.ts"),
};
