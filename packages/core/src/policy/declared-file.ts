import type { ScheduledTask } from "../plan/schedule.ts";

/**
 * The files that a task has declared to produce: entries of `produces` that are one path and nothing else, with
 * or without backticks. Sentences and patterns are for reading.
 */
export function declaredFiles({ produces }: Pick<ScheduledTask, "produces">): readonly string[] {
  return produces.flatMap((entry) => {
    const path = /^`?([^\s`]+)`?$/u.exec(entry.trim())?.[1]?.replace(/^\.\//u, "");
    return path !== undefined && PATH.test(path) ? [path] : [];
  });
}

/** Something with a folder or an ending; no pattern, no address, nothing outside. */
const PATH = /^(?!\/|[a-z]+:|.*(?:^|\/)\.\.(?:\/|$))[^*?{}]*(?:\/[^*?{}/]+|[^*?{}/]\.[a-zA-Z0-9]{1,8})$/u;
