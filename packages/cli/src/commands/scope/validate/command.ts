import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "scope validate",
  summary: "Say whether scope entries can be read and mean something here",
  group: "plan",
  arguments: [{ name: "entries", summary: "entries of one scope, in quotes", rest: true, complete: "none" }],
  examples: [
    { line: "breakwater scope validate 'src/**' 'test/*.ts'", note: "exit code 3 where one is refused" },
  ],
  load: () => import("./run.ts"),
};
