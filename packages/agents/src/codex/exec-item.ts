import { resolve } from "node:path";
import type { ToolIntent } from "../contract.ts";
import { isJsonObject, textOf } from "../json-shape.ts";
import type { CodexItem } from "./codex-item.ts";

/** Items of the stream that are tool calls; each must have been asked about. */
export const EXEC_CALLS: ReadonlySet<string> = new Set([
  "file_change",
  "command_execution",
  "mcp_tool_call",
  "collab_tool_call",
  "web_search",
]);

/**
 * Whether a call of the stream is the one that the door was asked about. The stream names calls differently
 * than hooks do, so what they are about decides: the command, or that every changed file was named.
 */
export function isAbout(intent: ToolIntent, item: CodexItem, workspace: string): boolean {
  switch (item.type) {
    case "command_execution":
      return intent.kind === "exec" && isCommand(textOf(item.command) ?? "", intent.command);
    case "file_change": {
      const named = intent.paths.map((path) => resolve(intent.directory ?? workspace, path));
      const changed = pathsOf(item);
      return changed.length > 0 && changed.every((path) => named.includes(resolve(workspace, path)));
    }
    case "mcp_tool_call":
      return intent.kind === "mcp" && intent.tool.endsWith(textOf(item.tool) ?? "?");
    default:
      return false;
  }
}

/** What a call is about, for a message. */
export function targetOf(item: CodexItem): string {
  return textOf(item.command) ?? (pathsOf(item).join(" ") || item.id);
}

/** Whether a finished call went well, and the end of what it showed. */
export function shownBy(item: CodexItem): { readonly ok: boolean; readonly output: string } {
  const output = (textOf(item.aggregated_output) ?? "").slice(-MOST_OUTPUT);
  return { ok: item.status === "completed", output };
}

const MOST_OUTPUT = 64 * 1024;

function pathsOf({ changes }: CodexItem): readonly string[] {
  return Array.isArray(changes) ? changes.filter(isJsonObject).flatMap(({ path }) => textOf(path) ?? []) : [];
}

/** The stream shows the whole line of the shell, quoted: `/bin/bash -lc 'npm test'`. */
function isCommand(line: string, asked: string | undefined): boolean {
  return asked !== undefined && asked !== "" && unquoted(line).endsWith(unquoted(asked));
}

function unquoted(text: string): string {
  return text.replace(/['"\\]/gu, "");
}
