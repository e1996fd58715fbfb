import { MOST_PROOF, MOST_SUBJECTS, RecentTable, withNewest } from "./bounded-memory.ts";
import { watchChanges } from "./change-log.ts";
import { type Detector, leastOf, NO_SIGNALS, type Signal } from "./detector.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { StagnationLevel, StagnationRules } from "./rules.ts";
import { mayChange, type ToolCall } from "./tool-call.ts";

type Walk = {
  readonly path: string;
  readonly pages: number;
  /** Pages since something was last written, whatever it was. */
  readonly unused: number;
  /** Pages that went back or showed what was seen before. */
  readonly stray: number;
  readonly furthest: number;
  /** Position of the newest call. */
  readonly n: number;
  /** Pages and results of the newest calls. */
  readonly seen: readonly { readonly page: Fingerprint; readonly result: Fingerprint }[];
  readonly calls: readonly string[];
};

/**
 * `pagination-spiral`: one thing is read part by part with no edit of the file between. Reading on through a
 * long file is only ever worth a nudge; who goes back and sees nothing new is stopped.
 */
export function watchPaging(rules: StagnationRules): Detector {
  const least = leastOf("pagination-spiral", rules);
  const walks = new RecentTable<Walk>(MOST_SUBJECTS);
  const tried = watchChanges();
  const changes = watchChanges();
  return (call) => {
    if (isWrite(call)) tried.note(call);
    if (mayChange(call) && call.paths.length > 0) changes.note(call);
    if (call.kind !== "read" || !call.ok || call.page === undefined) return NO_SIGNALS;
    // The pages of a list are no parts of a file.
    if (call.path === undefined && !SEARCHES.test(call.tool)) return NO_SIGNALS;
    const known = walks.get(call.request);
    const over =
      known !== undefined && (call.n - known.n > rules.paging.farCalls || tried.since(known.n, known.path));
    const before = over ? undefined : known;
    const idle = before !== undefined && !changes.since(before.n, undefined);
    const walk = nextWalk(before, call, { path: call.path ?? "", page: call.page, idle });
    walks.set(call.request, walk);
    return walk.pages >= least && walk.seen.some(({ page }) => page !== call.page?.digest)
      ? [signalOf(walk, call, rules)]
      : NO_SIGNALS;
  };
}

/** A write ends the walk through its file also where it fails: what was read was read for it. */
const isWrite = ({ kind, effects }: ToolCall): boolean =>
  kind === "write" || kind === "delete" || effects.length > 0;

function nextWalk(
  before: Walk | undefined,
  call: ToolCall,
  {
    path,
    page,
    idle,
  }: { readonly path: string; readonly page: NonNullable<ToolCall["page"]>; readonly idle: boolean },
): Walk {
  const seen = { page: page.digest, result: call.glimpse };
  const twin = before?.seen.find((each) => each.page === page.digest);
  // The same part with new content: the file grows or changes, and that is worth a look.
  if (before === undefined || (twin !== undefined && twin.result !== call.glimpse))
    return {
      path,
      pages: 1,
      unused: 1,
      stray: 0,
      furthest: page.start,
      n: call.n,
      seen: [seen],
      calls: [call.call],
    };
  const stray = page.start <= before.furthest || before.seen.some((each) => each.result === call.glimpse);
  return {
    path,
    pages: before.pages + 1,
    unused: idle ? before.unused + 1 : 1,
    stray: before.stray + (stray ? 1 : 0),
    furthest: Math.max(before.furthest, page.start),
    n: call.n,
    seen: withNewest(before.seen, seen, MOST_SEEN),
    calls: withNewest(before.calls, call.call, MOST_PROOF),
  };
}

const SEARCHES = /grep|search|find/iu;
const MOST_SEEN = 16;

function signalOf(walk: Walk, call: ToolCall, { paging }: StagnationRules): Signal {
  const { pages, unused, stray, path, calls } = walk;
  const nudged = stray >= paging.strayForNudge || pages >= paging.steadyForNudge;
  const most: StagnationLevel = stray >= paging.strayForStop ? "stop" : nudged ? "nudge" : "suspicion";
  return {
    pattern: "pagination-spiral",
    subject: `${call.request}`,
    count: stray > 0 ? pages : unused,
    most,
    path: path === "" ? undefined : path,
    calls,
    evidence: () =>
      `${call.name}: read in ${pages} parts without an edit, ${stray} of them backwards or nothing new`,
  };
}
