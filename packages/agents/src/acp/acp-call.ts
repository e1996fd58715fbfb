import type { RequestPermissionRequest, ToolCallUpdate } from "@agentclientprotocol/sdk";
import type { ToolIntent, ToolKind } from "../contract.ts";
import { isJsonObject, type JsonObject, oneOf, present, textOf } from "../json-shape.ts";

/** What is known of a tool call so far; later messages add to it. */
export type AcpCall = JsonObject & { readonly toolCallId: string };

type ProtocolKind = NonNullable<ToolCallUpdate["kind"]>;

const KINDS: Readonly<Record<ProtocolKind, ToolKind>> = {
  read: "read",
  edit: "write",
  delete: "delete",
  move: "write",
  search: "read",
  execute: "exec",
  think: "other",
  fetch: "net",
  switch_mode: "other",
  other: "other",
};

/** The call in a message that names one. */
export function callIn(message: unknown): AcpCall | undefined {
  const id = isJsonObject(message) ? textOf(message.toolCallId) : undefined;
  return isJsonObject(message) && id !== undefined ? { ...message, toolCallId: id } : undefined;
}

/** What was known of a call, with what a later message says; null says nothing. */
export function joined(known: AcpCall | undefined, update: AcpCall): AcpCall {
  const told = Object.fromEntries(
    Object.entries(update).filter(([, value]) => value !== null && value !== undefined),
  );
  return { ...known, ...told, toolCallId: update.toolCallId };
}

/** The intent of a call: every path that any part of the message names. */
export function intentOfCall(call: AcpCall): ToolIntent {
  const { rawInput } = call;
  const input = isJsonObject(rawInput) ? rawInput : undefined;
  const kind = KINDS[oneOf(call.kind, Object.keys(KINDS) as ProtocolKind[]) ?? "other"];
  const title = textOf(call.title) ?? "";
  const command = kind === "exec" ? (commandOf(input) ?? title) : undefined;
  const shown = changesOf(call);
  return {
    call: call.toolCallId,
    tool: textOf(call.name) ?? textOf(call.kind) ?? "tool",
    kind,
    paths: kind === "exec" ? [] : [...new Set([...placesOf(call), ...pathsIn(input)])],
    ...present({ command, directory: kind === "exec" ? textOf(input?.["cwd"]) : undefined }),
    ...(input === undefined && shown.length === 0
      ? {}
      : { input: { ...(shown.length === 0 ? {} : { changes: shown }), ...input } }),
  };
}

function commandOf(input: JsonObject | undefined): string | undefined {
  const command = input?.["command"] ?? input?.["cmd"];
  if (Array.isArray(command)) return command.map(String).join(" ");
  return textOf(command);
}

/** Names under which agents write the file that a call is about. */
const PATH_KEYS = ["file_path", "filePath", "path", "abs_path", "absolute_path", "notebook_path"] as const;

function pathsIn(input: JsonObject | undefined): readonly string[] {
  return input === undefined ? [] : PATH_KEYS.flatMap((key) => textOf(input[key]) ?? []);
}

function placesOf(call: AcpCall): readonly string[] {
  const locations = Array.isArray(call.locations) ? call.locations.filter(isJsonObject) : [];
  return [...locations, ...changesOf(call)].flatMap(({ path }) => textOf(path) ?? []);
}

function changesOf({ content }: AcpCall): readonly JsonObject[] {
  const parts = Array.isArray(content) ? content.filter(isJsonObject) : [];
  return parts.filter(({ type }) => type === "diff");
}

const MOST_OUTPUT = 64 * 1024;

/** The text that a finished call shows. */
export function outputOf(call: AcpCall): string {
  const parts = Array.isArray(call.content) ? call.content.filter(isJsonObject) : [];
  const texts = parts.flatMap(({ content }) => (isJsonObject(content) ? (textOf(content.text) ?? []) : []));
  const raw = call.rawOutput;
  return (texts.length > 0 ? texts.join("\n") : (textOf(raw) ?? "")).slice(-MOST_OUTPUT);
}

type OptionKind = RequestPermissionRequest["options"][number]["kind"];

/** The answer to a request for permission. Only this one call is ever allowed; what cannot be said is a refusal. */
export function permissionAnswer(options: unknown, allowed: boolean): JsonObject {
  const wanted: OptionKind = allowed ? "allow_once" : "reject_once";
  const list = Array.isArray(options) ? options.filter(isJsonObject) : [];
  const optionId = textOf(list.find(({ kind }) => kind === wanted)?.optionId);
  return { outcome: optionId === undefined ? { outcome: "cancelled" } : { outcome: "selected", optionId } };
}
