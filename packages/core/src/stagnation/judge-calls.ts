import type { CallStream, RecordedCall } from "./call-stream.ts";
import type { StagnationDetection } from "./detection.ts";
import { intentOfHostCall } from "./host-tool.ts";
import { STAGNATION_LEVELS, STAGNATION_RULES, type StagnationPattern } from "./rules.ts";
import type { StreamEvent, StreamIntent } from "./stream-event.ts";
import { plainPath } from "./tool-call.ts";
import { watchStagnation, type WatchOptions } from "./watch-stagnation.ts";

/** What the rules say of one recorded stream; `at` is the call, from 1, at which they first said so. */
export type StreamJudgement =
  | { readonly id: string; readonly verdict: "ok"; readonly pattern: null; readonly at: null }
  | {
      readonly id: string;
      readonly verdict: "stuck";
      readonly pattern: StagnationPattern;
      readonly at: number;
    };

/**
 * Runs the calls of one stream through the watch that is used live. Stuck is what an attempt would have been
 * nudged for, and paging from its third part on unless the file is edited later: of a record the end is known.
 */
export function judgeCalls({ id, calls }: CallStream, options: WatchOptions = {}): StreamJudgement {
  const { rules = STAGNATION_RULES, workspace = ANYWHERE } = options;
  const watch = watchStagnation({ rules, workspace });
  let found: readonly { readonly detection: StagnationDetection; readonly at: number }[] = [];
  for (const [index, call] of calls.entries()) {
    const { intent, events } = eventsOf(call, index);
    found = withoutPagedEdits(found, editedBy(intent, call, workspace));
    for (const event of events) {
      const detection = watch.hear(event);
      if (detection !== undefined) found = [...found, { detection, at: index + 1 }];
    }
  }
  const first = found.find(({ detection: { pattern, level } }) => {
    const least = rules.verdicts[pattern] ?? "nudge";
    return STAGNATION_LEVELS.indexOf(level) >= STAGNATION_LEVELS.indexOf(least);
  });
  if (first === undefined) return { id, verdict: "ok", pattern: null, at: null };
  return { id, verdict: "stuck", pattern: first.detection.pattern, at: first.at };
}

function eventsOf(
  { tool, args, result, ok, changed }: RecordedCall,
  index: number,
): { readonly intent: StreamIntent; readonly events: readonly StreamEvent[] } {
  const call = `${index + 1}`;
  const intent = intentOfHostCall({ call, tool, args });
  const contents = (changed ?? []).map((file) => ({ kind: "content", ...file }) as const);
  return {
    intent,
    events: [{ kind: "tool-intent", intent }, ...contents, { kind: "tool-result", call, ok, output: result }],
  };
}

/** A record does not say where its workspace is, so that every file counts as one inside. */
const ANYWHERE = "/";

/** Paging of a file that is edited later was reading before an edit. */
function withoutPagedEdits<Found extends { readonly detection: StagnationDetection }>(
  found: readonly Found[],
  isEdited: (file: string) => boolean,
): readonly Found[] {
  if (found.length === 0) return found;
  return found.filter(
    ({ detection: { pattern, file } }) => pattern !== "pagination-spiral" || file === null || !isEdited(file),
  );
}

/** Which files a call edits; one record may name a file by its absolute path here and a relative one there. */
function editedBy(
  { kind, paths, command = "" }: StreamIntent,
  { changed = [] }: RecordedCall,
  workspace: string,
): (file: string) => boolean {
  const edited = [...(kind === "write" ? paths : []), ...changed.map(({ path }) => path)].map((path) =>
    plainPath(path, workspace),
  );
  const inPlace = kind === "exec" && IN_PLACE.test(command);
  return (file) =>
    edited.some((path) => path === file || path.endsWith(`/${file}`) || file.endsWith(`/${path}`)) ||
    (inPlace && command.includes(file));
}

const IN_PLACE = /\bsed +-\w{0,4}i|\bperl +-\w{0,4}i|(?:^|[^\d&])>>? *[^\s&]|\btee\b|\bpatch\b/u;
