import { RecentMap } from "./bounded-memory.ts";
import { describeCommand, type Command } from "./describe-command.ts";
import { type Fingerprint, fingerprintOf, withText, withValue } from "./fingerprint.ts";
import { plainName } from "./host-tool.ts";
import type { StagnationRules } from "./rules.ts";
import type { StreamIntent } from "./stream-event.ts";
import type { FileEffect, Page } from "./tool-call.ts";

/** What an announced call asks for, before anything is known of its result. */
export type Request = {
  readonly request: Fingerprint;
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
  const known = wordsOf(rules);
  const asked = toolOf(tool, rules, known);
  const told = command === undefined ? NO_COMMAND : commandOf(command, known);
  const patient = told.patient || asked.patient;
  const kind = told.reading === undefined ? intent.kind : "read";
  const part = told.reading?.part;
  if (part !== undefined) {
    const { path, start, written } = part;
    const page = { digest: fingerprintOf(written), start };
    const request = withText(PART, path);
    return { request, page, patient, isCheck: told.isCheck, kind, shown: path };
  }
  let request = asked.fingerprint + told.fingerprint;
  for (const path of paths) request = withText(request, path);
  if (input === undefined)
    return { request, page: undefined, patient, isCheck: told.isCheck, kind, shown: undefined };
  let paging = 0;
  let start: number | undefined;
  // Most hosts write their arguments in one order; another order only makes another request.
  for (const key in input) {
    const argument = known.keys.get(key) ?? argumentOf(key, rules, known);
    if (argument.kind === "aside") continue;
    const value = input[key];
    if (argument.kind === "rest") request = withValue(request + argument.fingerprint, value);
    else {
      paging = withValue(paging + argument.fingerprint, value);
      if (start === undefined && argument.starts) start = firstNumber(value);
    }
  }
  const page = paging === 0 ? WHOLE : { digest: paging, start: start ?? 0 };
  return { request, page, patient, isCheck: told.isCheck, kind, shown: undefined };
}

const PART = fingerprintOf("part of");
const WHOLE: Page = { digest: 0, start: 0 };

/** The file effects that only the arguments of a successful write tell. */
export function effectsOf({ kind, input }: StreamIntent, path: string | undefined): readonly FileEffect[] {
  if ((kind !== "write" && kind !== "delete") || input === undefined || path === undefined) return [];
  const old = textAt(input, OLD_TEXTS);
  const next = textAt(input, NEW_TEXTS);
  if (old !== undefined && next !== undefined)
    return [{ path, from: withText(EDITED, old), content: withText(EDITED, next) }];
  const whole = textAt(input, WHOLE_TEXTS);
  return whole === undefined ? [] : [{ path, content: withText(WRITTEN, whole) }];
}

const OLD_TEXTS = new Set(["oldstring", "oldstr", "oldtext", "find", "search"]);
const NEW_TEXTS = new Set(["newstring", "newstr", "newtext", "replace", "replacement"]);
const WHOLE_TEXTS = new Set(["content", "filetext", "contents", "newsource"]);
const EDITED = fingerprintOf("edit");
const WRITTEN = fingerprintOf("text");

function textAt(input: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): string | undefined {
  for (const key in input) {
    const value = input[key];
    if (typeof value === "string" && names.has(plainName(key))) return value;
  }
  return undefined;
}

type KnownCommand = Command & { readonly fingerprint: Fingerprint };
const NO_COMMAND: KnownCommand = {
  loose: "",
  reading: undefined,
  patient: false,
  isCheck: false,
  fingerprint: 0,
};

type Tool = { readonly patient: boolean; readonly fingerprint: Fingerprint };
type Argument = {
  readonly kind: "paging" | "aside" | "rest";
  readonly starts: boolean;
  readonly fingerprint: Fingerprint;
};

/** What was found out once about tools, arguments and commands by one set of rules; all of it is bounded. */
type RuleWords = {
  readonly patience: ReadonlySet<string>;
  readonly checks: ReadonlySet<string>;
  readonly tools: RecentMap<string, Tool>;
  readonly keys: RecentMap<string, Argument>;
  readonly commands: RecentMap<string, KnownCommand>;
};

const ruleWords = new WeakMap<StagnationRules, RuleWords>();

function wordsOf(rules: StagnationRules): RuleWords {
  const known = ruleWords.get(rules);
  if (known !== undefined) return known;
  const made = {
    patience: new Set(rules.patience.words),
    checks: new Set(rules.checks),
    tools: new RecentMap<string, Tool>(MOST_KNOWN),
    keys: new RecentMap<string, Argument>(MOST_KNOWN),
    commands: new RecentMap<string, KnownCommand>(MOST_KNOWN),
  };
  ruleWords.set(rules, made);
  return made;
}

const MOST_KNOWN = 256;

function toolOf(tool: string, { patience }: StagnationRules, { tools }: RuleWords): Tool {
  const known = tools.get(tool);
  if (known !== undefined) return known;
  const name = plainName(tool);
  const made = {
    patient: patience.tools.includes(name) || patience.toolParts.some((part) => name.includes(part)),
    fingerprint: fingerprintOf(tool),
  };
  tools.set(tool, made);
  return made;
}

function commandOf(command: string, words: RuleWords): KnownCommand {
  const known = words.commands.get(command);
  if (known !== undefined) return known;
  const told = describeCommand(command, words);
  const made = { ...told, fingerprint: fingerprintOf(told.loose) };
  if (command.length <= MOST_KEPT) words.commands.set(command, made);
  return made;
}

const MOST_KEPT = 4_096;

function argumentOf(key: string, rules: StagnationRules, { keys }: RuleWords): Argument {
  const name = plainName(key);
  const aside = rules.asides.includes(name) || TARGETS.has(name);
  const made = {
    kind: rules.paging.keys.includes(name) ? "paging" : aside ? "aside" : "rest",
    starts: rules.paging.starts.includes(name),
    fingerprint: fingerprintOf(key),
  } as const;
  keys.set(key, made);
  return made;
}

/** Paths and commands are compared in their plain form. */
const TARGETS = new Set(["path", "filepath", "command", "cmd"]);

function firstNumber(value: unknown): number | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  const number = typeof first === "string" && /^\d{1,9}/u.test(first) ? Number.parseInt(first, 10) : first;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
