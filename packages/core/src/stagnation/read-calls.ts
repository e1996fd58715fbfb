import { keepYoung, MOST_SUBJECTS } from "./bounded-memory.ts";
import { describeRequest, effectsOf, looseCommand, type Request } from "./describe-request.ts";
import { errorClassOf, frictionOf } from "./error-class.ts";
import type { StagnationRules } from "./rules.ts";
import type { StreamEvent, StreamIntent } from "./stream-event.ts";
import { digestOf, withoutSerials, errorDigest, failureDigest, namesFailure } from "./text-digest.ts";
import { type Identities, openIdentities } from "./identity.ts";
import { type CallError, type FileEffect, type Page, plainPath, type ToolCall } from "./tool-call.ts";

/** Makes finished calls of a stream of events. */
export type CallReader = {
  /** The call that this event finished, if it did. */
  readonly take: (event: StreamEvent) => ToolCall | undefined;
  /** Whether a call is on its way. */
  readonly busy: () => boolean;
};

/**
 * Opens a reader for one agent. Pairs announcements with results and refusals; a result nobody announced and
 * a second result are overlooked. Holds at most 64 open calls and the contents of 64 files.
 */
export function readCalls(rules: StagnationRules, workspace: string | undefined): CallReader {
  const open = new Map<string, OpenCall>();
  const contents = new Map<string, string>();
  const identities = openIdentities();
  let n = 0;
  const finish = (opened: OpenCall | undefined, end: CallEnd): ToolCall | undefined => {
    if (opened === undefined) return undefined;
    open.delete(opened.intent.call);
    return new FinishedCall(opened, end, { n: (n += 1), rules, identities });
  };
  const announce = (intent: StreamIntent): OpenCall => {
    const paths = intent.paths.slice(0, MOST_PATHS).map((path) => plainPath(path, workspace));
    const opened = { intent, paths, found: paths.map((path) => contents.get(path)), seen: [] };
    keepYoung(open, [intent.call, opened], MOST_SUBJECTS);
    return opened;
  };
  return {
    busy: () => open.size > 0,
    take: (event) => {
      switch (event.kind) {
        case "tool-intent":
          announce(event.intent);
          return undefined;
        case "tool-result":
          return finish(open.get(event.call), event);
        case "denied":
          return finish(open.get(event.intent.call) ?? announce(event.intent), {
            ok: false,
            output: event.reason,
            rule: event.rule,
          });
        case "content": {
          const path = plainPath(event.path, workspace);
          const before = contents.get(path);
          keepYoung(contents, [path, event.hash], MOST_SUBJECTS);
          noteContent(open, path, { content: event.hash, before });
          return undefined;
        }
        case "turn":
        case "said":
        case "time":
        case "session":
        case "usage":
        case "question":
        case "raw":
          return undefined;
      }
    },
  };
}

type OpenCall = {
  readonly intent: StreamIntent;
  readonly paths: readonly string[];
  /** What was known of the content of each path when it was announced. */
  readonly found: readonly (string | undefined)[];
  /** Contents that were seen since it was announced. */
  readonly seen: FileEffect[];
};

type CallEnd = { readonly ok: boolean; readonly output: string; readonly rule?: string };

const MOST_PATHS = 32;

/**
 * A content belongs to the writes that name its file. Where none does, a command on its way made it; the look
 * before a write comes ahead of its announcement and belongs to nobody.
 */
function noteContent(
  open: ReadonlyMap<string, OpenCall>,
  path: string,
  seen: { readonly content: string; readonly before: string | undefined },
): void {
  const calls = [...open.values()];
  const writers = calls.filter(({ intent, paths }) => isWrite(intent.kind) && paths.includes(path));
  const makers = writers.length > 0 ? writers : calls.filter(({ intent }) => !READS.has(intent.kind));
  for (const { paths, found, seen: effects } of makers) {
    if (effects.length >= MOST_PATHS) continue;
    const before = paths.includes(path) ? found[paths.indexOf(path)] : seen.before;
    effects.push({ path, content: seen.content, ...(before === undefined ? {} : { before }) });
  }
}

const READS = new Set(["read", "net"]);
const isWrite = (kind: string): boolean => kind === "write" || kind === "delete";

/** A finished call: a class, because most of what it can tell is never asked and would cost. */
class FinishedCall implements ToolCall {
  readonly n: number;
  readonly tool: string;
  readonly kind: string;
  readonly path: string | undefined;
  readonly paths: readonly string[];
  readonly request: string;
  readonly page: Page | undefined;
  readonly ok: boolean;
  readonly refused: boolean;
  readonly effects: readonly FileEffect[];
  readonly identity: number | undefined;
  readonly known: boolean;
  readonly empty: boolean;
  readonly error: CallError | undefined;
  readonly failures: string | undefined;
  readonly #intent: StreamIntent;
  readonly #rules: StagnationRules;
  readonly #end: CallEnd;
  readonly #asked: Request;

