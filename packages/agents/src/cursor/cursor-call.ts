import type { ToolIntent } from "../contract.ts";
import { isJsonObject, type JsonObject, textOf } from "../json-shape.ts";

/** A tool call as the stream shows it: `{ "writeToolCall": { args, result } }`. */
export type CursorCall = {
  readonly id: string;
  /** The name of its tool without the ending: `write`, `shell`. */
  readonly tool: string;
  /** What it is about: its path or its command. */
  readonly target: string | undefined;
  readonly result: JsonObject | undefined;
};

const MOST_OUTPUT = 64 * 1024;

/** The call in a line of the kind `tool_call`; `undefined` where it shows none. */
export function callIn(message: JsonObject): CursorCall | undefined {
  const shown = isJsonObject(message.tool_call) ? Object.entries(message.tool_call) : [];
  const [name, call] = shown.find(([key]) => key.endsWith("ToolCall")) ?? shown[0] ?? [];
  if (name === undefined || !isJsonObject(call)) return undefined;
  const args = isJsonObject(call.args) ? call.args : {};
  return {
    id: textOf(message.call_id) ?? "",
    tool: name.replace(/ToolCall$/u, ""),
    target: textOf(args.command) ?? textOf(args.path) ?? textOf(args.file_path),
    result: isJsonObject(call.result) ? call.result : undefined,
  };
}

/**
 * Whether a call of the stream is the one that the door was asked about. Ids decide; where stream and hook name
 * calls differently, the path or the command does.
 */
export function isAbout(intent: ToolIntent, { id, target }: CursorCall): boolean {
  if (intent.call === id) return true;
  return target !== undefined && (intent.command === target || intent.paths.includes(target));
}

/** What a finished call shows. */
export function shownBy({ result }: CursorCall): { readonly ok: boolean; readonly output: string } {
  const success = result?.["success"];
  const told = isJsonObject(success) ? success : (result ?? {});
  const texts = [told["stdout"], told["stderr"], told["content"]].flatMap((text) => textOf(text) ?? []);
  const code = isJsonObject(success) ? success["exitCode"] : undefined;
  const output = texts.length > 0 ? texts.join("\n") : JSON.stringify(told);
  return {
    ok: success !== undefined && (code === undefined || code === 0),
    output: output.slice(-MOST_OUTPUT),
  };
}
