import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "mcp",
  summary: "Serve this checkout's sessions to a coding agent over MCP, on stdin and stdout",
  group: "care",
  options: [
    { name: "requests", summary: "also take requests to a session; without it everything is read-only" },
  ],
  examples: [{ line: "breakwater mcp --requests", note: "what the plugins for hosts register" }],
  load: () => import("./run.ts"),
};
