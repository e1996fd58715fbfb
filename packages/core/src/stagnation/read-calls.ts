import { keepYoung, MOST_SUBJECTS, RecentMap } from "./bounded-memory.ts";
import { type Fingerprint, fingerprintOf } from "./fingerprint.ts";
import { type CallEnd, FinishedCall, isRead, isWrite, type OpenCall } from "./finished-call.ts";
import { openIdentities } from "./identity.ts";
import type { StagnationRules } from "./rules.ts";
import type { StreamEvent, StreamIntent } from "./stream-event.ts";
import { openPlainPaths, type ToolCall } from "./tool-call.ts";

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
  const contents = new RecentMap<string, Fingerprint>(MOST_SUBJECTS);
  const plain = openPlainPaths(workspace);
  const reading = { rules, identities: openIdentities() };
  let n = 0;
  const finish = (opened: OpenCall | undefined, end: CallEnd): ToolCall | undefined => {
    if (opened === undefined) return undefined;
    open.delete(opened.intent.call);
    n += 1;
    return new FinishedCall(opened, end, n, reading);
  };
  const announce = (intent: StreamIntent): OpenCall => {
    const paths = plainOnes(intent.paths, plain);
    const found = contents.isEmpty ? NOTHING_FOUND : paths.map((path) => contents.get(path));
    const opened = { intent, paths, found, seen: undefined };
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
          const path = plain(event.path);
          const before = contents.get(path);
          const content = fingerprintOf(event.hash);
          contents.set(path, content);
          noteContent(open, path, { content, before });
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

const NOTHING_FOUND: readonly undefined[] = [];
const MOST_PATHS = 32;

function plainOnes(written: readonly string[], plain: (path: string) => string): readonly string[] {
  const [first, second] = written;
  if (first === undefined) return NO_PATHS;
  return second === undefined ? [plain(first)] : written.slice(0, MOST_PATHS).map(plain);
}

const NO_PATHS: readonly string[] = [];

/**
 * A content belongs to the writes that name its file. Where none does, a command on its way made it; the look
 * before a write comes ahead of its announcement and belongs to nobody.
 */
function noteContent(
  open: ReadonlyMap<string, OpenCall>,
  path: string,
  seen: { readonly content: Fingerprint; readonly before: Fingerprint | undefined },
): void {
  const calls = [...open.values()];
  const writers = calls.filter(({ intent, paths }) => isWrite(intent.kind) && paths.includes(path));
  const makers = writers.length > 0 ? writers : calls.filter(({ intent }) => !isRead(intent.kind));
  for (const maker of makers) {
    const { paths, found } = maker;
    const effects = (maker.seen ??= []);
    if (effects.length >= MOST_PATHS) continue;
    const before = paths.includes(path) ? found[paths.indexOf(path)] : seen.before;
    effects.push({ path, content: seen.content, before });
  }
}
