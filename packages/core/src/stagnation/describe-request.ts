import type { StagnationRules } from "./rules.ts";
import type { StreamIntent } from "./stream-event.ts";
import { canonicalText, digestOf } from "./text-digest.ts";
import type { FileEffect, Page } from "./tool-call.ts";

/** What an announced call asks for, before anything is known of its result. */
export type Request = {
  readonly request: string;
  readonly page: Page | undefined;
  readonly name: string;
  readonly patient: boolean;
};

/** Splits a call into what it asks for and which part of that; pure and bounded. */
export function describeRequest(
  intent: StreamIntent,
  paths: readonly string[],
  rules: StagnationRules,
): Request {
  const { tool, command, input } = intent;
  const { rest, paging } = splitPaging(input, rules);
  const target = command === undefined ? paths.join(" ") : looseCommand(command);
  const request = digestOf([tool, ...paths, looseCommand(command ?? ""), canonicalText(rest)].join("\n"));
  return {
    request,
    page: input === undefined ? undefined : pageOf(paging, rules),
    name: `${tool} ${target}`.trim().slice(0, MOST_NAME),
    patient: isPatient(intent, rules),
  };
}

/** The file effects that only the arguments of a successful write tell. */
export function effectsOf(input: StreamIntent["input"], path: string | undefined): readonly FileEffect[] {
  if (input === undefined || path === undefined) return [];
  const old = textAt(input, ["old_string", "old_str", "oldText", "old_text", "find"]);
  const next = textAt(input, ["new_string", "new_str", "newText", "new_text", "replace"]);
  if (old !== undefined && next !== undefined)
    return [{ path, from: `edit:${digestOf(old)}`, content: `edit:${digestOf(next)}` }];
  const whole = textAt(input, ["content", "file_text", "contents", "new_source"]);
  return whole === undefined ? [] : [{ path, content: `text:${digestOf(whole)}` }];
}

/** Whether a command runs a check. */
export function isCheck(command: string | undefined, rules: StagnationRules): boolean {
  return command !== undefined && hasWord(command, rules.checks);
}

const MOST_NAME = 200;
const MOST_COMMAND = 4_000;

/** A command without what changes only how much of its output is seen. */
function looseCommand(command: string): string {
  return command
    .slice(0, MOST_COMMAND)
    .replace(/\d?>&\d/gu, " ")
    .replace(/\| {0,4}(?:tail|head|cat)\b[^|;&]{0,40}$/u, " ")
    .replace(/\s{1,40}/gu, " ")
    .trim();
}

function splitPaging(
  input: StreamIntent["input"],
  rules: StagnationRules,
): { readonly rest: Readonly<Record<string, unknown>>; readonly paging: ReadonlyMap<string, unknown> } {
  const paging = new Map<string, unknown>();
  const rest: Record<string, unknown> = {};
  // Paths and commands are compared in their plain form.
  for (const [key, value] of Object.entries(input ?? {})) {
    if (rules.paging.keys.includes(key)) paging.set(key, value);
    else if (!TARGETS.has(key)) rest[key] = value;
  }
  return { rest, paging };
}

const TARGETS = new Set(["path", "file_path", "filePath", "command", "cmd", "description"]);

function pageOf(paging: ReadonlyMap<string, unknown>, rules: StagnationRules): Page {
  const start = rules.paging.starts
    .map((key) => firstNumber(paging.get(key)))
    .find((each) => each !== undefined);
  return { digest: digestOf(canonicalText(Object.fromEntries(paging))), start: start ?? 0 };
}

function firstNumber(value: unknown): number | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "number" && Number.isFinite(first) ? first : undefined;
}

function isPatient({ tool, command }: StreamIntent, { patience }: StagnationRules): boolean {
  if (patience.tools.includes(tool.toLowerCase())) return true;
  return command !== undefined && hasWord(command, patience.words);
}

function hasWord(command: string, words: readonly string[]): boolean {
  return command
    .slice(0, MOST_COMMAND)
    .split(/[\s;&|()"':/]{1,40}/u)
    .some((word) => words.includes(word));
}

function textAt(input: Readonly<Record<string, unknown>>, keys: readonly string[]): string | undefined {
  const value = keys.map((key) => input[key]).find((each) => typeof each === "string");
  return typeof value === "string" ? value : undefined;
}
