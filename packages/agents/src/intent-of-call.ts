import { PATH_FIELDS, toolKindOf } from "@breakwater/guard";
import type { ToolIntent, ToolKind } from "./contract.ts";
import { type JsonObject, textOf } from "./json-shape.ts";

/** A tool call by its name and input as an intent: its kind, and the paths and the command that it names. */
export function intentOfCall(call: {
  readonly call: string;
  readonly tool: string;
  readonly input: JsonObject;
}): ToolIntent {
  const { tool, input } = call;
  const kind = kindOf(tool);
  const command = kind === "exec" ? textOf(input["command"]) : undefined;
  const paths = kind === "exec" ? [] : PATH_FIELDS.flatMap((field) => textOf(input[field]) ?? []);
  return { ...call, kind, paths, ...(command === undefined ? {} : { command }) };
}

function kindOf(tool: string): ToolKind {
  switch (toolKindOf(tool).kind) {
    case "read":
      return "read";
    case "write":
    case "patch":
      return "write";
    case "shell":
      return "exec";
    case "agent":
      return "spawn";
    case "unknown":
      return /^mcp(?:__|:)/iu.test(tool) ? "mcp" : "other";
  }
}
