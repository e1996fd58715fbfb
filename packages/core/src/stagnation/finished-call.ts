import { describeRequest, effectsOf, type Request } from "./describe-request.ts";
import { looseCommand } from "./describe-command.ts";
import { errorClassOf, frictionOf } from "./error-class.ts";
import { type Fingerprint, fingerprintOf, withNumber, withText } from "./fingerprint.ts";
import type { Identities } from "./identity.ts";
import type { StagnationRules } from "./rules.ts";
import type { StreamIntent } from "./stream-event.ts";
import { commandErrorDigest, errorDigest, failureDigest, namedFailureDigest } from "./text-digest.ts";
import type { CallError, FileEffect, Page, ToolCall } from "./tool-call.ts";

/** A call that was announced and has no result yet. */
export type OpenCall = {
  readonly intent: StreamIntent;
  readonly paths: readonly string[];
  /** What was known of the content of each path when it was announced. */
  readonly found: readonly (Fingerprint | undefined)[];
  /** Contents that were seen since it was announced. */
  seen: FileEffect[] | undefined;
};

/** How a call ended; `rule` where the door refused it. */
export type CallEnd = { readonly ok: boolean; readonly output: string; readonly rule?: string };

export const isRead = (kind: string): boolean => kind === "read" || kind === "net";
export const isWrite = (kind: string): boolean => kind === "write" || kind === "delete";

/** What all calls of one agent are read with. */
export type Reading = { readonly rules: StagnationRules; readonly identities: Identities };

/** A finished call: a class, because most of what it can tell is never asked and would cost. */
export class FinishedCall implements ToolCall {
  readonly n: number;
  readonly tool: string;
  readonly kind: string;
  readonly path: string | undefined;
  readonly paths: readonly string[];
  readonly request: Fingerprint;
  readonly page: Page | undefined;
  readonly ok: boolean;
  readonly refused: boolean;
  readonly effects: readonly FileEffect[];
  readonly identity: number | undefined;
  readonly known: boolean;
  readonly empty: boolean;
  readonly failures: Fingerprint | undefined;
  #error: CallError | undefined;
  readonly #intent: StreamIntent;
  readonly #rules: StagnationRules;
  readonly #end: CallEnd;
  readonly #asked: Request;

  constructor({ intent, paths, seen }: OpenCall, end: CallEnd, n: number, { rules, identities }: Reading) {
    const asked = describeRequest(intent, paths, rules);
    const { kind } = asked;
    const writes = isWrite(intent.kind);
    this.n = n;
    this.tool = intent.tool;
    this.kind = kind;
    this.request = asked.request;
    this.page = asked.page;
    this.ok = end.ok;
    this.refused = end.rule !== undefined;
    this.effects = seen ?? (end.ok && writes ? effectsOf(intent, paths[0]) : NO_EFFECTS);
    this.paths = asked.shown === undefined ? touchedBy(paths, this.effects) : [asked.shown];
    this.path = this.paths[0];
    this.empty = kind === "read" && !this.refused && isEmptyHanded(end.output);
    this.failures = kind === "exec" ? failuresOf(asked.isCheck, end) : undefined;
    this.#error = undefined;
    this.#intent = intent;
    this.#rules = rules;
    this.#end = end;
    this.#asked = asked;
    // A write whose effect is not known is like no other: what is unknown accuses nobody.
    const unknown = writes && end.ok && this.effects.length === 0 && intent.input === undefined;
    const numbered = unknown ? undefined : identities(keyOf(this), end.output);
    this.identity = numbered === undefined ? undefined : Math.abs(numbered);
    this.known = numbered !== undefined && numbered > 0;
  }

  get failed(): boolean {
    return !this.ok && !this.empty;
  }

