import { plainName } from "./host-tool.ts";
import { readingCommand } from "./reading-command.ts";
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
  /** The call's own kind, or `read` for a command that only shows something. */
  readonly kind: string;
  /** The file of which a command shows a part. */
  readonly shown: string | undefined;
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
  const common = { name: `${tool} ${target}`.trim().slice(0, MOST_NAME), patient: isPatient(intent, rules) };
  const reading = command === undefined ? undefined : readingCommand(command);
  const kind = reading === undefined ? intent.kind : "read";
  if (reading?.part !== undefined) {
    const { path, start, written } = reading.part;
    const page = { digest: digestOf(written), start };
    return { ...common, kind, shown: path, request: digestOf(`part of ${path}`), page };
  }
  const request = digestOf([tool, ...paths, target, canonicalText(rest)].join("\n"));
  return {
    ...common,
    kind,
    shown: undefined,
    request,
    page: input === undefined ? undefined : pageOf(paging, rules),
  };
}

/** The file effects that only the arguments of a successful write tell. */
export function effectsOf(input: StreamIntent["input"], path: string | undefined): readonly FileEffect[] {
  if (input === undefined || path === undefined) return [];
  const old = textAt(input, ["oldstring", "oldstr", "oldtext", "find", "search"]);
  const next = textAt(input, ["newstring", "newstr", "newtext", "replace", "replacement"]);
  if (old !== undefined && next !== undefined)
    return [{ path, from: `edit:${digestOf(old)}`, content: `edit:${digestOf(next)}` }];
  const whole = textAt(input, ["content", "filetext", "contents", "newsource"]);
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
  for (const [key, value] of Object.entries(input ?? {})) {
    const name = plainName(key);
    if (rules.paging.keys.includes(name)) paging.set(name, value);
    else if (!rules.asides.includes(name) && !TARGETS.has(name)) rest[key] = value;
  }
  return { rest, paging };
}

/** Paths and commands are compared in their plain form. */
const TARGETS = new Set(["path", "filepath", "command", "cmd"]);

function pageOf(paging: ReadonlyMap<string, unknown>, rules: StagnationRules): Page {
  const start = rules.paging.starts
    .map((key) => firstNumber(paging.get(key)))
    .find((each) => each !== undefined);
  return { digest: digestOf(canonicalText(Object.fromEntries(paging))), start: start ?? 0 };
}

function firstNumber(value: unknown): number | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  const number = typeof first === "string" && /^\d{1,9}/u.test(first) ? Number.parseInt(first, 10) : first;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

function isPatient({ tool, command }: StreamIntent, { patience }: StagnationRules): boolean {
  const name = plainName(tool);
  if (patience.tools.includes(name) || patience.toolParts.some((part) => name.includes(part))) return true;
  return command !== undefined && hasWord(command, patience.words);
}

function hasWord(command: string, words: readonly string[]): boolean {
  return command
    .slice(0, MOST_COMMAND)
    .split(/[\s;&|()"':/]{1,40}/u)
    .some((word) => words.includes(word));
}

function textAt(input: Readonly<Record<string, unknown>>, names: readonly string[]): string | undefined {
  const found = Object.entries(input).find(
    ([key, value]) => typeof value === "string" && names.includes(plainName(key)),
  );
  return typeof found?.[1] === "string" ? found[1] : undefined;
}
