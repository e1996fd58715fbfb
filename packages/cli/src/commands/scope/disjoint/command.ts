import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "scope disjoint",
  summary: "Say whether the scopes on stdin can ever meet in a file",
  group: "plan",
  examples: [
    {
      line: `echo '{"T1":["src/**"],"T2":["src/a.ts"]}' | breakwater scope disjoint`,
      note: "exit code 3: they meet",
    },
  ],
  load: () => import("./run.ts"),
};