  get error(): CallError | undefined {
    return this.failed ? (this.#error ??= errorOf(this.kind, this.#end)) : undefined;
  }

  get call(): string {
    return this.#intent.call.slice(0, 200);
  }

  get name(): string {
    const { command, tool } = this.#intent;
    const target = command === undefined ? this.paths.join(" ") : looseCommand(command);
    return `${tool} ${target}`.trim().slice(0, MOST_NAME);
  }

  get glimpse(): Fingerprint {
    const { output } = this.#end;
    const ends = output.length <= 96 ? output : output.slice(0, 48) + output.slice(-48);
    return withText(output.length, ends);
  }

  get patient(): boolean {
    return (
      this.#asked.patient ||
      isGoingOn(this.#intent.kind, { ...this.#end, isCheck: this.#asked.isCheck }, this.#rules)
    );
  }

  get grace(): boolean {
    return isForgiven(this.kind, { ...this.#end, isCheck: this.#asked.isCheck }, this.#rules);
  }
}

const MOST_NAME = 200;
const NO_EFFECTS: readonly FileEffect[] = [];

function touchedBy(paths: readonly string[], effects: readonly FileEffect[]): readonly string[] {
  if (effects.every(({ path }) => paths.includes(path))) return paths;
  return [...new Set([...paths, ...effects.map(({ path }) => path)])];
}

function keyOf({ request, page, ok, effects }: ToolCall): Fingerprint {
  let key = withNumber(request + (ok ? 1 : 0), page?.digest ?? 0);
  for (const { path, content } of effects) key = withNumber(withText(key, path), content);
  return key;
}

/** A search that finds nothing is no error, and no news either. */
function isEmptyHanded(output: string): boolean {
  return (
    output === "" || (output.length < 200 && STARTS_OF_NOTHING.has(output.charAt(0)) && NOTHING.test(output))
  );
}

const NOTHING =
  /^(?:\(?(?:no|0) (?:matches|results?|files|output|match|occurrences)\b|exit code 1$|found 0\b|nothing found|no such symbol)/iu;

const STARTS_OF_NOTHING = new Set("(nN0eEfF");

type JudgedEnd = CallEnd & { readonly isCheck: boolean };

/** Whether a short result says that what was asked for is still going on. */
function isGoingOn(kind: string, { ok, output, isCheck }: JudgedEnd, rules: StagnationRules): boolean {
  if (!ok || isCheck || output.length > 300 || isWrite(kind) || isRead(kind)) return false;
  if (namedFailureDigest(output) !== undefined) return false;
  const state = STATE.exec(output)?.[1]?.toLowerCase();
  if (state !== undefined && !ENDED.test(state)) return true;
  const told = ` ${output.toLowerCase().replace(/[^a-z]{1,300}/gu, " ")} `;
  return rules.patience.results.some((words) => told.includes(` ${words} `));
}

/** A state that is told by name, and the states in which nothing is to be waited for. */
const STATE = /\b(?:status|state|phase|conclusion)"?\s{0,4}[:=]\s{0,4}"?([a-z_-]{2,40})/iu;
const ENDED =
  /^(?:ok|done|fail|error|succe|complet|ready|stop|exit|health|pass|cancel|closed|merged|open|active|null|none|true|false|up$|dirty|clean|modified)/u;

function isForgiven(kind: string, end: JudgedEnd, rules: StagnationRules): boolean {
  if (end.rule !== undefined) return false;
  if (end.ok) return kind === "exec" && end.isCheck;
  const look = end.output.slice(0, 2_000).toLowerCase();
  return rules.patience.errors.some((words) => look.includes(words));
}

function errorOf(kind: string, end: CallEnd): CallError {
  const failed = errorClassOf({ kind, output: end.output, rule: end.rule });
  // The complaint of an editing tool quotes the text it looked for, which differs with each try.
  if (failed === "edit-format-friction")
    return { class: failed, digest: fingerprintOf(frictionOf(end.output)) };
  if (end.rule !== undefined) return { class: failed, digest: fingerprintOf(end.rule) };
  const exec = kind === "exec";
  return {
    class: failed,
    digest: exec ? commandErrorDigest(end.output) : errorDigest(end.output),
    ...(exec && end.output.trim().length < LEAST_TELLING ? {} : { telling: true }),
  };
}

/** Shorter errors of commands say nothing of what went wrong. */
const LEAST_TELLING = 16;

function failuresOf(isCheck: boolean, { ok, output, rule }: CallEnd): Fingerprint | undefined {
  if (rule !== undefined || (ok && !isCheck) || output.trim() === "") return undefined;
  return ok ? namedFailureDigest(output) : failureDigest(output);
}
