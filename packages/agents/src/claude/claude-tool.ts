import type { ToolIntent, ToolKind } from "../contract.ts";
import { type JsonObject, present, textOf } from "../json-shape.ts";

/**
 * The built-in tools that an attempt gets; the list is closed, so that a tool of a newer client is not there
 * until it is known here. None of them starts another agent, schedules work or leaves the workspace.
 */
export const CLAUDE_TOOLS = [
  "Bash",
  "Edit",
  "NotebookEdit",
  "Read",
  "WebFetch",
  "WebSearch",
  "Write",
] as const;

/** The tool by which the client hands in a report by schema; it touches nothing and is no tool call. */
export const REPORT_TOOL = "StructuredOutput";

const KINDS: Readonly<Record<string, ToolKind>> = {
  Agent: "spawn",
  Bash: "exec",
  Edit: "write",
  Glob: "read",
  Grep: "read",
  LS: "read",
  Monitor: "exec",
  MultiEdit: "write",
  NotebookEdit: "write",
  NotebookRead: "read",
  PowerShell: "exec",
  Read: "read",
  Task: "spawn",
  WebFetch: "net",
  WebSearch: "net",
  Workflow: "spawn",
  Write: "write",
};

const PATH_KEYS = ["file_path", "notebook_path", "path"] as const;

/** A tool call as the door judges it. A tool that is not known here is `other`, or `mcp` by its name. */
export function intentOf(
  call: string,
  tool: string,
  { input, agent }: { readonly input: JsonObject; readonly agent?: string | undefined },
): ToolIntent {
  const kind = KINDS[tool] ?? (tool.startsWith("mcp__") ? "mcp" : "other");
  const paths = PATH_KEYS.flatMap((key) => textOf(input[key]) ?? []);
  const command = kind === "exec" ? textOf(input.command) : undefined;
  return { call, tool, kind, paths, input, ...present({ command, agent }) };
}
