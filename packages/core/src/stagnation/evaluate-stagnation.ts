import type { StagnationDetection } from "./detection.ts";
import { STAGNATION_LEVELS, type StagnationLevel } from "./rules.ts";
import { readStreamLine, type StreamEvent } from "./stream-event.ts";
import { plainPath } from "./tool-call.ts";
import { type StagnationWatch, type WatchOptions, watchStagnation } from "./watch-stagnation.ts";

/** What a watch finds in one recorded stream. */
export type StreamEvaluation = {
  readonly stream: string;
  readonly events: number;
  /** In the order of happening. */
  readonly detections: readonly StagnationDetection[];
  /** The highest level among them. */
  readonly verdict: "honest" | StagnationLevel;
};

export type StagnationEvaluation = {
  /** In the order of their first lines. */
  readonly streams: readonly StreamEvaluation[];
  /** Lines that hold no event; empty lines do not count. */
  readonly unreadable: number;
};

/**
 * Runs recorded event streams through the watch that is used live: one JSON event per line, and where a line
 * has the key `stream`, one stream per value of it.
 *
 * A stream ends at its first stop, as the attempt would have. With hindsight a suspicion or nudge of paging is
 * dropped where the file is edited afterwards. Never throws; one pass over the lines.
 */
export function evaluateStagnation(
  lines: Iterable<string>,
  options: WatchOptions = {},
): StagnationEvaluation {
  const streams = new Map<string, OpenStream>();
  let unreadable = 0;
  for (const line of lines) {
    if (line.trim() === "") continue;
    const read = readStreamLine(line);
    if (read === undefined) {
      unreadable += 1;
      continue;
    }
    const open = streams.get(read.stream) ?? { watch: watchStagnation(options), events: 0, detections: [] };
    streams.set(read.stream, open);
    take(open, read.event, { at: read.at, workspace: options.workspace });
  }
  return { streams: Array.from(streams, ([stream, open]) => evaluationOf(stream, open)), unreadable };
}

type OpenStream = {
  readonly watch: StagnationWatch;
  events: number;
  detections: readonly StagnationDetection[];
};

function take(
  open: OpenStream,
  event: StreamEvent,
  { at, workspace }: { readonly at: number | undefined; readonly workspace: string | undefined },
): void {
  open.events += 1;
  if (open.detections.at(-1)?.level === "stop") return;
  open.detections = withoutPagedEdits(open.detections, event, workspace);
  // Recorded lines are where time comes from: what passed before this event is heard first.
  const detected = [
    event.kind === "time" ? undefined : open.watch.hear({ kind: "time" }, at),
    open.watch.hear(event, at),
  ];
  open.detections = [...open.detections, ...detected.filter((each) => each !== undefined)];
}

function withoutPagedEdits(
  detections: readonly StagnationDetection[],
  event: StreamEvent,
  workspace: string | undefined,
): readonly StagnationDetection[] {
  if (event.kind !== "tool-intent" || event.intent.kind !== "write" || detections.length === 0)
    return detections;
  const edited = event.intent.paths.map((path) => plainPath(path, workspace));
  return detections.filter(
    ({ pattern, file }) => pattern !== "pagination-spiral" || file === null || !edited.includes(file),
  );
}

function evaluationOf(stream: string, { events, detections }: OpenStream): StreamEvaluation {
  const highest = detections.reduce(
    (most, { level }) => Math.max(most, STAGNATION_LEVELS.indexOf(level)),
    -1,
  );
  return { stream, events, detections, verdict: STAGNATION_LEVELS[highest] ?? "honest" };
}
