import { MOST_SUBJECTS, RecentMap } from "./bounded-memory.ts";
import type { ToolCall } from "./tool-call.ts";

/** Remembers when files were last changed. O(1) for each path, bounded. */
export type ChangeLog = {
  /** Notes a call that may have changed something. */
  readonly note: (call: ToolCall) => void;
  /** Whether this file was changed after the call at `n`; without a path whether anything was. */
  readonly since: (n: number, path: string | undefined) => boolean;
};

/** Opens an empty log. */
export function watchChanges(): ChangeLog {
  const changed = new RecentMap<string, number>(MOST_SUBJECTS);
  let last = 0;
  return {
    note: ({ n, paths }) => {
      last = n;
      for (const path of paths) changed.set(path, n);
    },
    since: (n, path) => (path === undefined ? last : (changed.get(path) ?? 0)) > n,
  };
}
