import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "scope union",
  summary: "Join the scopes on stdin into one list of entries",
  group: "plan",
  examples: [
    { line: `echo '{"T1":["a/**"],"T2":["b"]}' | breakwater scope union`, note: "one entry on each line" },
  ],
  load: () => import("./run.ts"),
};
