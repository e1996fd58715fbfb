import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "scope manifest",
  summary: "Say each fault of a wave-scope.json; a sound one is printed again",
  group: "plan",
  arguments: [
    {
      name: "file",
      summary: "the manifest; read from stdin where none is named",
      optional: true,
      complete: "file",
    },
  ],
  examples: [
    {
      line: "breakwater scope manifest .claude/wave-scope.json",
      note: "exit code 3 with a fault, 2 if unreadable",
    },
  ],
  load: () => import("./run.ts"),
};
