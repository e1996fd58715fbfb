import { plainName } from "./host-tool.ts";
import { type ReadingCommand, readingCommand } from "./reading-command.ts";
import type { StagnationRules } from "./rules.ts";
import type { StreamIntent } from "./stream-event.ts";
import { canonicalText, digestOf } from "./text-digest.ts";
import type { FileEffect, Page } from "./tool-call.ts";

/** What an announced call asks for, before anything is known of its result. */
export type Request = {
  readonly request: string;
  readonly page: Page | undefined;
  readonly patient: boolean;
  readonly isCheck: boolean;
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
  const told = command === undefined ? undefined : describeCommand(command, rules);
  const patient = told?.patient === true || isPatientTool(tool, rules);
  const kind = told?.reading === undefined ? intent.kind : "read";
  const common = { patient, isCheck: told?.isCheck === true, kind };
  const part = told?.reading?.part;
  if (part !== undefined) {
    const { path, start, written } = part;
    return { ...common, shown: path, request: `part of ${path}`, page: { digest: written, start } };
  }
  const { rest, page } = splitPaging(input, rules);
  const request = bounded(
    `${tool}\n${paths.length === 1 ? paths[0] : paths.join("\n")}\n${told?.loose ?? ""}\n${rest}`,
  );
  return { ...common, shown: undefined, request, page };
}

function bounded(text: string): string {
  return text.length <= MOST_REQUEST ? text : digestOf(text);
}

const MOST_REQUEST = 600;

/** The file effects that only the arguments of a successful write tell. */
export function effectsOf({ kind, input }: StreamIntent, path: string | undefined): readonly FileEffect[] {
  if ((kind !== "write" && kind !== "delete") || input === undefined || path === undefined) return [];
  const old = textAt(input, ["oldstring", "oldstr", "oldtext", "find", "search"]);
  const next = textAt(input, ["newstring", "newstr", "newtext", "replace", "replacement"]);
  if (old !== undefined && next !== undefined)
    return [{ path, from: `edit:${bounded(old)}`, content: `edit:${bounded(next)}` }];
  const whole = textAt(input, ["content", "filetext", "contents", "newsource"]);
  return whole === undefined ? [] : [{ path, content: `text:${bounded(whole)}` }];
}

type Command = {
  readonly loose: string;
  readonly reading: ReadingCommand | undefined;
  readonly patient: boolean;
  readonly isCheck: boolean;
};

function describeCommand(command: string, rules: StagnationRules): Command {
  const { patience, checks } = wordsOf(rules);
  const words = command.slice(0, MOST_COMMAND).split(/[\s;&|()"':/]{1,40}/u);
  return {
    loose: looseCommand(command),
    reading: readingCommand(command),
    patient: words.some((word) => patience.has(word)) || LOG.test(command),
    isCheck: words.some((word) => checks.has(word)),
  };
}

/** Who looks at the end of a log waits for what comes next. */
const LOG = /^tail\b[^|;&]{0,200}\.(?:log|out)\b/u;

type RuleWords = {
  readonly patience: ReadonlySet<string>;
  readonly checks: ReadonlySet<string>;
  readonly keys: Map<string, KeyKind>;
};

/** The words of rules as sets, made once for each set of rules. */
const ruleWords = new WeakMap<StagnationRules, RuleWords>();

function wordsOf(rules: StagnationRules): RuleWords {
  const known = ruleWords.get(rules);
  if (known !== undefined) return known;
  const made = {
    patience: new Set(rules.patience.words),
    checks: new Set(rules.checks),
    keys: new Map<string, KeyKind>(),
  };
  ruleWords.set(rules, made);
  return made;
}

/** A command without what changes only how much of its output is seen. */
export function looseCommand(command: string): string {
  const cut = command.slice(0, MOST_COMMAND).trim();
  if (!/[|>]|\s\s/u.test(cut)) return cut;
  return cut
    .replace(/\d?>&\d/gu, " ")
    .replace(/\| {0,4}(?:tail|head|cat)\b[^|;&]{0,40}$/u, " ")
    .replace(/\s{1,40}/gu, " ")
    .trim();
}

const MOST_COMMAND = 4_000;

type KeyKind = "paging" | "aside" | "rest";

function kindOfKey(key: string, rules: StagnationRules): KeyKind {
  const { keys } = wordsOf(rules);
  const known = keys.get(key);
  if (known !== undefined) return known;
  const name = plainName(key);
  const aside = rules.asides.includes(name) || TARGETS.has(name);
  const kind = rules.paging.keys.includes(name) ? "paging" : aside ? "aside" : "rest";
  if (keys.size < MOST_KEYS) keys.set(key, kind);
  return kind;
}

const MOST_KEYS = 500;

function splitPaging(
  input: StreamIntent["input"],
  rules: StagnationRules,
): { readonly rest: string; readonly page: Page | undefined } {
  if (input === undefined) return { rest: "", page: undefined };
  let rest = "";
  let paging = "";
  let start: number | undefined;
  // Most hosts write their arguments in one order; another order only makes another request.
  for (const key in input) {
    const kind = kindOfKey(key, rules);
    if (kind === "aside") continue;
    const value = input[key];
    const text = typeof value === "string" && value.length <= 200 ? value : canonicalText(value);
    if (kind === "rest") rest += `${key}=${text}\n`;
    else {
      paging += `${key}=${text}\n`;
      start ??= rules.paging.starts.includes(plainName(key)) ? firstNumber(value) : undefined;
    }
  }
  return { rest, page: { digest: paging, start: start ?? 0 } };
}

/** Paths and commands are compared in their plain form. */
const TARGETS = new Set(["path", "filepath", "command", "cmd"]);

function firstNumber(value: unknown): number | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  const number = typeof first === "string" && /^\d{1,9}/u.test(first) ? Number.parseInt(first, 10) : first;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

function isPatientTool(tool: string, { patience }: StagnationRules): boolean {
  const name = plainName(tool);
  return patience.tools.includes(name) || patience.toolParts.some((part) => name.includes(part));
}

function textAt(input: Readonly<Record<string, unknown>>, names: readonly string[]): string | undefined {
  for (const key in input) {
    const value = input[key];
    if (typeof value === "string" && names.includes(plainName(key))) return value;
  }
  return undefined;
}
