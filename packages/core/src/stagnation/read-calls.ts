import { keepYoung, MOST_SUBJECTS } from "./bounded-memory.ts";
import { describeRequest, effectsOf, isCheck } from "./describe-request.ts";
import { errorClassOf, frictionOf } from "./error-class.ts";
import type { StagnationRules } from "./rules.ts";
import type { StreamEvent, StreamIntent } from "./stream-event.ts";
import {
  digestOf,
  withoutSerials,
  errorDigest,
  failureDigest,
  namesFailure,
  settledText,
} from "./text-digest.ts";
import { type FileEffect, plainPath, type ToolCall } from "./tool-call.ts";

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
  let n = 0;
  const finish = (opened: OpenCall | undefined, end: CallEnd): ToolCall | undefined => {
    if (opened === undefined) return undefined;
    open.delete(opened.intent.call);
    return callOf(opened, end, { n: (n += 1), rules });
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

function callOf(
  { intent, paths, seen }: OpenCall,
  end: CallEnd,
  { n, rules }: { readonly n: number; readonly rules: StagnationRules },
): ToolCall {
  const request = describeRequest(intent, paths, rules);
  const asked = { ...intent, kind: request.kind };
  const told = seen.length > 0 ? seen : effectsOf(intent.input, paths[0]);
  const effects = seen.length > 0 || (end.ok && isWrite(intent.kind)) ? told : [];
  const touched =
    request.shown === undefined ? [...paths, ...effects.map(({ path }) => path)] : [request.shown];
  const settled = settledText(end.output);
  const result = digestOf(settled);
  const empty = end.rule === undefined && request.kind === "read" && isEmptyHanded(settled);
  return {
    n,
    ...request,
    call: intent.call.slice(0, 200),
    tool: intent.tool.slice(0, 100),
    path: touched[0],
    paths: [...new Set(touched)],
    command: intent.command,
    ok: end.ok,
    refused: end.rule !== undefined,
    patient: request.patient || isGoingOn(asked, { ...end, output: settled }, rules),
    grace: isForgiven(asked, { ...end, output: settled }, rules),
    result,
    empty,
    error: end.ok || empty ? undefined : errorOf(asked, end),
    failures: failuresOf(asked, end, rules),
    effects,
    identity: identityOf(request.kind, end.ok, {
      effects,
      told: [request.request, request.page?.digest ?? "", String(end.ok), result],
    }),
  };
}

/** A search that finds nothing is no error, and no news either. */
function isEmptyHanded(output: string): boolean {
  return output === "" || (output.length < 200 && NOTHING.test(output));
}

const NOTHING =
  /^(?:\(?(?:no|0) (?:matches|results?|files|output|match|occurrences)\b|exit code 1$|found 0\b|nothing found|no such symbol)/iu;

/** Whether a short result says that what was asked for is still going on. */
function isGoingOn(intent: StreamIntent, end: CallEnd, rules: StagnationRules): boolean {
  if (!end.ok || end.output.length > 300 || isWrite(intent.kind) || READS.has(intent.kind)) return false;
  if (isCheck(intent.command, rules) || namesFailure(end.output)) return false;
  const told = ` ${end.output.toLowerCase().replace(/[^a-z]{1,300}/gu, " ")} `;
  return rules.patience.results.some((words) => told.includes(` ${words} `));
}

function isForgiven(intent: StreamIntent, end: CallEnd, rules: StagnationRules): boolean {
  if (end.rule !== undefined) return false;
  if (end.ok) return intent.kind === "exec" && isCheck(intent.command, rules);
  const look = end.output.slice(0, 2_000).toLowerCase();
  return rules.patience.errors.some((words) => look.includes(words));
}

function errorOf(intent: StreamIntent, end: CallEnd): ToolCall["error"] {
  const failed = errorClassOf({ kind: intent.kind, output: end.output, rule: end.rule });
  // The complaint of an editing tool quotes the text it looked for, which differs with each try.
  if (failed === "edit-format-friction") return { class: failed, digest: frictionOf(end.output) };
  if (end.rule !== undefined) return { class: failed, digest: digestOf(end.rule) };
  const exec = intent.kind === "exec";
  return {
    class: failed,
    digest: exec ? failureDigest(withoutSerials(end.output)) : errorDigest(end.output),
    ...(exec && end.output.trim().length < LEAST_TELLING ? {} : { telling: true }),
  };
}

/** Shorter errors of commands say nothing of what went wrong. */
const LEAST_TELLING = 16;

function failuresOf(intent: StreamIntent, end: CallEnd, rules: StagnationRules): string | undefined {
  if (intent.kind !== "exec" || end.rule !== undefined) return undefined;
  if (end.ok && !(isCheck(intent.command, rules) && namesFailure(end.output))) return undefined;
  return end.output.trim() === "" ? undefined : failureDigest(end.output);
}

/** A write whose effect is not known is like no other: what is unknown accuses nobody. */
function identityOf(
  kind: string,
  ok: boolean,
  { effects, told }: { readonly effects: readonly FileEffect[]; readonly told: readonly string[] },
): string | undefined {
  if (ok && isWrite(kind) && effects.length === 0) return undefined;
  return digestOf([...told, ...effects.map(({ path, content }) => `${path}=${content}`)].join("\n"));
}
