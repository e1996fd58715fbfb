import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "stagnation eval",
  summary: "Say which recorded streams of tool calls are stuck",
  group: "look",
  arguments: [{ name: "file", summary: "JSON lines, one stream each; - for stdin", complete: "file" }],
  examples: [
    { line: "breakwater stagnation eval streams.jsonl --json", note: "one verdict a line, then a summary" },
  ],
  load: () => import("./run.ts"),
};
