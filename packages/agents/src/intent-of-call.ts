import { PATH_FIELDS, readPatch, toolKindOf } from "@breakwater/guard";
import type { ToolIntent, ToolKind } from "./contract.ts";
import { type JsonObject, textOf } from "./json-shape.ts";

/** A tool call by its name and input as an intent: its kind, and the paths and the command that it names. */
export function intentOfCall(call: {
  readonly call: string;
  readonly tool: string;
  readonly input: JsonObject;
}): ToolIntent {
  const { tool, input } = call;
  if (toolKindOf(tool).kind === "patch") return { ...call, ...patchOf(input) };
  const kind = kindOf(tool);
  const command = kind === "exec" ? textOf(input["command"]) : undefined;
  const paths = kind === "exec" ? [] : PATH_FIELDS.flatMap((field) => textOf(input[field]) ?? []);
  return { ...call, kind, paths, ...(command === undefined ? {} : { command }) };
}

/** Where a client puts the text of a patch. */
const PATCH_FIELDS = ["command", "patch", "input", "diff"] as const;

/** The files of a patch, by its own text and by the fields beside it; a text that is no patch names none. */
function patchOf(input: JsonObject): Pick<ToolIntent, "kind" | "paths"> {
  const files = PATCH_FIELDS.flatMap((field) => readPatch(textOf(input[field]) ?? "") ?? []);
  const named = PATH_FIELDS.flatMap((field) => textOf(input[field]) ?? []);
  const isDelete = files.length > 0 && files.every(({ action }) => action === "delete");
  return {
    kind: isDelete ? "delete" : "write",
    paths: [...new Set([...named, ...files.map(({ path }) => path)])],
  };
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