  constructor(opened: OpenCall, end: CallEnd, reading: Reading) {
    const { intent, paths, seen } = opened;
    const { n, rules, identities } = reading;
    const asked = describeRequest(intent, paths, rules);
    const told = seen.length > 0 ? seen : effectsOf(intent, paths[0]);
    this.n = n;
    this.tool = intent.tool;
    this.kind = asked.kind;
    this.request = asked.request;
    this.page = asked.page;
    this.ok = end.ok;
    this.refused = end.rule !== undefined;
    this.effects = seen.length > 0 || (end.ok && isWrite(intent.kind)) ? told : NO_EFFECTS;
    this.paths = touchedBy(paths, this.effects, asked.shown);
    this.path = this.paths[0];
    this.#intent = intent;
    this.#rules = rules;
    this.#end = end;
    this.#asked = asked;
    this.empty = !this.refused && this.kind === "read" && isEmptyHanded(end.output);
    this.error = end.ok || this.empty ? undefined : errorOf(this.kind, end);
    this.failures = failuresOf({ kind: this.kind, isCheck: asked.isCheck }, end);
    // A write whose effect is not known is like no other: what is unknown accuses nobody.
    const unknown = end.ok && isWrite(this.kind) && this.effects.length === 0 && intent.input === undefined;
    const numbered = unknown ? undefined : identities({ key: keyOf(this), output: end.output });
    this.identity = numbered?.identity;
    this.known = numbered?.known ?? false;
  }

  get call(): string {
    return this.#intent.call.slice(0, 200);
  }

  get name(): string {
    const { command, tool } = this.#intent;
    const target = command === undefined ? this.paths.join(" ") : looseCommand(command);
    return `${tool} ${target}`.trim().slice(0, MOST_NAME);
  }

  get command(): string | undefined {
    return this.#intent.command;
  }

  get glimpse(): string {
    const { output } = this.#end;
    return `${output.length} ${output.slice(0, 48)} ${output.slice(-48)}`;
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

type Reading = { readonly n: number; readonly rules: StagnationRules; readonly identities: Identities };

const MOST_NAME = 200;
const NO_EFFECTS: readonly FileEffect[] = [];

function touchedBy(
  paths: readonly string[],
  effects: readonly FileEffect[],
  shown: string | undefined,
): readonly string[] {
  if (shown !== undefined) return [shown];
  const others = effects.filter(({ path }) => !paths.includes(path)).map(({ path }) => path);
  return others.length === 0 ? paths : [...new Set([...paths, ...others])];
}

function keyOf({ request, page, ok, effects }: ToolCall): string {
  const key = `${request}\n${page?.digest ?? ""}\n${ok}`;
  if (effects.length === 0) return key;
  return `${key}\n${effects.map(({ path, content }) => `${path}=${content}`).join("\n")}`;
}

/** A search that finds nothing is no error, and no news either. */
function isEmptyHanded(output: string): boolean {
  return output === "" || (output.length < 200 && NOTHING.test(output));
}

const NOTHING =
  /^(?:\(?(?:no|0) (?:matches|results?|files|output|match|occurrences)\b|exit code 1$|found 0\b|nothing found|no such symbol)/iu;

type JudgedEnd = CallEnd & { readonly isCheck: boolean };

/** Whether a short result says that what was asked for is still going on. */
function isGoingOn(kind: string, { ok, output, isCheck }: JudgedEnd, rules: StagnationRules): boolean {
  if (!ok || isCheck || output.length > 300 || isWrite(kind) || READS.has(kind)) return false;
  if (namesFailure(output)) return false;
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
  if (failed === "edit-format-friction") return { class: failed, digest: frictionOf(end.output) };
  if (end.rule !== undefined) return { class: failed, digest: digestOf(end.rule) };
  const exec = kind === "exec";
  return {
    class: failed,
    digest: exec ? failureDigest(withoutSerials(end.output)) : errorDigest(end.output),
    ...(exec && end.output.trim().length < LEAST_TELLING ? {} : { telling: true }),
  };
}

/** Shorter errors of commands say nothing of what went wrong. */
const LEAST_TELLING = 16;

function failuresOf(
  { kind, isCheck }: { readonly kind: string; readonly isCheck: boolean },
  end: CallEnd,
): string | undefined {
  if (kind !== "exec" || end.rule !== undefined) return undefined;
  if (end.ok && !(isCheck && namesFailure(end.output))) return undefined;
  return end.output.trim() === "" ? undefined : failureDigest(end.output);
}
