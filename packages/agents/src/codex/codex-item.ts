import type { ToolIntent, ToolKind } from "../contract.ts";
import { isJsonObject, type JsonObject, present, textOf } from "../json-shape.ts";

/** An item of a thread, as `item/started` and `item/completed` name it. */
export type CodexItem = JsonObject & { readonly id: string; readonly type: string };

export function itemIn(params: JsonObject): CodexItem | undefined {
  const { item } = params;
  const id = isJsonObject(item) ? textOf(item.id) : undefined;
  const type = isJsonObject(item) ? textOf(item.type) : undefined;
  return isJsonObject(item) && id !== undefined && type !== undefined ? { ...item, id, type } : undefined;
}

/**
 * The tool call that an item is; `undefined` for what is none (messages, thoughts, plans). A patch that is
 * not known names no path, so that the door refuses it.
 */
export function intentOfItem(item: CodexItem): ToolIntent | undefined {
  switch (item.type) {
    case "commandExecution":
      return commandIntent(item.id, item);
    case "fileChange":
      return patchIntent(item.id, item);
    case "mcpToolCall":
      return otherIntent(item, { kind: "mcp", tool: `${textOf(item.server)}/${textOf(item.tool)}` });
    case "dynamicToolCall":
      return otherIntent(item, { kind: "other", tool: textOf(item.tool) ?? item.type });
    case "collabAgentToolCall":
      return otherIntent(item, { kind: "spawn", tool: textOf(item.tool) ?? item.type });
    case "webSearch":
      return otherIntent(item, { kind: "net", tool: "web_search" });
    default:
      // Items are an open list of the client; what is no call is not judged.
      return undefined;
  }
}

/** The call that a request for a command is about; input to a running command is one too. */
export function commandIntent(call: string, asked: JsonObject): ToolIntent {
  const directory = textOf(asked.cwd);
  return {
    call,
    tool: asked.kind === "writeStdin" ? "write_stdin" : "exec_command",
    kind: "exec",
    paths: [],
    command: textOf(asked.command) ?? "",
    ...present({ directory }),
    ...present({ input: inputOf({ reason: asked.reason }) }),
  };
}

/** The call that an announced patch is; moved files count at both places. */
export function patchIntent(call: string, item: JsonObject | undefined): ToolIntent {
  const changes = Array.isArray(item?.changes) ? item.changes.filter(isJsonObject) : [];
  const kinds = changes.map(({ kind }) => (isJsonObject(kind) ? kind : {}));
  const paths = changes.flatMap(({ path }, index) =>
    [path, kinds[index]?.move_path].flatMap((each) => textOf(each) ?? []),
  );
  const onlyDeletes = kinds.length > 0 && kinds.every(({ type }) => type === "delete");
  return {
    call,
    tool: "apply_patch",
    kind: onlyDeletes ? "delete" : "write",
    paths,
    ...(changes.length === 0 ? {} : { input: { changes } }),
  };
}

/** What a finished call shows: whether it went well, and the end of its output. */
export function shownBy(item: CodexItem): { readonly ok: boolean; readonly output: string } {
  const { status, exitCode } = item;
  const ok = status === "completed" && (exitCode === undefined || exitCode === null || exitCode === 0);
  return { ok, output: (textOf(item.aggregatedOutput) ?? "").slice(-MOST_OUTPUT) };
}

const MOST_OUTPUT = 64 * 1024;

/** Notifications that are known, and saying nothing that is not told otherwise. */
export const SILENT: ReadonlySet<string> = new Set([
  "thread/started",
  "thread/status/changed",
  "thread/settings/updated",
  "turn/diff/updated",
  "turn/plan/updated",
  "item/agentMessage/delta",
  "item/fileChange/outputDelta",
  "item/fileChange/patchUpdated",
  "item/plan/delta",
  "item/reasoning/summaryPartAdded",
  "item/reasoning/summaryTextDelta",
  "item/reasoning/textDelta",
  "remoteControl/status/changed",
  "serverRequest/resolved",
  "skills/changed",
]);

function otherIntent(
  item: CodexItem,
  { kind, tool }: { readonly kind: ToolKind; readonly tool: string },
): ToolIntent {
  return { call: item.id, tool, kind, paths: [], ...present({ input: inputOf(item) }) };
}

function inputOf(fields: JsonObject): JsonObject | undefined {
  const input = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  );
  return Object.keys(input).length === 0 ? undefined : input;
}
