import { judgeWrite, type WriteKind } from "../path/judge-write.ts";
import { normalPath, pathIn, resolvePath } from "../path/resolve-path.ts";
import type { GuardContext } from "../policy.ts";
import { fieldsOf, type ToolCall } from "../tool-call.ts";
import type { Finding } from "../verdict.ts";
import { readPatch } from "./patch.ts";
import { secretPath } from "./secret-path.ts";
import { PATH_FIELDS } from "./tool-table.ts";

const MOST_PATHS = 500;

/** Judges every path of a file tool's input; an input without a path in an expected field is refused. */
export function judgeFileTool(
  call: ToolCall,
  context: GuardContext,
  tool: { readonly fields: readonly string[]; readonly folder?: boolean },
): readonly Finding[] {
  const fields = fieldsOf(call.input);
  const command = fields.get("command");
  if (command === "view" && fields.size > 0) return judgeReadTool(call, context);
  if (!tool.fields.some((field) => fields.has(field))) return [malformed("the input names no file")];
  const paths = pathsIn(fields);
  if (paths === undefined || paths.length === 0) return [malformed("a path is missing or is no text")];
  const kind: WriteKind = tool.folder === true ? "folder" : "file";
  const directory = directoryOf(call, context);
  return paths.flatMap((path) => judgeWrite(path, context, { directory, kind }) ?? []);
}

/** Judges a patch given as text, or as the words of a command whose last one is the patch. */
export function judgePatchTool(
  call: ToolCall,
  context: GuardContext,
  fields: readonly string[],
): readonly Finding[] {
  const input = typeof call.input === "string" ? new Map([["input", call.input]]) : fieldsOf(call.input);
  const texts = fields.flatMap((field) => {
    const value: unknown = input.get(field);
    return value === undefined ? [] : [Array.isArray(value) ? value.findLast(isText) : value];
  });
  if (texts.length === 0 || !texts.every(isText)) return [malformed("the input holds no patch")];
  const named = pathsIn(new Map([...input].filter(([field]) => !fields.includes(field))));
  if (named === undefined) return [malformed("a path is no text")];
  const directory = directoryOf(call, context);
  const beside = named.flatMap((path) => judgeWrite(path, context, { directory, kind: "file" }) ?? []);
  return [...beside, ...texts.flatMap((text) => judgePatchText(text, context, directory))];
}

/** Judges all files of one patch. */
export function judgePatchText(
  text: string,
  context: GuardContext,
  directory: string,
  strip?: number,
): readonly Finding[] {
  const files = readPatch(text, strip);
  if (files === undefined || files.length > MOST_PATHS) return [malformed("the patch cannot be read")];
  return files.flatMap((file): readonly Finding[] => {
    if (file.action === "link")
      return [{ decision: "deny", rule: "symlink", step: "the patch makes a symbolic link or submodule" }];
    return [judgeWrite(file.path, context, { directory, kind: "file" }) ?? []].flat();
  });
}

/** Reading is free but for credentials. */
export function judgeReadTool(call: ToolCall, context: GuardContext): readonly Finding[] {
  const paths = pathsIn(fieldsOf(call.input)) ?? [];
  const directory = directoryOf(call, context);
  return paths.flatMap((path): readonly Finding[] => {
    const text = pathIn(directory, path.replace(/^~(?=\/|$)/, context.policy.home));
    const opened = resolvePath(text, context.view);
    const secret =
      secretPath(normalPath(text), context.policy) ??
      (opened.kind === "resolved" ? secretPath(opened.path, context.policy) : undefined);
    return secret === undefined ? [] : [{ decision: "deny", rule: "secrets-read", step: secret, path }];
  });
}

/** The directory that relative paths of a call mean. */
export function directoryOf(call: ToolCall, context: GuardContext): string {
  return call.directory ?? context.policy.root;
}

/** All paths of an input, or `undefined` where a path field holds something else. */
function pathsIn(fields: ReadonlyMap<string, unknown>): readonly string[] | undefined {
  const paths: string[] = [];
  for (const field of PATH_FIELDS) {
    const value: unknown = fields.get(field);
    if (value === undefined || value === null) continue;
    const many = field.endsWith("s");
    if (isText(value)) paths.push(fromUri(field, value));
    else if (many && Array.isArray(value)) {
      for (const entry of value.slice(0, MOST_PATHS + 1)) {
        const inner = isText(entry) ? [entry] : pathsIn(fieldsOf(entry));
        if (inner === undefined || inner.length === 0) return undefined;
        paths.push(...inner);
      }
    } else return undefined;
  }
  for (const entry of arrayOf(fields.get("edits"))) paths.push(...(pathsIn(fieldsOf(entry)) ?? []));
  return paths.length > MOST_PATHS ? undefined : paths;
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MOST_PATHS) : [];
}

function fromUri(field: string, value: string): string {
  return field === "uri" && /^file:\/\/\/[^%?#]*$/.test(value) ? value.slice("file://".length) : value;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function malformed(step: string): Finding {
  return { decision: "deny", rule: "length", step };
}
