import { keepYoung, MOST_SUBJECTS } from "./bounded-memory.ts";
import { describeRequest, effectsOf, isCheck } from "./describe-request.ts";
import { errorClassOf } from "./error-class.ts";
import type { StagnationRules } from "./rules.ts";
import type { StreamEvent, StreamIntent } from "./stream-event.ts";
import { digestOf, errorDigest, failureDigest, namesFailure, settledText } from "./text-digest.ts";
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
          keepYoung(contents, [path, event.hash], MOST_SUBJECTS);
          for (const opened of open.values()) noteContent(opened, path, event.hash);
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

function noteContent({ intent, paths, found, seen }: OpenCall, path: string, content: string): void {
  const index = paths.indexOf(path);
  if (!isWrite(intent.kind) || index === -1 || seen.length >= MOST_PATHS) return;
  const before = found[index];
  seen.push({ path, content, ...(before === undefined ? {} : { before }) });
}

const isWrite = (kind: string): boolean => kind === "write" || kind === "delete";

function callOf(
  { intent, paths, seen }: OpenCall,
  end: CallEnd,
  { n, rules }: { readonly n: number; readonly rules: StagnationRules },
): ToolCall {
  const request = describeRequest(intent, paths, rules);
  const result = digestOf(settledText(end.output));
  const told = seen.length > 0 ? seen : effectsOf(intent.input, paths[0]);
  const effects = end.ok && isWrite(intent.kind) ? told : [];
  return {
    n,
    ...request,
    call: intent.call.slice(0, 200),
    tool: intent.tool.slice(0, 100),
    kind: intent.kind,
    path: paths[0],
    paths,
    command: intent.command,
    ok: end.ok,
    refused: end.rule !== undefined,
    result,
    error: end.ok ? undefined : errorOf(intent, end),
    failures: failuresOf(intent, end, rules),
    effects,
    identity: identityOf(intent.kind, end.ok, {
      effects,
      told: [request.request, request.page?.digest ?? "", String(end.ok), result],
    }),
  };
}

function errorOf(intent: StreamIntent, end: CallEnd): ToolCall["error"] {
  const failed = errorClassOf({ kind: intent.kind, output: end.output, rule: end.rule });
  // The complaint of an editing tool quotes the text it looked for, which differs with each try.
  if (failed === "edit-format-friction") return { class: failed, digest: failed };
  if (end.rule !== undefined) return { class: failed, digest: digestOf(end.rule) };
  return {
    class: failed,
    digest: intent.kind === "exec" ? failureDigest(end.output) : errorDigest(end.output),
  };
}

function failuresOf(intent: StreamIntent, end: CallEnd, rules: StagnationRules): string | undefined {
  if (intent.kind !== "exec" || end.rule !== undefined || !isCheck(intent.command, rules)) return undefined;
  return end.ok && !namesFailure(end.output) ? undefined : failureDigest(end.output);
}

/** A write whose effect is not known is like no other: what is unknown accuses nobody. */
function identityOf(
  kind: string,
  ok: boolean,
  { effects, told }: { readonly effects: readonly FileEffect[]; readonly told: readonly string[] },
): string | undefined {
  if (!ok || !isWrite(kind)) return digestOf(told.join("\n"));
  if (effects.length === 0 || effects.some((effect) => effect.from !== undefined)) return undefined;
  return digestOf([...told, ...effects.map(({ path, content }) => `${path}=${content}`)].join("\n"));
}
