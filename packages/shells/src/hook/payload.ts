import {
  type HookProtocol,
  intentOfCall,
  isJsonObject,
  type JsonObject,
  parseJson,
  textOf,
  type ToolIntent,
} from "@breakwater/agents";

/** What a hook was told: a call to judge, something that only informs, or nothing that can be read. */
export type HookPayload =
  | {
      readonly kind: "call";
      readonly protocol: HookProtocol;
      readonly intent: ToolIntent;
      /** Where the client's session works, absolute; absent where the payload does not say it. */
      readonly directory?: string;
    }
  | { readonly kind: "notice"; readonly protocol: HookProtocol }
  | { readonly kind: "empty" }
  | { readonly kind: "unreadable"; readonly protocol: HookProtocol; readonly reason: string };

/**
 * Reads the payload of a hook: Claude Code, Codex, Cursor, or any host that sends `tool_name` and `tool_input`.
 * With `auto` its shape says which. Events that come after a call, or about none, are notices; an event that
 * nobody knows is unreadable.
 */
export function readHookPayload(text: string, wanted: HookProtocol | "auto"): HookPayload {
  if (text.trim() === "") return { kind: "empty" };
  const value = parseJson(text);
  if (!isJsonObject(value))
    return {
      kind: "unreadable",
      protocol: wanted === "auto" ? "exit-2" : wanted,
      reason: "the payload is no JSON object",
    };
  const protocol = wanted === "auto" ? protocolOf(value) : wanted;
  const event = textOf(value["hook_event_name"]) ?? (value["hook_event_name"] === undefined ? "" : "?");
  if (NOTICES.test(event)) return { kind: "notice", protocol };
  const call = CALLS.has(event) ? callOf(value, event) : undefined;
  if (call === undefined)
    return { kind: "unreadable", protocol, reason: `the event ${event.slice(0, 40)} holds no call` };
  return { kind: "call", protocol, ...call };
}

/** Events before a call. */
const CALLS: ReadonlySet<string> = new Set([
  "",
  "PreToolUse",
  "preToolUse",
  "beforeShellExecution",
  "beforeMCPExecution",
  "beforeReadFile",
]);
/** Events that only tell; what they tell of has happened or is no call. */
const NOTICES =
  /^(?:(?:Post|post|after)[A-Z]|(?:Session|session)(?:Start|End)$|(?:Subagent|subagent)(?:Start|Stop)$|(?:Stop|stop)(?:Failure)?$|Notification$|UserPromptSubmit$|beforeSubmitPrompt$|(?:Pre|pre)Compact$|CwdChanged$|Task(?:Created|Completed)$|PermissionDenied$)/u;

function protocolOf(value: JsonObject): HookProtocol {
  if ("conversation_id" in value || "cursor_version" in value || "workspace_roots" in value) return "cursor";
  if ("turn_id" in value) return "codex";
  return "hook_event_name" in value ? "claude" : "exit-2";
}

type ReadCall = { readonly intent: ToolIntent; readonly directory?: string };

function callOf(value: JsonObject, event: string): ReadCall | undefined {
  const { tool, input } = toolOf(value, event);
  if (tool === undefined || input === undefined) return undefined;
  const directory = textOf(value["cwd"]);
  const agent = textOf(value["agent_id"]);
  const at = directory !== undefined && directory.startsWith("/") ? { directory } : {};
  const intent: ToolIntent = {
    ...intentOfCall({ call: textOf(value["tool_use_id"]) ?? "", tool, input }),
    ...at,
    ...(agent === undefined ? {} : { agent }),
  };
  return { intent, ...at };
}

function toolOf(
  value: JsonObject,
  event: string,
): { readonly tool: string | undefined; readonly input: JsonObject | undefined } {
  if (event === "beforeShellExecution") return { tool: "Shell", input: { command: value["command"] } };
  if (event === "beforeReadFile") return { tool: "Read", input: { file_path: value["file_path"] } };
  const input = value["tool_input"] ?? {};
  return { tool: textOf(value["tool_name"]), input: readInput(input) };
}

/** Cursor sends the input of an MCP tool as a text of JSON. */
function readInput(input: unknown): JsonObject | undefined {
  const value = typeof input === "string" ? parseJson(input) : input;
  return isJsonObject(value) ? value : undefined;
}
