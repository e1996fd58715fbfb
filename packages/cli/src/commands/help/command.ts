import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "help",
  summary: "Describe a command, or a topic: exit-codes",
  group: "start",
  arguments: [
    { name: "topic", summary: "a command or exit-codes", optional: true, rest: true, complete: "none" },
  ],
  examples: [{ line: "breakwater help exit-codes", note: "what the exit codes mean" }],
  load: () => import("./run.ts"),
};
